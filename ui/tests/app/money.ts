// The fake app's own counting, as the real one does its: integers, never floats.
import type { Amount } from "$lib/bridge";

export const amount = (value: bigint | string, unit = "sat"): Amount => ({
  value: String(value),
  unit,
});
export const sat = (value: bigint | string): Amount => amount(value, "sat");
export const count = ({ value }: Amount): bigint => BigInt(value);
export const plus = (one: Amount, ...more: Amount[]): Amount =>
  amount(more.reduce((sum, { value }) => sum + BigInt(value), count(one)), one.unit);
export const minus = (one: Amount, other: Amount): Amount =>
  amount(count(one) - count(other), one.unit);
export const least = (one: bigint, other: bigint): bigint => (one < other ? one : other);

/** What a person typed, as the app reads it. */
export function typed(text: string, unit: string): Amount | undefined {
  const plain = text.trim().replace(/^\$/, "");
  if (unit === "sat") return /^\d{1,15}( ?sat)?$/.test(plain) ? sat(BigInt(plain.replace(/\D/g, ""))) : undefined;
  const parts = /^(\d{1,12})(?:\.(\d{1,2}))?$/.exec(plain);
  if (parts === null) return undefined;
  return amount(BigInt(`${parts[1]}${(parts[2] ?? "").padEnd(2, "0")}`), unit);
}

/** What all purses would hold after a payment. */
export function leftAfter(
  purses: readonly { spendable: Amount }[],
  total: Amount,
  most: Amount,
): { expected: Amount; at_least: Amount } {
  const ours = purses.map(({ spendable }) => spendable).filter(({ unit }) => unit === total.unit);
  const all = plus(amount("0", total.unit), ...ours);
  return { expected: minus(all, total), at_least: minus(all, most) };
}
