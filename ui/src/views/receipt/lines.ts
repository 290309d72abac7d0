import type { ReceiptReport } from "$lib/bridge";
import { isNil } from "$lib/money/amount";
import { feeName, feeTo } from "$lib/words/fees";
import { language, m } from "$lib/words/language.svelte";
import { payeeName } from "$lib/words/payee";
import { moment } from "$lib/words/when";
import { headline, kindName, priceName, totalName, whereabouts } from "./kinds";

export interface Line {
  readonly name: string;
  readonly says: string;
  /** The one that counts. */
  readonly total?: boolean;
}

/** A receipt as it can be given to others. */
export interface Told {
  readonly title: string;
  readonly headline: string;
  readonly where: string;
  readonly lines: readonly Line[];
}

/** Without the person's own note, and without e-cash: that would be the money. */
export function toldToOthers(receipt: ReceiptReport): Told {
  const { direction, fees, price, payee, unnamed } = receipt;
  const out = direction === "out";
  const lines: (Line | undefined)[] = [
    payee === null
      ? undefined
      : { name: out ? m.check_to() : m.receipt_from(), says: payeeName(payee, unnamed) },
    { name: m.receipt_when(), says: moment(receipt.at) },
    { name: m.receipt_kind(), says: kindName(receipt.kind) },
    { name: priceName(receipt), says: language.amount(price) },
    ...fees.map((fee) => ({
      name: `${feeName(fee.kind)} (${feeTo(fee)})`,
      says: isNil(fee.amount) ? m.amount_none() : language.amount(fee.amount),
    })),
    {
      name: totalName(receipt),
      says: language.amount(out ? receipt.left_purse : receipt.paid),
      total: true,
    },
    isNil(receipt.returned)
      ? undefined
      : { name: m.receipt_returned(), says: language.amount(receipt.returned) },
    { name: m.receipt_number(), says: receipt.payment },
    receipt.proof === null ? undefined : { name: m.receipt_proof(), says: receipt.proof.text },
  ];
  return {
    title: `${m.app_name()}: ${m.title_receipt()}`,
    headline: headline(receipt),
    where: whereabouts(receipt),
    lines: lines.filter((line) => line !== undefined),
  };
}

export function asText({ title, headline, where, lines }: Told): string {
  const rows = lines.map(({ name, says }) => `${name}: ${says}`);
  return [title, "", headline, where, "", ...rows, ""].join("\n");
}
