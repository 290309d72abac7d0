import { screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test } from "vitest";
import { refusal } from "./app/errors";
import { closed, opened, settled, text, visited } from "./app/opened";
import { payments } from "./app/town";

afterEach(closed);

const ask = async () => {
  await userEvent.click(screen.getByRole("button", { name: "Ask again now" }));
  await settled();
};

test("asking_again_says_what_is_decided_now", async () => {
  await opened({ payments: payments(8) }, { at: "problems" });
  expect(text()).toContain("Do not pay these again.");
  expect(screen.getByRole("button", { name: /Arcade/ })).toBeTruthy();
  await ask();
  expect(text()).toContain("We asked. All is clear now.");
  expect(screen.queryByRole("button", { name: /Arcade/ })).toBeNull();
});

test("while_nobody_answers_the_payment_stays_and_must_not_be_paid_again", async () => {
  const app = await opened({ payments: payments(8) }, { at: "problems" });
  app.town.offline = true;
  await ask();
  expect(text()).toContain("No answer from Maple.");
  expect(text()).toContain("do not pay again");
  expect(screen.getByRole("button", { name: /Arcade/ })).toBeTruthy();
});

test("every_check_is_told_in_words_and_not_by_colour_alone", async () => {
  await opened({}, { at: "problems" });
  expect(screen.getByText("The file with your money")).toBeTruthy();
  expect(screen.getAllByText("Fine")).toHaveLength(3);
});

test("checks_that_could_not_be_made_are_not_called_fine", async () => {
  const app = await opened();
  app.refuse("doctor", refusal("internal", "", "unknown"));
  await visited({ at: "problems" });
  expect(screen.queryByText("Fine")).toBeNull();
  expect(text()).toContain("Farthing made a mistake.");
  expect(text()).toContain("We ask again until we know where your money is.");
});

test("a_wallet_that_cannot_be_opened_says_why_and_offers_another_try", async () => {
  const app = await opened({ glance: { state: "unusable", problem: refusal("keychain_locked") } });
  expect(screen.getByRole("heading", { level: 1, name: "Your wallet does not open" })).toBeTruthy();
  expect(text()).toContain("The place where this device keeps keys is locked.");
  expect(text()).toContain("You still have your money.");
  app.town.glance = { ...app.town.glance, state: "locked", problem: null };
  await userEvent.click(screen.getAllByRole("button", { name: "Try again" })[0] as HTMLElement);
  await settled();
  expect(screen.getByLabelText("PIN")).toBeTruthy();
});

test("when_the_app_says_nothing_at_all_nobody_is_told_that_the_money_is_safe", async () => {
  const app = await opened({ payments: payments(8) }, { at: "problems" });
  app.refuse("recover", "a broken pipe" as never);
  await ask();
  expect(text()).not.toContain("You still have your money.");
  expect(text()).toContain("We ask again until we know where your money is.");
});
