import { expect, test } from "vitest";
import type { PaymentLine } from "$lib/bridge";
import { spent } from "./sums";

const line = (some: Partial<PaymentLine>): PaymentLine => ({
  payment: "p",
  at: "2026-11-22T10:42:00Z",
  direction: "out",
  kind: "lightning_invoice",
  payee: null,
  amount: { value: "21", unit: "sat" },
  fees: { value: "1", unit: "sat" },
  outcome: "paid",
  note: null,
  ...some,
});

test("only_what_was_paid_out_counts_as_spent", () => {
  const lines = [
    line({}),
    line({ direction: "in" }),
    line({ outcome: "not_paid" }),
    line({ outcome: "still_deciding" }),
    line({ amount: { value: "9007199254740993", unit: "sat" } }),
  ];
  expect(spent(lines)).toEqual([
    { paid: { value: "9007199254741014", unit: "sat" }, fees: { value: "2", unit: "sat" } },
  ]);
});

test("units_are_never_mixed", () => {
  const cents = { value: "150", unit: "usd" };
  expect(spent([line({ amount: cents, fees: { value: "0", unit: "usd" } }), line({})])).toEqual([
    { paid: cents, fees: { value: "0", unit: "usd" } },
    { paid: { value: "21", unit: "sat" }, fees: { value: "1", unit: "sat" } },
  ]);
});

test("who_spent_nothing_has_no_sum", () => {
  expect(spent([])).toEqual([]);
});
