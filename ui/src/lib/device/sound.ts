import { preferences } from "$lib/wallet/preferences.svelte";

/** Notes in hertz, one after the other: up when it went well, down when it did not. */
const TUNES = {
  paid: [659, 988],
  not_paid: [392, 294],
  still_deciding: [440, 440],
  received: [784, 1047],
} as const;

export type Sound = keyof typeof TUNES;

const NOTE = 0.12;

let context: AudioContext | undefined;

/** Plays a short sound, unless sounds are off or the system has none. */
export function play(sound: Sound): void {
  if (!preferences.sounds || typeof AudioContext === "undefined") return;
  context ??= new AudioContext();
  const start = context.currentTime;
  for (const [at, hertz] of TUNES[sound].entries()) {
    const tone = context.createOscillator();
    const loud = context.createGain();
    tone.type = "triangle";
    tone.frequency.value = hertz;
    loud.gain.setValueAtTime(0.15, start + at * NOTE);
    loud.gain.exponentialRampToValueAtTime(0.001, start + (at + 1.5) * NOTE);
    tone.connect(loud).connect(context.destination);
    tone.start(start + at * NOTE);
    tone.stop(start + (at + 1.5) * NOTE);
  }
}
