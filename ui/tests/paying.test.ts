import { fireEvent, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { back, go, places } from "$lib/places.svelte";
import {
  BOOTS,
  BREAD,
  COFFEE,
  DEARER,
  HOSTILE,
  HOUSE,
  LOST,
  NEWCOMER,
  OPEN,
  PAID_BEFORE,
  SLOW,
  SLOW_AGAIN,
} from "./app/codes";
import { refusal } from "./app/errors";
import { closed, opened, settled, text } from "./app/opened";
import { PIN } from "./app/town";
import { button, lines, press, write } from "./hand";

beforeEach(() => vi.useRealTimers());
afterEach(() => {
  vi.useRealTimers();
  closed();
});

const at = (code: string) => ({ at: "check", code }) as const;

test("the_review_says_who_what_and_how_much_and_the_button_the_exact_total", async () => {
  await opened({}, at(COFFEE.code));
  expect(screen.getByRole("heading", { name: /Corner Shop/ })).toBeTruthy();
  expect(text()).toContain("127.0.0.1");
  expect(text()).toContain("You have never paid this shop before. Is the name right?");
  expect(lines()).toEqual([
    "Price 21 sat",
    "Issuer’s fee to Maple 1 sat",
    "Network fee to the Lightning network 0 sat at most 2 sat",
    "You pay 22 sat at most 24 sat",
  ]);
  expect(text()).toContain("It cannot be more than 24 sat.");
  expect(text()).toContain("They see only that you paid.");
  expect(button("Pay 22 sat")).toBeTruthy();
});

test("one_tap_pays_what_was_reviewed", async () => {
  const app = await opened({}, at(COFFEE.code));
  await press("Pay 22 sat");
  expect(app.count("pay")).toBe(1);
  expect(places.current.at).toBe("receipt");
  expect(text()).toContain("You paid 21 sat.");
  expect(text()).toContain("The shop has your money.");
});

test("the_receipt_has_the_rows_of_the_review", async () => {
  await opened({}, at(BREAD.code));
  const reviewed = lines();
  await press("Pay 211 sat");
  expect(lines().slice(0, -1)).toEqual(reviewed.slice(0, -1));
  expect(lines().at(-1)).toBe("You paid 211 sat");
});

test("a_hasty_second_press_pays_once", async () => {
  const app = await opened({}, at(COFFEE.code));
  const release = app.hold("pay");
  const pay = button("Pay 22 sat");
  if (pay === undefined) throw new Error("there is nothing to pay with");
  await userEvent.dblClick(pay);
  await userEvent.keyboard("{Enter}");
  await settled();
  release();
  await settled();
  expect(app.count("pay")).toBe(1);
});

test("enter_pays_only_where_pay_has_the_focus", async () => {
  const app = await opened({}, at(BOOTS.code));
  await write("PIN", PIN);
  screen.getByLabelText("PIN").focus();
  await userEvent.keyboard("{Enter}");
  await settled();
  expect(app.count("pay")).toBe(0);
});

test("a_wrong_pin_pays_nothing_and_the_right_one_pays", async () => {
  const app = await opened({}, at(BOOTS.code));
  await press("Pay 3,004 sat");
  expect(app.count("pay")).toBe(0);
  expect(document.activeElement).toBe(screen.getByLabelText("PIN"));
  await write("PIN", "111111");
  await press("Pay 3,004 sat");
  expect(places.current.at).toBe("check");
  expect(screen.getByRole("alert")).toBeTruthy();
  expect(document.activeElement).toBe(screen.getByLabelText("PIN"));
  await write("PIN", PIN);
  await press("Pay 3,004 sat");
  expect(places.current.at).toBe("receipt");
});

test("changed_figures_are_marked_and_need_to_be_seen_before_a_new_tap", async () => {
  const app = await opened({}, at(DEARER.code));
  await press("Pay 61 sat");
  expect(app.count("review")).toBe(2);
  expect(text()).toContain("The price is different now. Look at it again.");
  expect(lines()).toContain("You pay 65 sat at most 70 sat was 61 sat");
  expect(button("Pay 65 sat")?.disabled).toBe(true);
  expect(app.count("pay")).toBe(1);
  await press("I have seen it");
  await press("Pay 65 sat");
  expect(app.count("pay")).toBe(2);
  expect(places.current.at).toBe("receipt");
});

test("figures_that_are_too_old_cannot_be_paid_and_are_asked_for_again", async () => {
  vi.useFakeTimers({ toFake: ["Date", "setInterval", "clearInterval"] });
  const app = await opened({}, at(COFFEE.code));
  vi.advanceTimersByTime(9 * 60_000 + 30_000);
  await settled();
  expect(text()).toMatch(/This price holds for \d+ seconds\./);
  vi.advanceTimersByTime(31_000);
  await settled();
  expect(button("Pay 22 sat")).toBeUndefined();
  expect(text()).toContain("This price is too old now.");
  await press("Ask for the price again");
  await press("Pay 22 sat");
  expect(app.count("pay")).toBe(1);
});

test("where_something_is_wrong_the_focus_is_on_stop_and_enter_does_not_pay", async () => {
  const app = await opened({}, at(HOSTILE.code));
  expect(text(document.activeElement)).toBe("Stop, do not pay");
  expect(button("It is right, pay 11 sat")).toBeTruthy();
  expect(button("Pay 11 sat")).toBeUndefined();
  await userEvent.keyboard("{Enter}");
  await settled();
  expect(app.count("pay")).toBe(0);
  expect(places.current.at).not.toBe("check");
});

test("only_one_warning_is_in_sight_and_one_nobody_knows_weighs_most", async () => {
  const warnings = [
    { code: "fee_high", text: "The fees are high." },
    { code: "something_new", text: "The moon is full." },
    ...(HOSTILE.warnings ?? []),
  ];
  vi.spyOn(HOSTILE, "warnings", "get").mockReturnValue(warnings);
  await opened({}, at(HOSTILE.code));
  expect(document.querySelectorAll(".notice")).toHaveLength(1);
  expect(text(document.querySelector(".notice"))).toContain("The moon is full.");
  expect(text(document.activeElement)).toBe("Stop, do not pay");
  vi.restoreAllMocks();
});

test("names_and_words_of_strangers_are_text_and_nothing_else", async () => {
  await opened({}, at(HOSTILE.code));
  expect(document.querySelector("main img, main script")).toBeNull();
  expect(text()).toContain("<img src=x onerror=alert(1)>");
});

test("a_first_payment_above_the_line_can_be_stopped_for_ten_seconds", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  const app = await opened({}, at(NEWCOMER.code));
  await write("PIN", PIN);
  await press("Pay 2,503 sat");
  expect(text(document.activeElement)).toBe("Stop");
  vi.advanceTimersByTime(9_000);
  await settled();
  expect(app.count("pay")).toBe(0);
  await press("Stop");
  vi.advanceTimersByTime(60_000);
  await settled();
  expect(app.count("pay")).toBe(0);

  await press("Pay 2,503 sat");
  vi.advanceTimersByTime(10_000);
  await settled();
  expect(app.count("pay")).toBe(1);
  expect(places.current.at).toBe("receipt");
});

