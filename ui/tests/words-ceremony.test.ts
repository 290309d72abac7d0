import { screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test } from "vitest";
import { back } from "$lib/places.svelte";
import { refusal } from "./app/errors";
import { closed, opened, settled, text, visited } from "./app/opened";
import { PIN, WORDS } from "./app/town";

afterEach(closed);

const unseen = { glance: { words_unseen: true } };
const press = async (name: string) => {
  await userEvent.click(screen.getByRole("button", { name }));
  await settled();
};
const show = async (pin = PIN) => {
  await userEvent.click(screen.getByLabelText("PIN"));
  await userEvent.paste(pin);
  await userEvent.keyboard("{Enter}");
  await settled();
};
const asked = () => Number(/Which is word (\d+)\?/.exec(text())?.[1]);

test("the_words_are_shown_only_after_the_secret", async () => {
  const app = await opened(unseen, { at: "words" });
  expect(app.count("words")).toBe(0);
  await show("000000");
  expect(text()).not.toContain("abandon");
  await show();
  expect(screen.getAllByRole("listitem").map((one) => text(one))).toEqual(
    expect.arrayContaining(WORDS.map((word, at) => `${at + 1} ${word}`)),
  );
});

test("three_right_words_end_the_ceremony_for_good", async () => {
  const app = await opened(unseen, { at: "words" });
  await show();
  await press("I wrote them down");
  for (let round = 1; round <= 3; round += 1) {
    expect(text()).toContain(`${round} of 3`);
    await press(WORDS[asked() - 1] ?? "");
  }
  expect(app.count("words_written")).toBe(1);
  expect(text()).toContain("Your words are written down");
  await visited({ at: "words" });
  expect(text()).toContain("will not show the words again");
});

test("a_wrong_word_is_told_and_changes_nothing", async () => {
  const app = await opened(unseen, { at: "words" });
  await show();
  await press("I wrote them down");
  const right = WORDS[asked() - 1];
  const offered = screen.getAllByRole("button").map((one) => text(one));
  const wrong = WORDS.find((word) => word !== right && offered.includes(word)) ?? "";
  await press(wrong);
  expect(text()).toContain("That is another word. Look at your paper.");
  expect(text()).toContain("1 of 3");
  expect(app.count("words_written")).toBe(0);
});

test("leaving_takes_the_words_off_the_screen", async () => {
  await opened(unseen, { at: "words" });
  await show();
  expect(text()).toContain("abandon");
  back();
  await settled();
  expect(document.documentElement.outerHTML).not.toContain("abandon");
  await visited({ at: "words" });
  expect(document.documentElement.outerHTML).not.toContain("abandon");
});

test("a_ceremony_that_could_not_end_says_so_and_can_be_ended_again", async () => {
  const app = await opened(unseen, { at: "words" });
  await show();
  await press("I wrote them down");
  app.refuse("words_written", refusal("disk_full"));
  for (let round = 1; round <= 3; round += 1) await press(WORDS[asked() - 1] ?? "");
  expect(text()).toContain("This device has no room left.");
  await press("Try again");
  expect(text()).toContain("Your words are written down");
});
