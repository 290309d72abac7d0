import type { FiatReport } from "$lib/bridge";

const DIGITS = /^\d{1,30}$/;

/** A figure of a currency with its decimal point put in, by moving text and never by dividing. */
export function fiatText({ value, currency, decimals }: FiatReport, tag: string): string {
  if (!DIGITS.test(value)) throw new RangeError("a figure is written in digits only");
  const digits = value.padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals);
  const exact = decimals === 0 ? whole : `${whole}.${digits.slice(digits.length - decimals)}`;
  const format = new Intl.NumberFormat(tag, {
    style: "currency",
    currency,
    currencyDisplay: "narrowSymbol",
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
  return format.format(exact as `${number}`);
}

/** The smallest figure there is of a currency. */
export const smallest = (fiat: FiatReport): FiatReport => ({ ...fiat, value: "1" });
