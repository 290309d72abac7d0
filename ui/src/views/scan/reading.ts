import type { SeenCode } from "$lib/bridge";
import type { Place } from "$lib/places.svelte";

const MONEY: ReadonlySet<string> = new Set(["cashu_token", "lnurl_withdraw"]);
const PAYABLE: ReadonlySet<string> = new Set([
  "lightning_invoice",
  "lightning_offer",
  "cashu_request",
  "lightning_address",
  "lnurl_pay",
  "lnurl",
  "bitcoin_link",
  "merchant_code",
]);
const ADDRESS = /^https?:\/\/\S+$/i;

/** Where a code leads; nothing when it leads nowhere. Never further than to the figures. */
export function leadsTo({ kind, text, why }: SeenCode, original: string): Place | undefined {
  if (MONEY.has(kind)) return { at: "take_in", code: original };
  if (PAYABLE.has(kind) && why === null) return { at: "check", code: original };
  if (kind === "sign_in") return { at: "sign_in", code: original };
  if (kind === "issuer") return { at: "issuer", address: text };
  return undefined;
}

/** Whether it is an address on the web. */
export const isAddress = (text: string): boolean => ADDRESS.test(text.trim());

/** Whether it is a page, or where an issuer is: which of them is for the person to say. */
export const isPage = ({ kind, text }: SeenCode): boolean => kind === "page" && isAddress(text);

/** The most the app reads of a picture. */
export const LARGEST_PICTURE = 20 * 1024 * 1024;

/** The first picture among files that were dropped, pasted or picked. */
export const pictureIn = (files: FileList | null | undefined): File | undefined =>
  [...(files ?? [])].find((file) => file.type.startsWith("image/"));