test("whoever_leaves_or_locks_while_it_counts_down_has_not_paid", async () => {
  for (const leave of ["back", "lock"] as const) {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    const app = await opened({}, at(NEWCOMER.code));
    await write("PIN", PIN);
    await press("Pay 2,503 sat");
    if (leave === "back") back();
    else app.happen({ kind: "locked" });
    await settled();
    vi.advanceTimersByTime(60_000);
    await settled();
    expect(app.count("pay"), leave).toBe(0);
    vi.useRealTimers();
  }
});

test("where_the_code_leaves_the_amount_open_i_say_it", async () => {
  const app = await opened({}, at(OPEN.code));
  await press("See what it costs");
  expect(text()).toContain("Say how much.");
  await write("How much do you want to pay?", "١٠٠");
  await press("See what it costs");
  expect(app.calls.filter(({ name }) => name === "review").at(-1)?.request).toMatchObject({
    amount: "100",
  });
  expect(button("Pay 101 sat")).toBeTruthy();
});

test("a_note_goes_with_the_payment_and_the_figures_stay", async () => {
  await opened({}, at(COFFEE.code));
  await press("Add a note");
  await write("Your note", "with Ada");
  await press("Keep the note");
  expect(text()).not.toContain("The price is different now.");
  await press("Pay 22 sat");
  expect(text()).toContain("with Ada");
});

