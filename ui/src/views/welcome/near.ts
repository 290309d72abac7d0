/** Words that begin like this, at most so many. */
export const startingWith = (start: string, words: readonly string[], most: number): string[] =>
  words.filter((word) => word.startsWith(start)).slice(0, most);

/** The word that was likely meant: one letter off, or two letters changed places. */
export function nearest(typed: string, words: readonly string[]): string | undefined {
  return words.find((word) => Math.abs(word.length - typed.length) <= 1 && oneSlip(typed, word));
}

function oneSlip(typed: string, word: string): boolean {
  let at = 0;
  while (at < word.length && typed[at] === word[at]) at += 1;
  const rest = (text: string, from: number) => text.slice(from);
  return (
    rest(typed, at + 1) === rest(word, at + 1) ||
    rest(typed, at + 1) === rest(word, at) ||
    rest(typed, at) === rest(word, at + 1) ||
    (typed[at] === word[at + 1] &&
      typed[at + 1] === word[at] &&
      rest(typed, at + 2) === rest(word, at + 2))
  );
}
