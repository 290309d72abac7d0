/** How many syllables an English word has, near enough for a formula. */
function syllables(word: string): number {
  const plain = word.toLowerCase().replace(/[^a-z]/g, "");
  const heard = plain.replace(/(?:[^laeiouy]es|ed|[^laeiouy]e)$/, "").replace(/^y/, "");
  return Math.max(1, heard.match(/[aeiouy]{1,2}/g)?.length ?? 1);
}

/** The sentences of a text, each as its words. */
export const sentences = (text: string): string[][] =>
  text
    .replace(/\{[^}]*\}/g, "it")
    .split(/[.!?:;]+/)
    .map((sentence) => sentence.match(/[\p{L}\p{N}’'-]+/gu) ?? [])
    .filter((words) => words.length > 0);

/** The school grade at which a sentence is read, by Flesch and Kincaid. */
export function grade(words: readonly string[]): number {
  const all = words.reduce((sum, word) => sum + syllables(word), 0);
  return 0.39 * words.length + 11.8 * (all / words.length) - 15.59;
}
