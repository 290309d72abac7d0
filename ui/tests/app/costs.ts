// What the fake town's payments cost: enough for a screen to be made on.
import type { CostReport, CostsReport, PaidFeeReport, PaymentLine } from "$lib/bridge";
import { amount, count, plus } from "./money";

const costOf = (of: string | null, lines: readonly PaymentLine[]): CostReport => {
  const unit = lines[0]?.amount.unit ?? "sat";
  const sum = (all: readonly PaymentLine[], what: "amount" | "fees") =>
    plus(amount("0", unit), ...all.map((line) => line[what]));
  const moved = lines.filter(({ outcome }) => outcome === "paid");
  const cost = sum(lines, "fees");
  const whole = count(sum(moved, "amount"));
  return {
    of,
    payments: lines.length,
    paid: sum(moved.filter(({ direction }) => direction === "out"), "amount"),
    received: sum(moved.filter(({ direction }) => direction === "in"), "amount"),
    cost,
    basis_points: whole === 0n ? null : Number((count(cost) * 10_000n + whole - 1n) / whole),
    cost_fiat: null,
  };
};

/** One sum for each name and unit, the dearest first. */
const by = (lines: readonly PaymentLine[], name: (line: PaymentLine) => string | null): CostReport[] => {
  const groups = new Map<string, PaymentLine[]>();
  for (const line of lines) {
    const key = `${name(line) ?? ""} ${line.amount.unit}`;
    groups.set(key, [...(groups.get(key) ?? []), line]);
  }
  const all = [...groups.values()].map((group) => costOf(group[0] ? name(group[0]) : null, group));
  return all.sort((one, other) => Number(count(other.cost) - count(one.cost)));
};

/** All fees: of a Lightning payment's the network got them, of all others the issuer. */
const takenOf = (lines: readonly PaymentLine[]): PaidFeeReport[] =>
  by(lines, ({ kind }) => (kind === "lightning_invoice" ? "network" : "issuer_input")).map(({ of, cost }) => ({
    kind: of as PaidFeeReport["kind"],
    to: of === "network" ? "the Lightning network" : "Maple",
    amount: cost,
  }));

export const costsOf = (
  payments: readonly PaymentLine[],
  month: string | null,
  currency: string | null,
): CostsReport => {
  const all = payments.filter(({ at }) => month === null || at.startsWith(month));
  const lines = all.filter(({ outcome }) => outcome !== "still_deciding");
  const dearest = lines
    .filter(({ fees }) => count(fees) > 0n)
    .sort((one, other) => Number(count(other.fees) - count(one.fees)));
  return {
    month,
    currency,
    decimals: currency === null ? null : 2,
    totals: by(lines, () => null),
    months: by(lines, ({ at }) => at.slice(0, 7)),
    kinds: by(lines, ({ kind }) => kind),
    payees: by(
      lines.filter(({ direction }) => direction === "out"),
      ({ payee }) => payee,
    ),
    purses: [],
    taken: takenOf(lines),
    dearest: dearest.slice(0, 3).map((payment) => ({ payment, cost: payment.fees })),
    cheaper: [],
    undecided: all.length - lines.length,
  };
};
