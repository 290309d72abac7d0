// The end of a wallet.
import type { ErasePlan, Glance } from "$lib/bridge";
import type { Town } from ".";
import { refusal } from "./errors";

export function erasePlan(town: Town): ErasePlan {
  const open = town.payments.filter(({ outcome }) => outcome === "still_deciding");
  return {
    issuers: town.purses.map(({ issuer, spendable }) => ({ url: issuer, amount: spendable })),
    open: open.filter(({ kind }) => kind !== "top_up").length,
    invoices: open.filter(({ kind }) => kind === "top_up").length,
  };
}

export function erased(town: Town, words: string, leave_invoices: boolean): Glance {
  if (words !== town.words.join(" ")) throw refusal("other_words", "These are the words of another wallet.");
  if (erasePlan(town).open > 0) throw refusal("erase_undecided", "A payment is not decided yet.");
  if (erasePlan(town).invoices > 0 && !leave_invoices) throw refusal("erase_unpaid_invoices");
  town.purses = [];
  town.payments = [];
  town.receipts.clear();
  return { ...town.glance, state: "none", practice: false, words_unseen: false };
}
