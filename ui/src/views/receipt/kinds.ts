import type { ReceiptReport } from "$lib/bridge";
import { language, m } from "$lib/words/language.svelte";

/** Somebody paid, and the money is with a copy of this wallet. */
const isElsewhere = ({ outcome, why_code }: ReceiptReport): boolean =>
  outcome === "not_paid" && why_code === "collected_elsewhere";

/** What came in between says where the money is, and not what became of the payment. */
const sentences: Readonly<Record<string, () => string>> = {
  collected_elsewhere: m.trouble_collected_elsewhere,
  refused_but_taken: m.trouble_refused_but_taken,
  taken_in_part: m.trouble_taken_in_part,
};

/** Where the money is by what came in between; nothing where that does not say it. */
const placeOf = ({ outcome, why_code = "" }: ReceiptReport) => (outcome === "still_deciding" ? undefined : sentences[why_code]);

/** What came in between is said where the money is told of. */
export const isSaidWithTheMoney = (receipt: ReceiptReport): boolean => placeOf(receipt) !== undefined;

/** A receipt as one sentence, for its headline. */
export function headline(receipt: ReceiptReport): string {
  const { outcome, direction, kind, price, paid } = receipt;
  if (isElsewhere(receipt)) return m.receipt_not_here();
  if (outcome === "still_deciding") {
    return kind === "top_up" ? m.receipt_waiting() : m.receipt_deciding();
  }
  if (outcome === "not_paid") return direction === "in" ? m.receipt_not_in() : m.receipt_not_paid();
  if (kind === "give") return m.receipt_given({ amount: language.amount(price) });
  const amount = language.amount(paid);
  if (kind === "move") return m.receipt_moved({ amount });
  return direction === "in" ? m.receipt_got({ amount }) : m.receipt_paid({ amount });
}

/** Where the money is, in one sentence. */
export function whereabouts(receipt: ReceiptReport): string {
  const { outcome, direction, kind, token } = receipt;
  const place = placeOf(receipt);
  if (place) return place();
  if (outcome === "not_paid") return direction === "in" ? m.receipt_nothing_moved() : m.money_safe();
  if (outcome === "still_deciding") {
    return kind === "top_up" ? m.receipt_nobody_paid_yet() : m.money_unknown();
  }
  if (direction === "in") return m.receipt_in_your_purse();
  if (kind === "move") return m.receipt_in_other_purse();
  if (kind === "give") return token === null ? m.gift_taken() : m.gift_not_taken();
  return token === null ? m.money_moved() : m.receipt_hand_over();
}

/** What the last line of its figures is called. */
/** What it was about, before fees: nobody names a price for what comes in. */
export function priceName({ direction, kind }: ReceiptReport): string {
  if (kind === "give") return m.give_amount_row();
  if (kind === "move") return m.move_amount();
  return direction === "in" ? m.fees_amount() : m.fees_price();
}

export function totalName({ outcome, direction, kind }: ReceiptReport): string {
  if (outcome === "still_deciding") return m.receipt_so_far();
  if (kind === "give") return m.give_leaves();
  if (kind === "move") return m.move_leaves();
  return direction === "out" ? m.receipt_you_paid() : m.receipt_you_got();
}

/** What kind of payment it was, in a word or two. */
export const kindName = (kind: string): string =>
  (
    ({
      lightning_invoice: m.kind_lightning,
      lightning_offer: m.kind_lightning,
      lnurl_pay: m.kind_lightning,
      cashu_request: m.kind_request,
      page: m.kind_page,
      give: m.kind_give,
      redeem: m.kind_redeem,
      top_up: m.kind_top_up,
      move: m.kind_move,
    })[kind] ?? m.kind_other
  )();
