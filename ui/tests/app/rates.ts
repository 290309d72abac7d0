// The currency of the fake town: whichever it is, a bitcoin is worth a hundred thousand of it.
import type { ConvertedReport, FiatReport, RateReport } from "$lib/bridge";
import { refusal } from "./errors";
import { amount } from "./money";
import { NOW } from "./town";

const SOURCES = ["coinbase", "coingecko", "kraken"];
const AS_OF = new Date(NOW).toISOString();

export const rateOf = (currency: string | null): RateReport => ({
  currency,
  decimals: currency === null ? null : 2,
  rate: currency === null ? null : "100000",
  as_of: currency === null ? null : AS_OF,
  sources: currency === null ? [] : SOURCES,
  left_out: [],
  doubt: null,
});

/** What satoshis are worth. */
export const worthOf = (sats: string, currency: string): FiatReport => ({
  value: ((BigInt(sats) + 9n) / 10n).toString(),
  currency,
  decimals: 2,
  as_of: AS_OF,
  sources: SOURCES,
});

export const converted = (figure: string, currency: string | null): ConvertedReport => {
  if (currency === null) throw refusal("no_currency", "No currency is chosen.");
  const [, whole, cents = ""] = /^(\d+)(?:\.(\d{1,2}))?$/.exec(figure) ?? [];
  if (whole === undefined) throw refusal("bad_figure", "The figure cannot be read.");
  const value = BigInt(whole + cents.padEnd(2, "0"));
  const fiat: FiatReport = {
    value: value.toString(),
    currency,
    decimals: 2,
    as_of: AS_OF,
    sources: SOURCES,
  };
  return { fiat, amount: amount((value * 10n).toString(), "sat"), worth: fiat };
};
