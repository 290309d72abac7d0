import type { Bar } from "$components/shared/BarChart.svelte";
import type { Fee } from "$components/shared/FeeTable.svelte";
import type { Amount } from "$lib/money/amount";

export const sat = (value: string): Amount => ({ value, unit: "sat" });
export const usd = (value: string): Amount => ({ value, unit: "usd" });

export const fees: readonly Fee[] = [
  { kind: "issuer_input", to: "Maple", amount: sat("1"), at_most: sat("1") },
  { kind: "network", to: "Lightning", amount: sat("2"), at_most: sat("6") },
  { kind: "swap", to: "Maple", amount: sat("0"), at_most: sat("0") },
];

export const weeks: readonly Bar[] = [
  ["38", "1210"],
  ["39", "840"],
  ["40", "2100"],
  ["41", "0"],
  ["42", "1460"],
  ["43", "310"],
].map(([name = "", value = "0"]) => ({ name, amount: sat(value) }));

/** A real shape of what is paid: a BOLT 11 invoice is about this long. */
export const invoice = `lightning:lnbc21n1${"p5qzxk2mvw8r4hj9".repeat(16)}`.toUpperCase();
