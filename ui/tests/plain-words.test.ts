// @vitest-environment node
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { filesOf } from "../scripts/word-rooms.mjs";
import { grade, sentences } from "./reading";

const root = fileURLToPath(new URL("..", import.meta.url));
const english: Record<string, string> = Object.assign(
  {},
  ...filesOf("en").map((file: string) => {
    const { $schema, ...messages } = JSON.parse(readFileSync(`${root}${file}`, "utf8"));
    return messages;
  }),
);

/** Names of things that have no other name. */
const NAMES = /\b(Lightning|Farthing|Apache|Noto|Lucide|Activity|Problems|PNG|JPEG|GIF)\b/g;

const JARGON =
  /\b(mint|token|proof|swap|invoice|nonce|keyset|blind(ed)?|hash|seed|mnemonic|node|channel|preimage|utxo|bolt ?11|melt|quote|satoshis?|blockchain|crypto|api|url|sync)\b/i;

/** A formula is no reader: a list of short words in a row is read one by one. */
const FOUR = 4;
const FIFTH_GRADE = 5;

test("every_english_sentence_is_read_in_fifth_grade", () => {
  const hard = Object.entries(english).flatMap(([key, text]) =>
    sentences(text.replace(NAMES, "it"))
      .filter((words) => words.length >= FOUR && grade(words) > FIFTH_GRADE)
      .map((words) => `${key}: ${words.join(" ")} (${grade(words).toFixed(1)})`),
  );
  expect(hard).toEqual([]);
});

test("a_hard_sentence_would_be_noticed", () => {
  const [words = []] = sentences("Your transaction necessitates additional verification procedures");
  expect(grade(words)).toBeGreaterThan(FIFTH_GRADE);
  const [easy = []] = sentences("You still have your money");
  expect(grade(easy)).toBeLessThan(FIFTH_GRADE);
});

test("nobody_has_to_know_how_it_works_inside", () => {
  for (const [key, text] of Object.entries(english)) expect(text, key).not.toMatch(JARGON);
  expect("Your token was swapped at the mint").toMatch(JARGON);
});
