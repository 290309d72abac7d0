import { screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test } from "vitest";
import { places } from "$lib/places.svelte";
import { closed, opened, settled, text } from "./app/opened";
import { birch, line, maple, PIN, WORDS } from "./app/town";
import { button, press, write } from "./hand";

afterEach(closed);

const paid = [line({ payment: "payment-1" })];

async function words(all: readonly string[]) {
  await press("Go on to erase it");
  await write("Word 1", all.join(" "));
  await press("Go on");
}

async function secretAndYes(pin: string) {
  await write("PIN", pin);
  await press("Erase this wallet");
  await press("Erase it all");
}

test("it_stands_last_in_settings_and_says_what_is_lost_and_where_the_money_stays", async () => {
  await opened({ purses: [maple(), birch()], payments: paid }, { at: "settings" });
  const buttons = [...document.querySelectorAll("main button")];
  await userEvent.click(buttons.at(-1) as HTMLElement);
  await settled();
  expect(places.current).toEqual({ at: "erase" });
  for (const said of ["All payments and receipts", "Your own details", "http://127.0.0.1:3338", "4,821 sat", "3.19", "Your money stays with the issuers"]) {
    expect(text()).toContain(said);
  }
});

test("the_words_the_pin_and_a_last_yes_are_asked_and_then_it_is_as_new", async () => {
  const app = await opened({ payments: paid }, { at: "erase" });
  await words(WORDS);
  expect(app.count("erase_wallet")).toBe(0);
  await write("PIN", PIN);
  await press("Erase this wallet");
  expect(app.count("erase_wallet")).toBe(0);
  expect(text()).toContain("Erase it all now?");
  await press("Erase it all");
  expect(app.calls.find(({ name }) => name === "erase_wallet")?.request).toEqual({
    secret: PIN,
    words: WORDS.join(" "),
    leave_invoices: false,
  });
  expect(screen.queryByRole("navigation")).toBeNull();
  expect(text()).not.toContain("4,821");
  expect(places.current).toEqual({ at: "home" });
});

test("not_now_at_the_last_step_erases_nothing", async () => {
  const app = await opened({ payments: paid }, { at: "erase" });
  await words(WORDS);
  await write("PIN", PIN);
  await press("Erase this wallet");
  await press("Not now");
  expect(app.count("erase_wallet")).toBe(0);
});

test("words_of_another_wallet_erase_nothing_and_are_asked_again", async () => {
  const app = await opened({ payments: paid }, { at: "erase" });
  await words([...WORDS].reverse());
  await secretAndYes(PIN);
  expect(text()).toContain("These are not the words of this wallet. Nothing was erased.");
  expect(screen.getByLabelText<HTMLInputElement>("Word 1").value).toBe("");
  expect(app.town.purses).toHaveLength(1);
});

test("a_wrong_pin_erases_nothing", async () => {
  const app = await opened({ payments: paid }, { at: "erase" });
  await words(WORDS);
  await secretAndYes("999999");
  expect(app.town.glance.state).toBe("open");
  expect(screen.getByLabelText("PIN").getAttribute("aria-invalid")).toBe("true");
});

test("while_a_payment_is_deciding_there_is_no_way_on", async () => {
  const app = await opened(
    { payments: [line({ payment: "payment-1", outcome: "still_deciding" })] },
    { at: "erase" },
  );
  expect(text()).toContain("Payments still deciding: 1. Wait until they are done.");
  expect(button("Go on to erase it")).toBeUndefined();
  app.town.payments = paid;
  await press("Try again");
  expect(button("Go on to erase it")).toBeTruthy();
});

test("a_code_that_can_still_be_paid_is_left_behind_only_if_i_say_that_nobody_will", async () => {
  const app = await opened(
    { payments: [line({ payment: "payment-1", kind: "top_up", direction: "in", outcome: "still_deciding" })] },
    { at: "erase" },
  );
  expect(text()).toContain("Codes of yours that can still be paid: 1. What comes in after this is lost.");
  expect(button("Go on to erase it")).toBeUndefined();
  await userEvent.click(screen.getByRole("switch", { name: "No one will pay them" }));
  await settled();
  await words(WORDS);
  await secretAndYes(PIN);
  expect(app.calls.find(({ name }) => name === "erase_wallet")?.request).toMatchObject({ leave_invoices: true });
  expect(app.town.glance.state).toBe("none");
});

test("a_payment_that_began_meanwhile_stops_it", async () => {
  const app = await opened({ payments: paid }, { at: "erase" });
  await words(WORDS);
  app.town.payments = [line({ payment: "payment-2", outcome: "still_deciding" })];
  await secretAndYes(PIN);
  expect(text()).toContain("One of your payments is still deciding. Nothing was erased.");
  expect(app.town.glance.state).toBe("open");
});

test("who_never_wrote_the_words_down_is_told_and_led_there", async () => {
  await opened({ glance: { words_unseen: true }, payments: paid }, { at: "erase" });
  expect(text()).toContain("You have not written down your 12 words.");
  await press("Do it now");
  expect(places.current).toEqual({ at: "words" });
});