test("who_has_too_little_adds_money_and_comes_back_to_the_same_payment", async () => {
  await opened({}, at(HOUSE.code));
  expect(text()).toContain("You still have your money.");
  await press("Add money");
  expect(places.current.at).toBe("add_money");
  back();
  await settled();
  expect(places.current).toEqual(at(HOUSE.code));
});

test("what_was_paid_is_not_paid_again", async () => {
  const app = await opened({}, at(PAID_BEFORE));
  expect(button("Try again")).toBeUndefined();
  await press("See what became of it");
  expect(places.current.at).toBe("activity");
  expect(app.count("pay")).toBe(0);
});

test("a_code_is_kept_while_nobody_answers_and_looked_at_when_somebody_does", async () => {
  const app = await opened();
  app.town.offline = true;
  go(at(COFFEE.code));
  await settled();
  expect(text()).toContain("We will check it when you are back online.");
  app.town.offline = false;
  window.dispatchEvent(new Event("online"));
  await settled();
  expect(button("Pay 22 sat")).toBeTruthy();
});

test("not_knowing_is_said_and_forbids_paying_again_until_it_is_known", async () => {
  const app = await opened({}, at(SLOW.code));
  await press("Pay 51 sat");
  expect(text()).toContain("Still deciding. Do not pay again.");
  expect(button("Try again")).toBeUndefined();
  expect(app.count("recover")).toBe(0);
  await press("Ask again");
  expect(app.count("recover")).toBe(1);
});

test("who_is_still_being_paid_is_not_paid_again_unawares", async () => {
  const app = await opened({}, at(SLOW.code));
  expect(document.querySelector(".notice")).toBeNull();
  await press("Pay 51 sat");
  go(at(SLOW_AGAIN.code));
  await settled();
  expect(text(document.querySelector(".notice"))).toContain("If you pay now, you may pay twice.");
  expect(text(document.activeElement)).toBe("Stop, do not pay");
  await press("It is right, pay 21 sat");
  expect(app.count("pay")).toBe(2);
});

test("what_was_not_paid_says_that_the_money_is_still_here", async () => {
  await opened({}, at(LOST.code));
  await press("Pay 41 sat");
  expect(text()).toContain("It did not go through.");
  expect(text()).toContain("You still have your money.");
});

test("an_answer_that_is_lost_while_paying_offers_no_second_try", async () => {
  const app = await opened({}, at(COFFEE.code));
  app.refuse("pay", refusal("issuer_answer_lost", "The answer was lost.", "unknown"));
  await press("Pay 22 sat");
  expect(text()).toContain("We ask again until we know where your money is.");
  expect(button("Try again")).toBeUndefined();
  expect(button("Pay 22 sat")).toBeUndefined();
  expect(button("See what became of it")).toBeTruthy();
});

test("whatever_refuses_a_review_says_where_the_money_is", async () => {
  for (const code of ["code_expired", "other_network", "fee_above_cap", "internal", "no_purse"]) {
    const app = await opened();
    app.refuse("review", refusal(code));
    go(at(COFFEE.code));
    await settled();
    expect(text(), code).toContain("You still have your money.");
    expect(app.count("pay"), code).toBe(0);
  }
});

test("the_pay_button_can_be_reached_with_the_keyboard_alone", async () => {
  const app = await opened({}, at(COFFEE.code));
  const pay = button("Pay 22 sat");
  for (let tab = 0; tab < 12 && document.activeElement !== pay; tab += 1) await userEvent.tab();
  expect(document.activeElement).toBe(pay);
  await userEvent.keyboard("{Enter}");
  await settled();
  expect(app.count("pay")).toBe(1);
});

test("nothing_is_asked_of_the_app_while_a_receipt_is_only_looked_at", async () => {
  const app = await opened({}, at(COFFEE.code));
  await press("Pay 22 sat");
  const before = app.calls.length;
  await settled();
  await settled();
  expect(app.calls.length - before).toBe(0);
});

test("a_stray_click_on_a_receipt_that_is_loading_finds_nothing_to_pay", async () => {
  const app = await opened({}, at(COFFEE.code));
  const release = app.hold("receipt");
  await press("Pay 22 sat");
  fireEvent.click(document.body);
  expect(button("Pay 22 sat")).toBeUndefined();
  release();
  await settled();
  expect(app.count("pay")).toBe(1);
});
