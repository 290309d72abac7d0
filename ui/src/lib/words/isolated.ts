const FIRST_STRONG = "\u2068";
const END = "\u2069";

/** A piece of text that keeps its own direction inside a sentence of another. */
export const isolated = (text: string): string => `${FIRST_STRONG}${text}${END}`;
