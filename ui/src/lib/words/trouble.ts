import type { ErrorDetail } from "$lib/bridge";
import { atHand } from "./at-hand.svelte";
import { language, m } from "./language.svelte";

/** An error in the person's language: what happened, where the money is, what to do. */
export interface Told {
  readonly what: string;
  readonly money: string;
  readonly next: string;
}

const MONEY: Readonly<Record<ErrorDetail["money"], () => string>> = {
  safe: m.money_safe,
  moved: m.money_moved,
  unknown: m.money_unknown,
};

/** Read where a screen is drawn: it is drawn again when the sentences are there. */
export function told(error: ErrorDetail): Told {
  void atHand.fetch();
  const known = atHand.sentences?.[error.code];
  // Where the money is never has to be fetched.
  const money = (MONEY[error.money] ?? m.money_unknown)();
  // How much is missing says more than that something is.
  const missing = error.missing && m.next_missing({ amount: language.amount(error.missing) });
  if (known !== undefined) return { what: known.what(), money, next: missing ?? known.next() };
  return { what: m.trouble_general_what(), money, next: m.trouble_general_next() };
}
