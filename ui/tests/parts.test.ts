import { cleanup, render, screen, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { tick } from "svelte";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import AmountText from "$components/shared/AmountText.svelte";
import BarChart from "$components/shared/BarChart.svelte";
import FeeTable, { type Fee } from "$components/shared/FeeTable.svelte";
import OutcomeBadge from "$components/shared/OutcomeBadge.svelte";
import PinField from "$components/shared/PinField.svelte";
import QrCode from "$components/shared/QrCode.svelte";
import type { Amount } from "$lib/money/amount";
import { preferences } from "$lib/wallet/preferences.svelte";
import { language } from "$lib/words/language.svelte";
import Pay from "./parts/Pay.svelte";
import Sheet from "./parts/SheetWithContent.svelte";

const sat = (value: string): Amount => ({ value, unit: "sat" });
const text = (node: Element | null) =>
  (node?.textContent ?? "").replace(/[\u2066-\u2069]/g, "").replace(/\s+/g, " ").trim();

beforeEach(() => language.use("en"));
afterEach(() => {
  cleanup();
  preferences.hideMoney = false;
});

test("the_pay_button_says_the_exact_total", () => {
  render(Pay, { total: { value: "1234", unit: "usd" }, pay: () => {} });
  expect(text(screen.getByRole("button"))).toBe("Pay $12.34");
});

test("a_hasty_second_press_pays_once", async () => {
  let done = () => {};
  const pay = vi.fn(() => new Promise<void>((resolve) => (done = resolve)));
  render(Pay, { total: sat("21"), pay });
  const button = screen.getByRole("button");
  await userEvent.dblClick(button);
  await userEvent.keyboard("{Enter}");
  expect(pay).toHaveBeenCalledTimes(1);
  expect(button.getAttribute("aria-busy")).toBe("true");
  expect(document.activeElement).toBe(button);

  done();
  await vi.waitFor(() => expect(button.hasAttribute("aria-busy")).toBe(false));
  await userEvent.click(button);
  expect(pay).toHaveBeenCalledTimes(2);
});

const fee = (kind: string, amount: string, at_most: string): Fee => ({
  kind,
  to: "Maple",
  amount: sat(amount),
  at_most: sat(at_most),
});

const rows = () =>
  within(screen.getByRole("table"))
    .getAllByRole("row")
    .slice(1)
    .map((row) => [...row.children].map((cell) => text(cell)).join(" "));

test("every_fee_has_its_line_even_none", () => {
  render(FeeTable, {
    price: sat("210"),
    fees: [fee("issuer_input", "1", "1"), fee("network", "0", "3"), fee("swap", "0", "0")],
    total: sat("211"),
    total_at_most: sat("214"),
  });
  expect(rows()).toEqual([
    "Price 210 sat",
    "Issuer’s fee to Maple 1 sat",
    "Network fee to the Lightning network 0 sat at most 3 sat",
    "Changing coins to Maple none",
    "You pay 211 sat at most 214 sat",
  ]);
});

test("a_payment_without_fees_says_so", () => {
  render(FeeTable, { price: sat("5"), fees: [], total: sat("5"), total_at_most: sat("5") });
  expect(rows()).toEqual(["Price 5 sat", "Fees none", "You pay 5 sat"]);
});

test("a_fee_of_a_kind_we_do_not_know_is_still_shown", () => {
  render(FeeTable, {
    price: sat("5"),
    fees: [fee("moon_tax", "2", "2")],
    total: sat("7"),
    total_at_most: sat("7"),
  });
  expect(rows()).toContain("Other fee to Maple 2 sat");
});

test("what_a_payee_calls_itself_is_text_and_nothing_else", () => {
  const hostile = "<img src=x onerror=alert(1)>{1+1}";
  render(FeeTable, {
    price: sat("5"),
    fees: [{ ...fee("service", "2", "2"), to: hostile }],
    total: sat("7"),
    total_at_most: sat("7"),
  });
  expect(document.querySelector("img")).toBeNull();
  expect(rows()[1]).toContain(hostile);
});

test("my_money_is_hidden_when_i_hide_it_and_a_price_never_is", () => {
  preferences.hideMoney = true;
  const mine = render(AmountText, { amount: sat("48210"), own: true });
  expect(text(mine.container)).not.toMatch(/48/);
  expect(text(mine.container)).toContain("Amount hidden");
  const price = render(AmountText, { amount: sat("210") });
  expect(text(price.container)).toBe("210 sat");
});

test("an_amount_keeps_its_direction_among_words_of_another", () => {
  const { container } = render(AmountText, { amount: sat("210") });
  expect(text(container.querySelector("bdi"))).toBe("210 sat");
});

test("a_change_of_language_changes_words_digits_and_direction_at_once", async () => {
  render(OutcomeBadge, { outcome: "paid" });
  const { container } = render(AmountText, { amount: sat("210") });
  language.use("ar");
  await tick();
  expect(screen.getByText("تم الدفع")).toBeTruthy();
  expect(text(container)).toBe("٢١٠ ساتوشي");
  expect(document.documentElement.dir).toBe("rtl");
  expect(document.documentElement.lang).toBe("ar");
});

test("a_language_we_do_not_speak_falls_back_to_the_next_wish_then_to_english", () => {
  language.useFirstOf(["de-CH", "pt-BR", "fr"]);
  expect(language.locale).toBe("pt");
  language.useFirstOf(["de"]);
  expect(language.locale).toBe("en");
});

test("an_outcome_that_is_not_known_forbids_paying_again", () => {
  render(OutcomeBadge, { outcome: "still_deciding" });
  expect(screen.getByText("Still deciding. Do not pay again.")).toBeTruthy();
});

test("a_pin_may_be_pasted_with_spaces_around_it", async () => {
  const onfull = vi.fn();
  render(PinField, { value: "", onfull });
  const input = screen.getByLabelText<HTMLInputElement>("PIN");
  await userEvent.click(input);
  await userEvent.paste(" 123 456\n");
  expect(input.value).toBe("123456");
  expect(onfull).toHaveBeenCalledExactlyOnceWith("123456");
});

test("a_pin_may_be_typed_in_the_digits_of_ones_language", async () => {
  render(PinField, { value: "" });
  const input = screen.getByLabelText<HTMLInputElement>("PIN");
  await userEvent.type(input, "١٢३४56");
  expect(input.value).toBe("123456");
});

test("a_pin_is_covered_until_i_ask_to_see_it", async () => {
  render(PinField, { value: "123456" });
  const input = screen.getByLabelText<HTMLInputElement>("PIN");
  expect(input.type).toBe("password");
  await userEvent.click(screen.getByRole("button", { name: /Show/ }));
  expect(input.type).toBe("text");
  await userEvent.click(screen.getByRole("button", { name: /Hide/ }));
  expect(input.type).toBe("password");
});

test("what_is_wrong_with_a_field_is_read_out_with_the_field", () => {
  render(PinField, { value: "123456", error: "This PIN is not right." });
  const input = screen.getByLabelText("PIN");
  const described = (input.getAttribute("aria-describedby") ?? "")
    .split(" ")
    .map((id) => text(document.getElementById(id)));
  expect(described).toEqual(["This PIN is not right.", "You can paste it."]);
  expect(input.getAttribute("aria-invalid")).toBe("true");
});

test("a_code_on_the_screen_reads_back_as_what_it_was_made_of", async () => {
  const { default: decodeQR } = await import("qr/decode.js");
  const said = "lightning:LNBC210N1PEXAMPLE";
  render(QrCode, { text: said, title: "Code to scan" });
  const svg = screen.getByRole("img", { name: "Code to scan" });
  const size = Number(svg.getAttribute("viewBox")?.split(" ")[2]);
  const path = svg.querySelector("path")?.getAttribute("d") ?? "";
  // Painted as a camera would see it, eight points to a square.
  const scale = 8;
  const side = size * scale;
  const data = new Uint8Array(side * side * 3).fill(255);
  for (const [, x, y, long] of path.matchAll(/M(\d+) (\d+)h(\d+)/g)) {
    for (let row = Number(y) * scale; row < (Number(y) + 1) * scale; row += 1) {
      const start = (row * side + Number(x) * scale) * 3;
      data.fill(0, start, start + Number(long) * scale * 3);
    }
  }
  expect(decodeQR({ width: side, height: side, data })).toBe(said);
});

test("a_code_too_long_for_one_picture_says_so", () => {
  render(QrCode, { text: "x".repeat(9000), title: "Code to scan" });
  expect(screen.queryByRole("img")).toBeNull();
  expect(screen.getByText("This code is too long for one picture.")).toBeTruthy();
});

test("every_chart_has_a_table_with_the_same_figures", async () => {
  const bars = [
    { name: "38", amount: sat("1210") },
    { name: "39", amount: sat("0") },
  ];
  render(BarChart, { title: "Spent by week", each: "Week", bars });
  expect(screen.getByRole("img", { name: "Spent by week" }).querySelectorAll("rect")).toHaveLength(2);
  await userEvent.click(screen.getByRole("button", { name: "Show as table" }));
  expect(rows()).toEqual(["38 1,210 sat", "39 0 sat"]);
});

test("a_chart_hides_my_money_too", () => {
  preferences.hideMoney = true;
  render(BarChart, { title: "Spent", each: "Week", bars: [{ name: "38", amount: sat("1210") }] });
  expect(text(screen.getByRole("img"))).not.toContain("1,210");
});

test("a_sheet_is_named_closes_with_escape_and_gives_the_focus_back", async () => {
  render(Sheet);
  const opener = screen.getByRole("button", { name: "Check and pay" });
  await userEvent.click(opener);
  const sheet = await screen.findByRole("dialog", { name: "Check and pay" });
  await vi.waitFor(() => expect(sheet.contains(document.activeElement)).toBe(true));
  await userEvent.keyboard("{Escape}");
  await vi.waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  await vi.waitFor(() => expect(document.activeElement).toBe(opener));
});

test("a_held_enter_key_presses_nothing_in_a_sheet_that_opens", async () => {
  const paid = vi.fn();
  render(Sheet, { pay: paid });
  await userEvent.click(screen.getByRole("button", { name: "Check and pay" }));
  await screen.findByRole("dialog");
  await userEvent.keyboard("{Enter}{Enter}");
  expect(paid).not.toHaveBeenCalled();
  expect(screen.getByRole("dialog")).toBeTruthy();
});
