import type { SeenCode } from "$lib/bridge";
import { m } from "$lib/words/language.svelte";

const WHY: Readonly<Record<string, () => string>> = {
  on_chain: m.why_on_chain,
  bolt12: m.why_bolt12,
  offer_in_currency: m.why_offer_in_currency,
  offer_of_things: m.why_offer_of_things,
  wallet_link: m.why_wallet_link,
  seed_phrase: m.why_seed_phrase,
  private_key: m.why_private_key,
  bank_code: m.why_bank_code,
  locked_request: m.why_locked_request,
  several_issuers: m.why_several_issuers,
  channel: m.why_channel,
  onion: m.why_onion,
  other_chain: m.why_other_money,
  x402: m.why_other_money,
  animated_part: m.why_animated_part,
};

/** Why a code cannot be used. */
export const whyNot = ({ what }: SeenCode): string =>
  (WHY[what ?? ""] ?? m.scan_not_payable)();
