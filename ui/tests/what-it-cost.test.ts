import { screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test } from "vitest";
import { fiatText } from "$lib/money/fiat";
import { go } from "$lib/places.svelte";
import { closed, opened, settled, text } from "./app/opened";
import { payments } from "./app/town";
import { press, write } from "./hand";

afterEach(closed);

const euro = (value: string) => ({ value, currency: "EUR", decimals: 2, as_of: "2026-11-22T10:00:00Z", sources: [] });
const choose = async (code: string) => {
  await userEvent.selectOptions(screen.getByLabelText("Show amounts in your own currency too"), code);
  await settled();
};

test("the_four_lines_of_the_fees_are_always_there_and_not_used_is_not_none", async () => {
  await opened({ payments: [] }, { at: "fees" });
  for (const line of ["Paying with Lightning", "Paying with e-cash", "Adding money", "Taking e-cash in"]) {
    expect(text()).toContain(`${line} not used`);
  }
  expect(text()).toContain("Nothing was paid then.");
});

test("what_it_cost_who_got_it_and_what_was_dearest_stand_there_and_the_ring_has_a_table", async () => {
  const app = await opened({ payments: payments(40) }, { at: "fees" });
  await userEvent.click(screen.getByRole("radio", { name: "From the start" }));
  await settled();
  expect(app.calls.at(-1)?.request).toEqual({ month: null });
  expect(text()).toContain("Your fees");
  expect(text()).toContain("Who got the fees");
  await press("Show as table");
  expect(screen.getByRole("table")).toBeTruthy();
  expect(text()).toContain("How to pay less");
});

test("a_figure_of_a_currency_is_written_from_its_digits", () => {
  expect(fiatText(euro("86"), "en")).toBe("€0.86");
  expect(fiatText({ ...euro("500"), currency: "JPY", decimals: 0 }, "en")).toBe("¥500");
  expect(fiatText(euro("123456789012345678"), "en")).toBe("€1,234,567,890,123,456.78");
  expect(() => fiatText(euro("1.5"), "en")).toThrow();
});

test("nobody_is_asked_for_a_price_before_a_currency_was_chosen", async () => {
  const app = await opened();
  expect(app.count("rate")).toBe(0);
  expect(app.count("choose_currency")).toBe(0);
});

test("an_amount_may_be_typed_in_ones_own_money_and_what_moves_is_shown", async () => {
  const app = await opened({}, { at: "settings" });
  await choose("EUR");
  expect(app.town.currency).toBe("EUR");
  go({ at: "add_money" });
  await settled();
  await press("Type it in Euro");
  await write("How much do you want to add?", "5");
  expect(text()).toMatch(/That is [\d,]+ sat\./);
  await press("Show code");
  const asked = app.calls.findLast(({ name }) => name === "top_up")?.request as { amount: string; unit: string };
  expect(asked.unit).toBe("sat");
  expect(asked.amount).toMatch(/^\d+$/);
});
