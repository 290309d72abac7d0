// What the fake app spent. The window itself counts no money.
import type { PaymentLine, SpentAmounts } from "$lib/bridge";

const counts = ({ direction, outcome }: PaymentLine): boolean =>
  direction === "out" && outcome === "paid";

function spent(lines: Iterable<PaymentLine>): SpentAmounts[] {
  const sums = new Map<string, { paid: bigint; fees: bigint }>();
  for (const line of lines) {
    if (!counts(line)) continue;
    const { unit } = line.amount;
    const sum = sums.get(unit) ?? { paid: 0n, fees: 0n };
    sum.paid += BigInt(line.amount.value);
    sum.fees += BigInt(line.fees.value);
    sums.set(unit, sum);
  }
  return [...sums].map(([unit, { paid, fees }]) => ({
    paid: { value: paid.toString(), unit },
    fees: { value: fees.toString(), unit },
  }));
}

/** Span by span, as the app answers `spent`. */
export function spentIn(lines: readonly PaymentLine[], starts: readonly string[]): SpentAmounts[][] {
  const begin = starts.map((start) => Date.parse(start));
  return begin.map((start, at) => {
    const end = begin[at + 1] ?? Number.POSITIVE_INFINITY;
    return spent(lines.filter((line) => Date.parse(line.at) >= start && Date.parse(line.at) < end));
  });
}
