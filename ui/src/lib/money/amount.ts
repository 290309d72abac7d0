/** An amount as it crosses the bridge: an integer of the unit's smallest piece, in digits. */
export interface Amount {
  readonly value: string;
  readonly unit: string;
}

/** How an amount is written: the figure, and its unit before or after it. */
export interface Written {
  readonly figure: string;
  readonly unit: string;
  readonly unitFirst: boolean;
  readonly spaced: boolean;
}

/** Where the decimal point of a unit stands, and the currency it is a part of. */
const UNITS: Readonly<Record<string, { decimals: number; currency?: string }>> = {
  sat: { decimals: 0 },
  msat: { decimals: 3 },
  usd: { decimals: 2, currency: "USD" },
  eur: { decimals: 2, currency: "EUR" },
};

const DIGITS = /^\d{1,30}$/;

/** The amount's integer; refuses whatever is not plain digits, because it is not ours. */
export function integer(amount: Amount): bigint {
  if (!DIGITS.test(amount.value)) throw new RangeError("an amount is written in digits only");
  return BigInt(amount.value);
}

export const isNil = (amount: Amount): boolean => integer(amount) === 0n;

/** The integer with its decimal point put in, by moving text and never by dividing. */
export function decimal(amount: Amount): `${number}` {
  const places = UNITS[amount.unit]?.decimals ?? 0;
  const digits = integer(amount).toString().padStart(places + 1, "0");
  const whole = digits.slice(0, digits.length - places);
  const fraction = digits.slice(digits.length - places);
  return (places === 0 ? whole : `${whole}.${fraction}`) as `${number}`;
}

/** How long `part` is beside `most`, in thousandths: for drawing, not for counting. */
export function thousandths(part: Amount, most: Amount): number {
  const whole = integer(most);
  return whole === 0n ? 0 : Number((integer(part) * 1000n) / whole);
}

export interface Manner {
  /** A BCP 47 language tag. */
  readonly locale: string;
  /** How the language calls a satoshi. */
  readonly sat: string;
}

/** The amount as a language writes it, in two pieces so that each can have its own size. */
export function written(amount: Amount, { locale, sat }: Manner): Written {
  const known = UNITS[amount.unit];
  const exact = decimal(amount);
  if (known?.currency === undefined) {
    const format = new Intl.NumberFormat(locale, { maximumFractionDigits: known?.decimals ?? 0 });
    const unit = known === undefined ? amount.unit : sat;
    return { figure: format.format(exact), unit, unitFirst: false, spaced: true };
  }
  const format = new Intl.NumberFormat(locale, {
    style: "currency",
    currency: known.currency,
    currencyDisplay: "narrowSymbol",
  });
  // Some languages put marks of direction in; `<bdi>` does that here.
  const parts = format.formatToParts(exact).map(({ type, value }) => ({
    type,
    value: value.replace(/[\u061c\u200e\u200f]/g, ""),
  }));
  const at = parts.findIndex(({ type }) => type === "currency");
  const figure = parts.filter(({ type }) => type !== "currency" && type !== "literal");
  return {
    figure: figure.map(({ value }) => value).join(""),
    unit: parts[at]?.value ?? known.currency,
    unitFirst: at < parts.findIndex(({ type }) => type === "integer"),
    spaced: parts.some(({ type, value }) => type === "literal" && value.trim() === "" && value !== ""),
  };
}

/** The amount as one piece of text, which never breaks across lines. */
export function told(amount: Amount, manner: Manner): string {
  const { figure, unit, unitFirst, spaced } = written(amount, manner);
  const gap = spaced ? "\u00a0" : "";
  return unitFirst ? `${unit}${gap}${figure}` : `${figure}${gap}${unit}`;
}
