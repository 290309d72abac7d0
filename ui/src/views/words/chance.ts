/** All of them in an order nobody can guess. */
export function shuffled<T>(all: Iterable<T>): T[] {
  const drawn = [...all].map((one) => ({ one, at: crypto.getRandomValues(new Uint32Array(1))[0] ?? 0 }));
  return drawn.sort((a, b) => a.at - b.at).map(({ one }) => one);
}

/** So many of them. */
export const pickSome = <T>(all: Iterable<T>, many: number): T[] => shuffled(all).slice(0, many);
