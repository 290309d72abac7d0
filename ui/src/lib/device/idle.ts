const SIGNS = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"] as const;

/** Saying so at every move of a finger would be too much. */
const SAID_EVERY = 20_000;

interface Presence {
  /** Somebody is here; said now and then while it is so. */
  readonly here: () => void;
  /** Nobody has been for so long. */
  readonly gone: () => void;
}

/** Watches whether somebody touches anything; returns how to stop. */
export function whenIdle(milliseconds: number, { here, gone }: Presence): () => void {
  let waiting = setTimeout(gone, milliseconds);
  let quietUntil = 0;
  const touched = () => {
    clearTimeout(waiting);
    waiting = setTimeout(gone, milliseconds);
    if (Date.now() < quietUntil) return;
    quietUntil = Date.now() + SAID_EVERY;
    here();
  };
  for (const sign of SIGNS) addEventListener(sign, touched, { passive: true });
  return () => {
    clearTimeout(waiting);
    for (const sign of SIGNS) removeEventListener(sign, touched);
  };
}
