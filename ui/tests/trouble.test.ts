// @vitest-environment node
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { SENTENCES } from "../src/lib/words/sentences";

const messages = readFileSync(
  new URL("../../crates/farthing-api/src/messages.rs", import.meta.url),
  "utf8",
);
const codes = [...messages.matchAll(/message\(\s*Exit::\w+,\s*"(\w+)"/g)].map(([, code]) => code);

test("every_error_of_the_app_has_its_sentences_here", () => {
  expect(codes.length).toBeGreaterThan(80);
  expect(Object.keys(SENTENCES).sort()).toEqual([...codes].sort());
});

test("every_sentence_about_an_error_says_something", () => {
  for (const [code, { what, next }] of Object.entries(SENTENCES)) {
    expect(what().length, code).toBeGreaterThan(8);
    expect(next().length, code).toBeGreaterThan(8);
  }
});

test("who_is_sent_to_a_place_is_led_there_and_nobody_else_is", () => {
  const named = { problems: /\bProblems\b/, settings: /\bSettings\b/, details: /\bMy details\b/ };
  for (const [code, { next, wayOut }] of Object.entries(SENTENCES)) {
    for (const [place, name] of Object.entries(named)) {
      expect(name.test(next()), `${code} ${place}`).toBe(wayOut === place);
    }
  }
});

test("while_the_wallet_is_not_open_nobody_is_sent_to_problems", () => {
  for (const [code, { next, wayOut, shut }] of Object.entries(SENTENCES)) {
    if (wayOut === "problems") expect(shut?.(), code).not.toMatch(/\bProblems\b/);
    else expect(next(), code).not.toMatch(/\bProblems\b/);
  }
});
