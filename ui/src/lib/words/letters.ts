import type { Locale } from "./language.svelte";

/** Two letters of a script that we bring no font for: it would weigh more than the app. */
const TRIED: Partial<Record<Locale, readonly [string, string]>> = { ko: ["가", "힣"] };

const SIDE = 24;

function drawn(letter: string): string | undefined {
  const canvas = document.createElement("canvas");
  canvas.width = SIDE;
  canvas.height = SIDE;
  const paper = canvas.getContext("2d");
  if (paper === null) return undefined;
  paper.font = `16px ${getComputedStyle(document.documentElement).fontFamily}`;
  paper.fillText(letter, 2, 18);
  return paper.getImageData(0, 0, SIDE, SIDE).data.join();
}

/** Whether this device has the letters of a language: without them, all look like the same box. */
export function hasLetters(locale: Locale): boolean {
  const tried = TRIED[locale];
  if (tried === undefined) return true;
  const [one, other] = tried.map(drawn);
  return one === undefined || one !== other;
}
