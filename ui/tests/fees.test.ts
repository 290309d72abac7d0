import { cleanup, render } from "@testing-library/svelte";
import { afterEach, expect, test } from "vitest";
import FeeTable, { type Fee } from "$components/shared/FeeTable.svelte";
import type { Amount } from "$lib/money/amount";
import { feeTo } from "$lib/words/fees";
import { language } from "$lib/words/language.svelte";
import { text } from "./app/opened";

afterEach(cleanup);

const KINDS = ["issuer_input", "swap", "network", "service", "conversion", "rounding", "payee"];

/** The same numbers every time. */
function* numbers(seed: bigint): Generator<bigint, never> {
  let state = seed;
  for (;;) {
    state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
    yield state >> 33n;
  }
}

const sat = (value: bigint): Amount => ({ value: value.toString(), unit: "sat" });

/** The first figure of a cell, as somebody reads it; "none" is nothing. */
const figure = (cell: Element | null): bigint =>
  BigInt((/[\d,]+(?= sat)/.exec(text(cell))?.[0] ?? "0").replaceAll(",", ""));

test("a_thousand_quotes_on_the_screen_add_up_to_their_totals", () => {
  language.use("en");
  const next = numbers(7n);
  for (let quote = 0; quote < 1000; quote += 1) {
    const price = next.next().value % 2_000_000n;
    const fees: Fee[] = KINDS.slice(0, Number(next.next().value % 8n)).map((kind) => {
      const least = next.next().value % 50n;
      const most = least + (next.next().value % 9n);
      return { kind, to: "Maple", amount: sat(least), at_most: sat(most) };
    });
    const sum = (of: (fee: Fee) => Amount) =>
      fees.reduce((all, fee) => all + BigInt(of(fee).value), price);
    const total = sum((fee) => fee.amount);
    const most = sum((fee) => fee.at_most);
    render(FeeTable, { price: sat(price), fees, total: sat(total), total_at_most: sat(most) });
    const shown = [...document.querySelectorAll("td")].map(figure);
    const last = shown.pop() ?? 0n;
    expect(shown.reduce((all, one) => all + one, 0n), `quote ${quote}`).toBe(last);
    expect(last, `quote ${quote}`).toBe(total);
    cleanup();
  }
}, 60_000);

test("a_fee_goes_to_whom_the_app_says_and_what_rounding_loses_to_whoever_gets_it", () => {
  language.use("en");
  const plain = (fee: { kind: string; to: string }) => feeTo(fee).replace(/[\u2066-\u2069]/g, "");
  expect(plain({ kind: "rounding", to: "Maple" })).toBe("to Maple");
  expect(plain({ kind: "rounding", to: "the payee" })).toBe("to the one you pay");
  expect(plain({ kind: "network", to: "Lightning" })).toBe("to the Lightning network");
});
