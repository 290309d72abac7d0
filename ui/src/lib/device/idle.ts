const SIGNS = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"] as const;

/** Calls once nobody has touched anything for so long; returns how to stop. */
export function whenIdle(milliseconds: number, then: () => void): () => void {
  let waiting = setTimeout(then, milliseconds);
  const touched = () => {
    clearTimeout(waiting);
    waiting = setTimeout(then, milliseconds);
  };
  for (const sign of SIGNS) addEventListener(sign, touched, { passive: true });
  return () => {
    clearTimeout(waiting);
    for (const sign of SIGNS) removeEventListener(sign, touched);
  };
}
