import { screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test } from "vitest";
import { closed, opened, settled, text } from "./app/opened";
import { PASSPHRASE, payments, WORDS } from "./app/town";
import { button, press, write } from "./hand";

afterEach(closed);

const locked = { glance: { state: "locked" as const }, payments: payments(8) };
const title = () => text(screen.getByRole("heading", { level: 1 }));

async function giveWords(words: readonly string[]) {
  await press("I forgot it");
  await press("Use my 12 words");
  await userEvent.click(screen.getByLabelText("Word 1"));
  await userEvent.paste(words.join(" "));
  await settled();
  await press("Go on");
}

test("who_forgot_the_pin_comes_back_with_the_words_and_finds_all_as_it_was", async () => {
  const app = await opened(locked);
  await giveWords(WORDS);
  expect(title()).toBe("Choose a PIN");
  await write("PIN", "135790");
  await write("PIN", "135790");
  expect(title()).toBe("Home");
  expect(text()).toContain("4,821 sat");
  expect(app.town.secret).toBe("135790");
  expect(app.count("make")).toBe(0);
});

test("who_forgot_the_passphrase_chooses_a_new_one", async () => {
  const app = await opened({ glance: { state: "locked", secret: "passphrase" } });
  await giveWords(WORDS);
  await write("Passphrase", PASSPHRASE);
  await write("Type the passphrase again", PASSPHRASE);
  await press("Open my wallet");
  expect(title()).toBe("Home");
  expect(app.town.secret).toBe(PASSPHRASE);
});

test("before_the_words_are_asked_for_it_says_what_becomes_of_the_money", async () => {
  await opened(locked);
  await press("I forgot it");
  const sheet = text(screen.getByRole("dialog"));
  expect(sheet).toContain("Your money and your list of payments stay as they are.");
  expect(sheet).toContain("No words? Do not delete this wallet.");
});

test("the_words_of_another_wallet_change_nothing_and_are_asked_for_again", async () => {
  const app = await opened(locked);
  const before = app.town.secret;
  await giveWords(Array.from({ length: 12 }, () => "zoo"));
  await write("PIN", "135790");
  await write("PIN", "135790");
  expect(title()).toBe("Type your 12 words");
  expect(text()).toContain("These are the words of another wallet. You still have your money.");
  expect(app.town.secret).toBe(before);
  await press("Back");
  expect(title()).toBe("Your wallet is locked");
  expect(button("Open my wallet")).toBeTruthy();
});
