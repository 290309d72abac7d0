import { screen, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test } from "vitest";
import { places } from "$lib/places.svelte";
import { online } from "$lib/wallet/online.svelte";
import { preferences } from "$lib/wallet/preferences.svelte";
import { refusal } from "./app/errors";
import { closed, opened, settled, text } from "./app/opened";
import { birch, line, maple, payments } from "./app/town";

afterEach(() => {
  online.yes = true;
  closed();
});

const main = () => screen.getByRole("main");
const press = async (name: string | RegExp) => {
  await userEvent.click(within(main()).getByRole("button", { name }));
  await settled();
};

test("home_says_what_i_have_as_the_app_counted_it", async () => {
  await opened({ purses: [maple("4821"), birch("319")] });
  const have = screen.getByRole("region", { name: "You have" });
  expect(text(have)).toContain("4,821 sat");
  expect(text(have)).toContain("$3.19");
});

test("home_follows_the_money_as_it_moves", async () => {
  const app = await opened({ purses: [maple("100")] });
  app.town.purses = [maple("250")];
  app.happen({ kind: "changed" });
  await settled();
  expect(text(screen.getByRole("region", { name: "You have" }))).toContain("250 sat");
});

test("hidden_money_is_nowhere_on_home_and_stays_hidden", async () => {
  await opened({ purses: [maple("4821", "17")], payments: payments(8) });
  await press("Hide my money");
  expect(text(main())).not.toMatch(/4,?821|\b17\b|\b21 sat/);
  expect(localStorage.getItem("farthing.preferences")).toContain('"hideMoney":true');
  await press("Show my money");
  expect(text(main())).toContain("4,821 sat");
});

test("what_is_undecided_comes_before_the_last_three_payments", async () => {
  await opened({ payments: payments(8) });
  const headings = screen.getAllByRole("heading", { level: 2 }).map((one) => text(one));
  expect(headings.indexOf("Still deciding")).toBeGreaterThan(-1);
  expect(headings.indexOf("Still deciding")).toBeLessThan(headings.indexOf("Last payments"));
  expect(screen.getAllByRole("button", { name: /Went out|Not paid|Came in/ })).toHaveLength(3);
});

test("an_invoice_of_mine_nobody_paid_yet_is_no_worry", async () => {
  const waiting = line({ payment: "p1", kind: "top_up", direction: "in", outcome: "still_deciding", payee: null });
  await opened({ payments: [waiting] });
  expect(screen.queryByRole("heading", { name: "Still deciding" })).toBeNull();
});

test("with_play_money_the_first_comes_in_one_tap", async () => {
  const app = await opened({ purses: [maple("0")] });
  await press("Get play money");
  expect(text(screen.getByRole("region", { name: "You have" }))).toContain("2,000 sat");
  expect(text(main())).toContain("2,000 sat of play money came in.");
  expect(app.count("practice_pay")).toBe(1);
});

test("a_first_coffee_is_one_tap_from_its_check_and_pays_nothing_yet", async () => {
  const app = await opened({ purses: [maple("2000")] });
  await press("Buy a coffee");
  expect(places.current).toEqual({ at: "check", code: "lnbc210n1pcoffeecornershop" });
  expect(app.count("pay")).toBe(0);
});

test("a_real_wallet_is_offered_no_play_money", async () => {
  await opened({ glance: { practice: false }, purses: [] });
  expect(screen.queryByRole("button", { name: /play money|coffee/ })).toBeNull();
  expect(text(main())).toContain("Your wallet is empty");
});

test("words_not_written_down_are_asked_for_once_there_is_money", async () => {
  await opened({ glance: { words_unseen: true } });
  await press(/Write down your 12 words/);
  expect(places.current.at).toBe("words");
  closed();
  await opened({ glance: { words_unseen: true }, purses: [maple("0")] });
  expect(screen.queryByRole("button", { name: /Write down your 12 words/ })).toBeNull();
});

test("offline_is_said_once_and_the_balance_stays", async () => {
  await opened({ glance: { practice: false } });
  online.yes = false;
  await settled();
  const said = screen.getAllByText("You are offline. You can still see your money and your receipts.");
  expect(said).toHaveLength(1);
  expect(said[0]?.closest("[role=status]")).toBeTruthy();
  expect(text(screen.getByRole("region", { name: "You have" }))).toContain("4,821 sat");
});

test("a_balance_that_could_not_be_asked_for_again_says_how_old_it_is", async () => {
  const app = await opened();
  app.refuse("balance", refusal("files_unusable"));
  app.happen({ kind: "changed" });
  await settled();
  expect(text(screen.getByRole("region", { name: "You have" }))).toMatch(/4,821 sat.*As of \d/);
});

test("a_balance_that_is_not_known_is_never_shown_as_zero", async () => {
  const app = await opened({ glance: { state: "locked" } });
  app.refuse("balance", refusal("files_unusable"));
  await userEvent.click(screen.getByLabelText("PIN"));
  await userEvent.paste("123456");
  await userEvent.keyboard("{Enter}");
  await settled();
  expect(text(main())).not.toMatch(/\b0 sat/);
  expect(text(main())).toContain("You still have your money.");
});

test("picture_cash_shows_the_same_sum_in_pieces", async () => {
  await opened({ purses: [maple("4821")] });
  expect(screen.queryByRole("img", { name: /coins and notes/ })).toBeNull();
  preferences.pictureCash = true;
  await settled();
  const cash = screen.getByRole("img", { name: /coins and notes/ });
  const pieces = (cash.getAttribute("aria-label") ?? "").matchAll(/(\d+) × ([\d,]+)\ssat/g);
  const sum = [...pieces].reduce((all, [, many, worth]) => all + Number(many) * Number(worth?.replace(",", "")), 0);
  expect(sum).toBe(4821);
});
