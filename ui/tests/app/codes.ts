// The payment codes of the fake town. Each is good for one story; `SHOPS` says which.
import type { Amount, FeeReport, SuccessReport, WarningReport } from "$lib/bridge";
import { amount, sat } from "./money";

export interface Shop {
  readonly code: string;
  readonly kind: "lightning_invoice" | "cashu_request" | "page" | "move";
  readonly name: string;
  readonly origin: string | null;
  /** Left open by the code when there is none. */
  readonly price: Amount | null;
  readonly description: string | null;
  readonly network: readonly [least: string, most: string];
  readonly first_time: boolean;
  readonly asks_secret?: boolean;
  /** What it wants to know of who pays it. */
  readonly wishes?: readonly Wish[];
  readonly warnings?: readonly WarningReport[];
  /** What the payee says once it is paid. */
  readonly success?: SuccessReport;
  /** The payee takes no less. */
  readonly least?: Amount;
  /** What becomes of it once paid. */
  readonly ends: "paid" | "not_paid" | "still_deciding";
  /** What the payment is refused with instead. */
  readonly refused?: string;
}

const lightning = {
  kind: "lightning_invoice",
  origin: "127.0.0.1",
  network: ["0", "2"],
  first_time: false,
  ends: "paid",
} as const;

export const COFFEE: Shop = {
  ...lightning,
  code: "lnbc210n1pcoffeecornershop",
  name: "Corner Shop",
  price: sat("21"),
  description: "Coffee",
  first_time: true,
};

export const BREAD: Shop = {
  ...lightning,
  code: "creqAbreadcornershop",
  kind: "cashu_request",
  name: "Corner Shop",
  price: sat("210"),
  description: "Bread",
  network: ["0", "0"],
};

/** An article behind a price. */
export const ARTICLE: Shop = {
  ...lightning,
  kind: "page",
  code: "https://paper.example/article",
  name: "paper.example",
  origin: "https://paper.example",
  price: sat("21"),
  description: "A history of the farthing",
  network: ["0", "0"],
};

/** One without. */
export const FREE_PAGE = "https://paper.example/free";

/** What a shop asks for with its bill. */
export interface Wish {
  readonly item: string;
  readonly purpose: string;
  readonly why?: string;
  /** It takes no payment without it. */
  readonly required?: boolean;
  /** The person said no to it lately. */
  readonly quiet?: boolean;
}

/** A shop that would like to know more than it has to. */
export const CURIOUS: Shop = {
  ...lightning,
  code: "lnbc700n1pcuriousbakery",
  name: "Bakery",
  price: sat("70"),
  description: "Bread and a roll",
  wishes: [
    { item: "name", purpose: "deliver", why: "So that we can call you when it is ready" },
    { item: "email", purpose: "receipt" },
    { item: "phone", purpose: "marketing", quiet: true },
  ],
};

/** A payee that makes no price without knowing something. */
export const DEMANDING: Shop = {
  ...lightning,
  code: "lnbc800n1pdemandingclub",
  name: "Club",
  price: sat("80"),
  description: "A seat",
  wishes: [{ item: "name", purpose: "deliver", required: true }],
};

/** The code leaves the amount open. */
export const OPEN: Shop = {
  ...lightning,
  code: "lnbc1popenbusker",
  name: "Busker",
  price: null,
  description: null,
  least: sat("5"),
  success: {
    kind: "url",
    text: "Thank you! Here is the song.",
    url: "https://busker.example/song",
    secret: null,
  },
};

/** Dear enough to ask for the PIN. */
export const BOOTS: Shop = {
  ...lightning,
  code: "lnbc30u1pbootsmarket",
  name: "Market",
  price: sat("3000"),
  description: "Boots",
  network: ["3", "30"],
  asks_secret: true,
};

/** Nobody says what became of it. */
export const SLOW: Shop = {
  ...lightning,
  code: "lnbc500n1pslowarcade",
  name: "Arcade",
  price: sat("50"),
  description: "Ten games",
  ends: "still_deciding",
};

/** The same payee asks once more. */
export const SLOW_AGAIN: Shop = { ...SLOW, code: "lnbc200n1pslowarcade", price: sat("20") };

