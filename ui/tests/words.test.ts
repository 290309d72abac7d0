// @vitest-environment node
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { pseudoText } from "../scripts/pseudo.mjs";
import { filesOf } from "../scripts/word-rooms.mjs";
import { wordsIn } from "../scripts/words-in.mjs";
import * as compiled from "../src/lib/words/generated/messages/_index.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (path: string): Record<string, string> =>
  JSON.parse(readFileSync(`${root}${path}`, "utf8"));

const settings = read("project.inlang/settings.json") as unknown as { locales: string[] };
const rooms = (locale: string): Record<string, string>[] =>
  filesOf(locale).map((file: string) => {
    const { $schema, ...messages } = read(file);
    return messages;
  });
const words = (locale: string): Record<string, string> => Object.assign({}, ...rooms(locale));
const english = words("en");
const placeholders = (text = "") => (text.match(/\{[^}]*\}/g) ?? []).sort();

/** What is wrong with a language beside English. */
function complaints(messages: Record<string, string>): string[] {
  const keys = [...new Set([...Object.keys(english), ...Object.keys(messages)])];
  return keys.flatMap((key) => {
    const [ours, theirs] = [english[key], messages[key]];
    if (ours === undefined) return [`${key} is not in English`];
    if (theirs === undefined) return [`${key} is missing`];
    if (theirs.trim() === "") return [`${key} is empty`];
    if (placeholders(ours).join() !== placeholders(theirs).join()) return [`${key} has other placeholders`];
    return [];
  });
}

test("every_language_says_everything", () => {
  expect(settings.locales).toEqual(["en", "es", "fr", "pt", "sw", "hi", "ar", "ko"]);
  for (const locale of settings.locales) expect(complaints(words(locale)), locale).toEqual([]);
});

test("every_word_has_one_room_and_the_same_in_every_language", () => {
  const keys = (locale: string) => rooms(locale).map((room) => Object.keys(room).sort());
  const all = keys("en").flat();
  expect(all.filter((key, at) => all.indexOf(key) !== at)).toEqual([]);
  for (const locale of settings.locales) expect(keys(locale), locale).toEqual(keys("en"));
});

test("a_language_that_misses_something_is_noticed", () => {
  const { close, busy, ...rest } = english;
  expect(complaints(rest)).toEqual(["close is missing", "busy is missing"]);
  expect(complaints({ ...english, close: " " })).toEqual(["close is empty"]);
  expect(complaints({ ...english, pay_amount: "Pay {sum}" })).toEqual([
    "pay_amount has other placeholders",
  ]);
  expect(complaints({ ...english, stray: "?" })).toEqual(["stray is not in English"]);
});

test("the_compiler_made_a_function_of_every_message", () => {
  expect(Object.keys(compiled).sort()).toEqual(Object.keys(english).sort());
  expect(Object.keys(english).length).toBeGreaterThan(0);
});

test("it_is_said_of_every_language_whether_someone_fluent_has_read_it", () => {
  const { languages } = read("messages/reviewed.json") as unknown as {
    languages: Record<string, string>;
  };
  expect(Object.keys(languages).sort()).toEqual([...settings.locales].sort());
});

test("the_words_are_in_the_script_of_their_language", () => {
  const scripts = { hi: /\p{Script=Devanagari}/u, ar: /\p{Script=Arabic}/u, ko: /\p{Script=Hangul}/u };
  const names = new Set(["app_name", "pin", "unit_sat"]);
  for (const [locale, script] of Object.entries(scripts)) {
    for (const [key, text] of Object.entries(words(locale))) {
      if (!names.has(key)) expect(text, `${locale} ${key}`).toMatch(script);
    }
  }
});

test("the_pseudo_language_is_longer_and_keeps_the_placeholders", () => {
  for (const text of Object.values(english)) {
    const made: string = pseudoText(text);
    expect(made.length).toBeGreaterThan(text.length * 1.2);
    expect(placeholders(made)).toEqual(placeholders(text));
  }
});

test("no_words_stand_in_a_template", () => {
  const files = readdirSync(`${root}src`, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".svelte") && !file.startsWith("gallery"));
  expect(files.length).toBeGreaterThan(10);
  for (const file of files) expect(wordsIn(readFileSync(`${root}src/${file}`, "utf8")), file).toEqual([]);
});

test("words_in_a_template_would_be_noticed", () => {
  for (const [template, text] of [
    ["<p>Pay now</p>", "Pay now"],
    ["<p>{'Pay now'}</p>", "Pay now"],
    ["<p>{busy ? 'Wait' : m.close()}</p>", "Wait"],
    ["<img alt='A coin' />", "A coin"],
    ["<Field label='Name' />", "Name"],
    ["{#if a}<b title={`Hello ${you}`}></b>{/if}", "Hello"],
    ["{#snippet x()}<i>deep</i>{/snippet}", "deep"],
  ]) {
    expect(wordsIn(template).map((found: { text: string }) => found.text), template).toEqual([text]);
  }
  for (const fine of ["<p class='big'>{m.close()}</p>", "<p>•••• {'—'}</p>", "<Notice kind='warn' />"]) {
    expect(wordsIn(fine), fine).toEqual([]);
  }
});

test("styles_know_no_left_and_right", () => {
  const physical =
    /(^|[\s;{])((margin|padding|border|inset)-(left|right|top|bottom)|left|right|text-align:\s*(left|right)|float)\s*:/;
  const styles = readdirSync(`${root}src`, { recursive: true, encoding: "utf8" })
    .filter((file) => /\.(css|svelte)$/.test(file));
  for (const file of styles) {
    const text = readFileSync(`${root}src/${file}`, "utf8");
    const css = file.endsWith(".css") ? text : (text.split("<style>")[1] ?? "");
    expect(css.match(physical)?.[0], file).toBeUndefined();
  }
  expect("a { margin-left: 1px }").toMatch(physical);
});
