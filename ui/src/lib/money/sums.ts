import type { PaymentLine } from "$lib/bridge";
import { integer, type Amount } from "./amount";

/** What went out over a while, in one unit, for a heading or a chart. Nothing is paid by it. */
export interface Spent {
  readonly paid: Amount;
  readonly fees: Amount;
}

const counts = ({ direction, outcome }: PaymentLine): boolean =>
  direction === "out" && outcome === "paid";

/** Together, each unit by itself, the unit of the newest payment first. */
export function spent(lines: Iterable<PaymentLine>): readonly Spent[] {
  const sums = new Map<string, { paid: bigint; fees: bigint }>();
  for (const line of lines) {
    if (!counts(line)) continue;
    const { unit } = line.amount;
    const sum = sums.get(unit) ?? { paid: 0n, fees: 0n };
    sum.paid += integer(line.amount);
    if (line.fees.unit === unit) sum.fees += integer(line.fees);
    sums.set(unit, sum);
  }
  return [...sums].map(([unit, { paid, fees }]) => ({
    paid: { value: paid.toString(), unit },
    fees: { value: fees.toString(), unit },
  }));
}
