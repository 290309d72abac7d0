import { language } from "$lib/words/language.svelte";

/** The system's voice, where it has one for the language on the screen. */
class Voice {
  #voices: readonly SpeechSynthesisVoice[] = $state.raw([]);
  /** What is being said, so that only its own button shows it. */
  saying: string | undefined = $state();

  /** Call once; returns how to stop. Systems tell their voices late. */
  watch(): () => void {
    const synthesis = this.#synthesis;
    if (synthesis === undefined) return () => {};
    const look = () => (this.#voices = synthesis.getVoices());
    look();
    synthesis.addEventListener?.("voiceschanged", look);
    return () => {
      synthesis.removeEventListener?.("voiceschanged", look);
      this.stop();
    };
  }

  get #synthesis(): SpeechSynthesis | undefined {
    return typeof speechSynthesis === "undefined" ? undefined : speechSynthesis;
  }

  /** A voice on this device: one from the network would hear what is paid. */
  get #voice(): SpeechSynthesisVoice | undefined {
    const locale = language.locale.split("-", 1)[0];
    return this.#voices.find(
      (voice) => voice.localService && voice.lang.split(/[-_]/, 1)[0] === locale,
    );
  }

  get can(): boolean {
    return this.#voice !== undefined;
  }

  say(text: string): void {
    const [synthesis, voice] = [this.#synthesis, this.#voice];
    if (synthesis === undefined || voice === undefined) return;
    synthesis.cancel();
    // Marks of direction are for the eye; some voices spell them out.
    const words = new SpeechSynthesisUtterance(text.replace(/[\u200e\u200f\u2066-\u2069]/g, ""));
    words.voice = voice;
    words.lang = voice.lang;
    const done = () => {
      if (this.saying === text) this.saying = undefined;
    };
    words.addEventListener("end", done);
    words.addEventListener("error", done);
    this.saying = text;
    synthesis.speak(words);
  }

  stop(): void {
    this.saying = undefined;
    this.#synthesis?.cancel();
  }
}

export const voice = new Voice();
