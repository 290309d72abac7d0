import type { ErrorDetail } from "$lib/bridge";
import { wallet } from "$lib/wallet/glance.svelte";
import { atHand } from "./at-hand.svelte";
import { language, m } from "./language.svelte";
import type { Sentences, WayOut } from "./sentences";

/** An error in the person's language: what happened, where the money is, what to do. */
export interface Told {
  readonly what: string;
  readonly money: string;
  readonly next: string;
  /** Where `next` says to go. */
  readonly wayOut: WayOut | undefined;
}

const MONEY: Readonly<Record<ErrorDetail["money"], () => string>> = {
  safe: m.money_safe,
  moved: m.money_moved,
  unknown: m.money_unknown,
};

/** For what has no sentences of its own. */
const GENERAL: Sentences = {
  what: m.trouble_general_what,
  next: m.trouble_general_next,
  wayOut: "problems",
  shut: m.next_open_town,
};

/** Read where a screen is drawn: it is drawn again when the sentences are there. */
export function told(error: ErrorDetail): Told {
  void atHand.fetch();
  const known = atHand.sentences?.[error.code] ?? GENERAL;
  // Where the money is never has to be fetched.
  const money = (known.money?.[error.money] ?? MONEY[error.money] ?? m.money_unknown)();
  const what = known.what();
  // How much is missing says more than that something is.
  if (error.missing && known !== GENERAL) {
    const next = m.next_missing({ amount: language.amount(error.missing) });
    return { what, money, next, wayOut: undefined };
  }
  const open = wallet.glance?.state === "open";
  if (known.shut && !open) return { what, money, next: known.shut(), wayOut: undefined };
  // Not before it is known which: a button that goes again would be pressed in vain.
  const next = (error.payment === undefined ? undefined : known.nextThere) ?? known.next;
  return { what, money, next: next(), wayOut: atHand.sentences && known.wayOut };
}