/** The payment does not find its way. */
export const LOST: Shop = {
  ...lightning,
  code: "lnbc400n1plostkiosk",
  name: "Kiosk",
  price: sat("40"),
  description: "Newspaper",
  ends: "not_paid",
};

/** It costs more by the time it is paid. */
export const DEARER: Shop = {
  ...lightning,
  code: "lnbc600n1pdearercafe",
  name: "Café Ñandú",
  price: sat("60"),
  description: "Lunch",
  ends: "paid",
  refused: "dearer_than_reviewed",
};

/** Somebody new, and dear enough to ask for the PIN. */
export const NEWCOMER: Shop = {
  ...lightning,
  code: "lnbc25u1pnewcomer",
  name: "Blue Door",
  price: sat("2500"),
  description: "A lamp",
  network: ["2", "25"],
  asks_secret: true,
  first_time: true,
};

/** More than there is. */
export const HOUSE: Shop = {
  ...lightning,
  code: "lnbc9m1phouse",
  name: "Estate",
  price: sat("900000"),
  description: null,
};

/** Names and words that try to be more than text. */
export const HOSTILE: Shop = {
  ...lightning,
  code: "lnbc100n1phostile",
  name: "<img src=x onerror=alert(1)>\u202eevil",
  origin: "<b>shop</b>.example",
  price: sat("10"),
  description: "{1+1} <script>alert(1)</script> ".repeat(10),
  first_time: true,
  warnings: [{ code: "looks_like", text: "This name looks like one you have paid before." }],
};

export const SHOPS: readonly Shop[] = [
  COFFEE,
  BREAD,
  ARTICLE,
  OPEN,
  BOOTS,
  SLOW,
  SLOW_AGAIN,
  LOST,
  CURIOUS,
  DEMANDING,
  DEARER,
  NEWCOMER,
  HOUSE,
  HOSTILE,
];

export interface Gift {
  readonly code: string;
  readonly issuer: string;
  readonly issuer_name: string | null;
  readonly face: Amount;
  readonly fee: Amount;
  readonly memo: string | null;
  /** Who pays it out, when it is a voucher. */
  readonly from?: string;
  readonly spent?: boolean;
}

export const GIFT: Gift = {
  code: "cashuBgiftfromada",
  issuer: "http://127.0.0.1:3338",
  issuer_name: "Maple",
  face: sat("100"),
  fee: sat("1"),
  memo: "For the bus. Ada",
};

export const STRANGERS_GIFT: Gift = {
  ...GIFT,
  code: "cashuBgiftfromstranger",
  issuer: "http://127.0.0.1:3999",
  issuer_name: "Fig",
  memo: null,
};

export const SPENT_GIFT: Gift = { ...GIFT, code: "cashuBgiftspent", spent: true };

/** A voucher of the Kiosk's. */
export const VOUCHER: Gift = {
  ...GIFT,
  code: "lnurl1voucherkiosk",
  fee: sat("0"),
  memo: "One ice cream",
  from: "kiosk.example",
};

export const GIFTS: readonly Gift[] = [GIFT, VOUCHER, STRANGERS_GIFT, SPENT_GIFT];

/** A site that wants a sign-in. */
export const SIGN_IN = "keyauth://forum.example/?tag=login&k1=aa&action=register";

/** What a text that is no payment is taken for. */
export const OTHERS: Readonly<Record<string, { kind: string; what?: string; why: string }>> = {
  bc1qonchainaddress: { kind: "unsupported", what: "on_chain", why: "on-chain payments are not small change" },
  lnbc1damaged: { kind: "damaged", why: "the code is damaged" },
};

export const EXPIRED = "lnbc210n1pexpired";
export const PAID_BEFORE = "lnbc210n1palreadypaid";

export function feesOf(shop: Shop, issuer: string, unit: string): FeeReport[] {
  const [least, most] = shop.network;
  const input = unit === "sat" ? "1" : "0";
  const fees: FeeReport[] = [
    { kind: "issuer_input", to: issuer, amount: amount(input, unit), at_most: amount(input, unit) },
  ];
  if (shop.kind === "lightning_invoice") {
    fees.push({
      kind: "network",
      to: "the Lightning network",
      amount: amount(least, unit),
      at_most: amount(most, unit),
    });
  }
  return fees;
}
