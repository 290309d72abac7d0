import { screen, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { go, places } from "$lib/places.svelte";
import { GIFT, HOUSE, SPENT_GIFT, STRANGERS_GIFT } from "./app/codes";
import { refusal } from "./app/errors";
import type { FakeApp } from "./app";
import type { ListPayments } from "$lib/bridge";
import { closed, opened, settled, text } from "./app/opened";
import { BIRCH, birch, FIG, line, MAPLE, maple, payments } from "./app/town";
import { button, press, write } from "./hand";
import { offsets, shifted } from "../src/views/activity/window";

afterEach(closed);

/** What the list was asked for: the home screen asks for less. */
const pages = (app: FakeApp) =>
  app.calls
    .filter(({ name }) => name === "history")
    .map(({ request }) => request as ListPayments)
    .filter(({ limit }) => limit === 1000);

/** Until the app has told what became of it: it answers by itself. */
const comes = (said: string) => vi.waitFor(() => expect(text()).toContain(said), { timeout: 5000 });

test("money_is_added_by_a_code_that_somebody_pays", async () => {
  const app = await opened({ purses: [maple("0")], payments: [] }, { at: "add_money" });
  await press("1,000 sat");
  await press("Show code");
  expect(screen.getByRole("img", { name: /Code to scan/ })).toBeTruthy();
  expect(screen.getAllByRole("status").some((one) => text(one) === "Waiting for the money…")).toBe(true);
  await press("Someone in town pays it");
  await comes("You got 1,000 sat.");
  expect(screen.getAllByRole("status").some((one) => text(one) === "You got 1,000 sat.")).toBe(true);
  expect(app.town.purses[0]?.spendable.value).toBe("1000");
});

test("who_looks_elsewhere_is_told_that_money_came_and_not_how_much", async () => {
  const app = await opened({ purses: [maple("0")], payments: [] }, { at: "add_money" });
  await press("1,000 sat");
  await press("Show code");
  const away = vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
  await press("Someone in town pays it");
  await comes("You got 1,000 sat.");
  away.mockRestore();
  const told = app.calls.filter(({ name }) => name === "notify");
  expect(told).toEqual([{ name: "notify", request: { text: "Money came in." } }]);
});

test("a_stranger_with_real_money_is_offered_nobody_who_pays_for_them", async () => {
  await opened({ glance: { practice: false } }, { at: "add_money" });
  await press("1,000 sat");
  await press("Show code");
  expect(button("Someone in town pays it")).toBeUndefined();
});

test("who_lacks_money_comes_back_to_the_payment_with_it", async () => {
  const app = await opened({}, { at: "check", code: HOUSE.code });
  await press("Add money");
  await press("5,000 sat");
  await press("Show code");
  await press("Someone in town pays it");
  await comes("You got 5,000 sat.");
  await press("Done");
  expect(places.current).toEqual({ at: "check", code: HOUSE.code });
  expect(app.count("pay")).toBe(0);
});

test("who_has_no_issuer_is_led_to_choose_one_and_back", async () => {
  const app = await opened({ purses: [] }, { at: "add_money" });
  expect(text()).toContain("Choose who keeps your money");
  expect(text()).toContain("An issuer keeps the real money.");
  await press("Choose an issuer");
  await write("Address", MAPLE);
  await press("Look at it");
  expect(app.count("trust_issuer")).toBe(0);
  await press("Trust this issuer");
  expect(app.count("trust_issuer")).toBe(1);
  expect(places.current.at).toBe("issuers");
  expect(text(document.querySelector("main"))).toContain("Maple");
});

test("an_issuer_tells_its_fees_limits_and_dangers_before_it_is_trusted", async () => {
  await opened({}, { at: "issuer", address: FIG });
  expect(text()).toContain("Your 12 words cannot bring this money back.");
  expect(text()).toContain("not offered");
  expect(text()).toContain("It does not say how you can reach it.");
  expect(text()).toContain("If this issuer closes or cheats, the money you keep with it is gone.");
  go({ at: "issuer", address: BIRCH });
  await settled();
  expect(text()).toContain("Closed for repairs on Sunday night.");
  expect(text()).toContain("$0.01 to $100.00");
  go({ at: "issuer", address: MAPLE });
  await settled();
  expect(text()).toContain("100 sat for 1,000 coins used");
  expect(text()).toContain("You trust this issuer.");
  expect(button("Trust this issuer")).toBeUndefined();
});

test("with_several_purses_i_say_which_and_its_unit_follows", async () => {
  const app = await opened({ purses: [maple(), birch()] }, { at: "add_money" });
  await userEvent.click(screen.getByRole("radio", { name: /Birch/ }));
  await write("How much do you want to add?", "1,50");
  await press("Show code");
  expect(app.calls.find(({ name }) => name === "top_up")?.request).toMatchObject({
    amount: "1.50",
    unit: "usd",
    purse: "purse-birch",
  });
});

test("i_am_paid_by_lightning_or_by_e_cash", async () => {
  await opened({}, { at: "get_paid" });
  await write("How much do you want to get?", "210");
  await write("What is it for?", "eggs");
  await press("Show code");
  const tabs = screen.getAllByRole("tab");
  expect(tabs.map((one) => text(one))).toEqual(["Lightning", "E-cash"]);
  expect(text()).toContain("For any Lightning wallet.");
  await userEvent.click(tabs[1] as HTMLElement);
  await settled();
  expect(text(screen.getByRole("tabpanel"))).toContain("creqA");
});

test("given_money_is_a_code_until_it_is_taken_and_can_be_taken_back", async () => {
  const app = await opened({}, { at: "give" });
  await write("How much do you want to give?", "64");
  await press("See what it costs");
  expect(text()).toContain("The code will be the money.");
  expect(app.count("give")).toBe(0);
  await press("Give 64 sat");
  expect(text()).toContain("You gave 64 sat.");
  expect(text()).toContain("Not taken yet.");
  expect(screen.getByRole("img", { name: /Code to scan/ })).toBeTruthy();
  await press("Take it back");
  expect(text()).toContain("Your own money, coming back");
  await press("Take in 63 sat");
  expect(app.count("redeem")).toBe(1);
  expect(text()).toContain("You got 63 sat.");
});

test("given_money_that_was_taken_shows_no_code_any_more", async () => {
  const app = await opened({}, { at: "give" });
  await write("How much do you want to give?", "64");
  await press("See what it costs");
  await press("Give 64 sat");
  for (const [payment, receipt] of app.town.receipts) {
    app.town.receipts.set(payment, { ...receipt, token: null });
  }
  await press("Was it taken?");
  expect(text()).toContain("It was taken.");
  expect(screen.queryByRole("img", { name: /Code to scan/ })).toBeNull();
});

test("a_dear_gift_needs_the_pin", async () => {
  const app = await opened({}, { at: "give" });
  await write("How much do you want to give?", "2500");
  await press("See what it costs");
  await press("Give 2,500 sat");
  expect(app.count("give")).toBe(0);
  await write("PIN", "123456");
  await press("Give 2,500 sat");
  expect(text()).toContain("You gave 2,500 sat.");
});

test("e_cash_says_what_it_brings_before_it_is_taken_in", async () => {
  const app = await opened({}, { at: "take_in", code: GIFT.code });
  expect(text()).toContain("For the bus. Ada");
  expect(text()).toContain("You get");
  expect(app.count("redeem")).toBe(0);
});

test("e_cash_of_an_unknown_issuer_leads_to_it_first_and_back_again", async () => {
  const app = await opened({}, { at: "take_in", code: STRANGERS_GIFT.code });
  expect(text()).toContain("You do not know this issuer yet.");
  await press("Look at this issuer");
  expect(places.current).toEqual({ at: "issuer", address: FIG });
  await press("Trust this issuer");
  expect(places.current).toEqual({ at: "take_in", code: STRANGERS_GIFT.code });
  const take = screen.getAllByRole("button").find((one) => text(one).startsWith("Take in"));
  if (take === undefined) throw new Error("it cannot be taken in");
  await userEvent.click(take);
  await settled();
  expect(app.count("redeem")).toBe(1);
  expect(places.current.at).toBe("receipt");
});

test("e_cash_that_is_gone_says_so", async () => {
  await opened({}, { at: "take_in", code: SPENT_GIFT.code });
  expect(text()).toContain("You still have your money.");
});

test("a_hundred_thousand_payments_are_a_list_of_which_only_what_is_in_sight_is_there", async () => {
  const app = await opened({ payments: payments(100_000) }, { at: "activity" });
  await settled();
  const list = screen.getByRole("list", { name: "Payments" });
  const rows = within(list).getAllByRole("listitem");
  expect(rows.length).toBeLessThan(80);
  expect(rows[0]?.getAttribute("aria-posinset")).toBe("1");
  // Only as far as somebody looks.
  expect(pages(app)).toHaveLength(1);
});

test("rows_that_turn_out_higher_move_those_below_them_and_no_others", () => {
  const heights = [52, 76, 76, 76, 76, 52, 76];
  const starts = offsets(heights, heights.length);
  const higher = new Map([
    [5, 90],
    [2, 118],
    [3, 40],
  ]);
  const wanted = heights.map((height, row) => higher.get(row) ?? height);
  expect(shifted(starts, higher)).toEqual(offsets(wanted, wanted.length));
  expect(shifted(starts, new Map())).toEqual(starts);
  expect(starts).toEqual(offsets(heights, heights.length));
});

test("looking_further_back_asks_for_what_is_older_and_nothing_comes_twice", async () => {
  const app = await opened({ payments: payments(2500) }, { at: "activity" });
  for (let turn = 0; turn < 4; turn += 1) {
    // Far above the window: the end of the list is in sight.
    vi.spyOn(Element.prototype, "getBoundingClientRect").mockReturnValue(new DOMRect(0, -10_000_000));
    window.dispatchEvent(new Event("scroll"));
    await settled();
    vi.restoreAllMocks();
  }
  const asked = pages(app);
  expect(asked.map(({ before }) => before === null)).toEqual([true, false, false]);
  const list = screen.getByRole("list", { name: "Payments" });
  const last = within(list).getAllByRole("listitem").at(-1);
  expect(last?.getAttribute("aria-posinset")).toBe(last?.getAttribute("aria-setsize"));
});

test("chips_let_through_what_they_say", async () => {
  await opened({ payments: payments(16) }, { at: "activity" });
  const list = () => text(screen.getByRole("list", { name: "Payments" }));
  expect(list()).toContain("Money added");
  await press("Out");
  expect(list()).not.toContain("Money added");
  await press("In");
  expect(list()).not.toContain("Corner Shop");
  await press("Not done yet");
  expect(list()).toContain("Still deciding");
  expect(list()).not.toContain("Daily Paper");
});

test("a_search_that_finds_nothing_says_how_to_go_on", async () => {
  const app = await opened({ payments: payments(16) }, { at: "activity" });
  await write("Search", "zzzz");
  await vi.waitFor(() => expect(text()).toContain("Nothing like this"), { timeout: 2000 });
  expect(app.calls.at(-1)?.request).toMatchObject({ search: "zzzz" });
  await press("Clear the filters");
  expect(text()).toContain("Corner Shop");
});

test("the_chart_has_a_table_and_the_month_its_fees", async () => {
  await opened({ payments: [line({ payment: "p", at: new Date().toISOString() })] }, { at: "activity" });
  expect(text()).toContain("Spent this month 21 sat");
  expect(text()).toContain("Fees this month 1 sat");
  await press("Show as table");
  const figures = within(screen.getByRole("table")).getAllByRole("row").slice(1);
  expect(figures).toHaveLength(6);
  expect(text(figures.at(-1) ?? null)).toContain("21 sat");
});

test("every_screen_of_money_has_its_empty_its_loading_and_its_error_state", async () => {
  const screens = [
    { place: { at: "activity" }, asks: "history" },
    { place: { at: "add_money" }, asks: "balance" },
    { place: { at: "get_paid" }, asks: "balance" },
    { place: { at: "give" }, asks: "balance" },
    { place: { at: "issuers" }, asks: "balance" },
    { place: { at: "issuer", address: MAPLE }, asks: "look_at_issuer" },
    { place: { at: "take_in", code: GIFT.code }, asks: "look_at_gift" },
    { place: { at: "receipt", payment: "payment-1" }, asks: "receipt" },
    { place: { at: "check", code: "lnbc210n1pcoffeecornershop" }, asks: "review" },
  ] as const;
  for (const { place, asks } of screens) {
    const app = await opened({ payments: [] });
    const release = app.hold(asks);
    go(place);
    await settled();
    expect(text(), place.at).toContain("Loading…");
    app.refuse(asks, refusal("internal", "No.", "safe"), refusal("internal", "No.", "safe"));
    release();
    await settled();
    expect(text(), place.at).toContain("You still have your money.");
    expect(button("Try again"), place.at).toBeTruthy();
    await press("Try again");
    await settled();
  }
});

test("nothing_of_the_money_stays_on_a_screen_that_was_locked", async () => {
  for (const place of [{ at: "activity" }, { at: "issuers" }, { at: "give" }] as const) {
    const app = await opened({ purses: [maple("4821"), birch()], payments: payments(16) }, place);
    app.happen({ kind: "locked" });
    await settled();
    expect(text(), place.at).not.toMatch(/4,821|Corner Shop|Maple|coffee with Ada/);
  }
});
