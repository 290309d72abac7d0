// Written from crates/farthing-api by its tests. Do not edit: change the Rust, then
// `FARTHING_WRITE=1 cargo test -p farthing-api typescript`.

/** A whole number of the unit's smallest part, in decimal digits. */
export type Amount = { value: string; unit: string };

/** A moment: RFC 3339, in UTC. */
export type At = string;

/** No fields. */
export type Nothing = Record<string, never>;

/** What a fee is for. */
export type FeeKind = "issuer_input" | "swap" | "network" | "service" | "conversion" | "rounding" | "payee";

/** Where the money is after an error. */
export type Money = "safe" | "moved" | "unknown";

/** One error, as programs read it. */
export type ErrorDetail = {
  /** The error's stable name. */
  code: string;
  /** What happened, as one sentence. */
  text: string;
  /** Where the money is now. */
  money: Money;
  /** What to do next. */
  next: string | null;
  /** After so many seconds it can be tried again; left out where waiting does not help. */
  wait_seconds?: number;
  /** So many tries of the secret are left before a wait; left out where nothing is counted. */
  tries_left?: number;
  /** At least so much would have to come in first; left out where something else is wrong. */
  missing?: Amount;
  /** What the payee insists on being told; left out where something else is wrong. */
  demands?: Array<string>;
  /** The payment it is about; left out where there is none to look at. */
  payment?: string;
};

/** What became of it: three answers, never two. */
export type Outcome = "paid" | "not_paid" | "still_deciding";

/** Which way money went. */
export type Direction = "in" | "out";

/** Whether there is a wallet, and whether it is open. */
export type WalletState = "none" | "locked" | "open" | "unusable";

/** What opens a wallet, or will open a new one. */
export type SecretKind = "pin" | "passphrase";

/** The wallet at a glance. Tells nothing of its money. */
export type Glance = {
  /** Whether there is one, and whether it is open. */
  state: WalletState;
  /** Whether its money is play money. */
  practice: boolean;
  /** What opens it, or will open a new one. */
  secret: SecretKind;
  /** Whether a practice wallet can be made here. */
  practice_town: boolean;
  /** Whether the recovery words were never written down. */
  words_unseen: boolean;
  /** This program's version. */
  version: string;
  /** Why it cannot be used. */
  problem: ErrorDetail | null;
};

/** The recovery words, for the person to write down: the one answer in which they pass. */
export type WordsReport = {
  /** The 12 words in order. */
  words: Array<string>;
};

/** Something happened. */
export type Event = { "kind": "locked" } | { "kind": "changed" } | { "kind": "code",
/** As it was opened. */
code: string, } | { "kind": "download",
/** Bytes that are here. */
here: number,
/** Bytes there will be, where the site says so. */
  whole: number | null;
};

/** What something is worth in a currency: a figure to show beside the money, never money. */
export type FiatReport = {
  /** In the currency's smallest pieces, as decimal digits. */
  value: string;
  /** Its three letters (ISO 4217). */
  currency: string;
  /** How many of the digits are decimals. */
  decimals: number;
  /** Of when the rate is. */
  as_of: At;
  /** Who the rate is of. */
  sources: Array<string>;
};

/** The currency, and what a bitcoin is worth in it. */
export type RateReport = {
  /** The currency that was chosen; without one nobody is asked. */
  currency: string | null;
  /** How many decimals it has. */
  decimals: number | null;
  /** What a bitcoin is worth, as a decimal number; none when nothing is known that is not a day
  * old. */
  rate: string | null;
  /** Of when that is. */
  as_of: At | null;
  /** Whose rates agreed on it. */
  sources: Array<string>;
  /** Whose rates were too far from the others'. */
  left_out: Array<string>;
  /** Why it is not what the sources say now: `no_source`, `sources_disagree` or `jump`. */
  doubt: string | null;
};

/** A figure somebody typed, and the money it comes to. */
export type ConvertedReport = {
  /** What was typed. */
  fiat: FiatReport;
  /** What it comes to, to the nearest satoshi: this is what moves, when it is paid. */
  amount: Amount;
  /** What that is worth again. */
  worth: FiatReport;
};

/** What rate an issuer turns one unit into another at. */
export type ConversionReport = {
  /** The currency both rates are in. */
  currency: string;
  /** What a bitcoin costs at this issuer's price, as a decimal number. */
  implied: string;
  /** What a bitcoin is worth elsewhere; none where nobody is known to say. */
  going: string | null;
  /** How much of the price is above that, in hundredths of a percent, rounded up. */
  above_basis_points: number | null;
  /** Of when the going rate is. */
  as_of: At | null;
  /** Who it is of. */
  sources: Array<string>;
};

/** One purse and what it holds. */
export type PurseReport = {
  /** The purse. */
  id: string;
  /** The issuer's address. */
  issuer: string;
  /** What the issuer calls itself. */
  issuer_name: string | null;
  /** The unit. */
  unit: string;
  /** What can be spent now. */
  spendable: Amount;
  /** What is held for something undecided, or was given and not yet redeemed. */
  pending: Amount;
};

/** All purses, and what can be spent in each unit. */
export type BalanceReport = {
  /** Every purse. */
  purses: Array<PurseReport>;
  /** What can be spent, one amount for each unit. */
  total: Amount[];
  /** What all of it is worth in the currency the person chose; left out where that is not known
  * of every part. */
  total_fiat?: FiatReport;
  /** What to know about these figures; left out when there is nothing. */
  warnings?: Array<string>;
};

/** A way to reach an issuer, as it says itself. */
export type ContactReport = {
  /** `email`, `nostr` and the like. */
  method: string;
  /** The address there. */
  info: string;
};

/** From how much to how much, where there is a limit. */
export type BoundsReport = {
  /** The least. */
  least: Amount | null;
  /** The most. */
  most: Amount | null;
};

/** What an issuer says about one unit. */
export type IssuerUnitReport = {
  /** The unit. */
  unit: string;
  /** What it takes for each coin handed in, in thousandths of the unit. */
  input_fee_ppk: number;
  /** What can be topped up at once over Lightning; nothing when it takes none. */
  top_up: BoundsReport | null;
  /** What can be paid at once over Lightning; nothing when it pays none. */
  pay: BoundsReport | null;
};

/** What there is to know about an issuer before trusting it. */
export type IssuerReport = {
  /** Its address. */
  url: string;
  /** What it calls itself. */
  name: string | null;
  /** What it says about itself. */
  description: string | null;
  /** How to reach it. */
  contact: Array<ContactReport>;
  /** What it wants everyone to know today. */
  motd: string | null;
  /** What it issues. */
  units: Array<IssuerUnitReport>;
  /** Whether it proves that its coins are signed with the key everyone gets (NUT-12). */
  proves_signatures: boolean;
  /** Whether it gives back what it set aside for Lightning fees and did not need (NUT-08). */
  returns_change: boolean;
  /** Whether the recovery words bring money back from it (NUT-07, NUT-09). */
  can_restore: boolean;
};

/** A purse that is there now. */
export type AddedPurse = {
  /** The purse. */
  id: string;
  /** The issuer's address. */
  issuer: string;
  /** The unit. */
  unit: string;
  /** What the recovery words brought back. */
  restored: Amount;
};

/** What `purse add` did. */
export type PurseAddReport = {
  /** The purses with this issuer. */
  purses: Array<AddedPurse>;
  /** The issuer, as it was shown before. */
  issuer: IssuerReport;
};

/** One code that was seen, and what it is taken for. */
export type SeenCode = {
  /** What it says. */
  text: string;
  /** What it is taken for, as a stable name. */
  kind: string;
  /** What exactly it is, as a stable name, where there is no use for it. */
  what?: string;
  /** Why it cannot be used, if it cannot. */
  why: string | null;
};

/** What the person has copied. */
export type Copied = {
  /** As it was copied. */
  text: string;
};

/** Every code that was seen. */
export type ScanReport = {
  /** The codes, at least one. */
  codes: Array<SeenCode>;
};

/** What to show so that a camera can read a code. */
export type CodeFrames = {
  /** One text, or those of an animation that is shown in a circle (NUT-16). */
  frames: Array<string>;
};

/** How far an animated code has come. */
export type CollectedReport = {
  /** So many parts are there. */
  have: number;
  /** So many are needed; 0 where that is not known. */
  of: number;
  /** The whole code, once it is there. */
  code: string | null;
};

/** A file that was written for the person. */
export type KeptFile = {
  /** Its name in the folder of downloads. */
  name: string;
};

/** A payee that gave no name: what it is called is then said in the person's language. */
export type UnnamedPayee = { "who": "lightning",
/** How its key begins. */
key: string, } | { "who": "bearer" };

/** Who is paid. */
export type PayeeReport = {
  /** The payee in this wallet. */
  id: string;
  /** What it calls itself, or is known by. */
  name: string;
  /** Who it is, where it gave no name; left out where it did. */
  unnamed?: UnnamedPayee;
  /** The domain or key it was recognised by. */
  origin: string | null;
  /** Whether it was never paid before. */
  first_time: boolean;
};

/** One fee before paying. */
export type FeeReport = {
  /** What it is for. */
  kind: FeeKind;
  /** Who gets it. */
  to: string;
  /** The least it will be. */
  amount: Amount;
  /** The most it can be. */
  at_most: Amount;
};

/** Something the payee wants to know. */
export type AskReport = {
  /** What. */
  item: string;
  /** What for. */
  purpose: string | null;
  /** The payee's reason, in its own words. */
  why: string | null;
  /** Whether there is no payment without it. */
  required: boolean;
  /** Whether it will be shared with this payment. */
  shared: boolean;
  /** Whether there is something to share. */
  has_value: boolean;
  /** Whether the person said no lately, and is not to be asked again. */
  quiet: boolean;
};

/** Something to know before saying yes. */
export type WarningReport = {
  /** The warning's stable name. */
  code: string;
  /** The warning, as one sentence. */
  text: string;
};

/** Another way to make the same payment. */
export type AlternativeReport = {
  /** The purse it would be made from. */
  purse: string;
  /** That purse's issuer. */
  issuer: string;
  /** The kind of payment, where it is another than the review's. */
  kind: string | null;
  /** What it would cost at most. */
  total_at_most: Amount | null;
  /** Why it is not this way already: `costs_more`, `costs_the_same`, `no_rate`, or an error's code. */
  code: string;
  /** The same as a sentence. */
  text: string;
};

/** What can still be spent after a payment. */
export type LeftReport = {
  /** Where it costs what it should. */
  expected: Amount;
  /** Where it costs as much as it can. */
  at_least: Amount;
};

/** The sealed plan shown before paying. */
export type ReviewReport = {
  /** What `pay --review` takes. */
  review: string;
  /** Until when. */
  expires_at: At;
  /** Who is paid. */
  payee: PayeeReport;
  /** What kind of payment this is. */
  kind: string;
  /** What the payee is to have. */
  price: Amount;
  /** Every fee. */
  fees: Array<FeeReport>;
  /** The least that will leave the purse. */
  total: Amount;
  /** The most that can leave the purse. */
  total_at_most: Amount;
  /** What can still be spent afterwards in this unit; left out where nobody looked. */
  left?: LeftReport;
  /** Costs the price has in it, named and no part of the sum: a mark-up of the issuer's rate;
  * or what a started satoshi loses (in `msat`). */
  price_includes?: Array<PaidFeeReport>;
  /** What part of the price all fees at their most and all costs in the price are, in
  * hundredths of a percent, rounded up. */
  costs_basis_points?: number;
  /** What the total is worth in the currency the person chose. */
  total_fiat?: FiatReport;
  /** What the most that can leave the purse is worth. */
  total_at_most_fiat?: FiatReport;
  /** The rate of the issuer, where it turns one unit into another. */
  conversion?: ConversionReport;
  /** What arrives in the person's own purse, where the money only goes from one to another. */
  arrives?: Amount;
  /** The purse it is paid from. */
  purse: string;
  /** That purse's issuer. */
  issuer: string;
  /** What the payee says the payment is for. */
  description: string | null;
  /** What the person noted. */
  note: string | null;
  /** What the payee wants to know. */
  asks: Array<AskReport>;
  /** What the person has to do to confirm. */
  needs: Array<string>;
  /** What to know before saying yes. */
  warnings: Array<WarningReport>;
  /** Other ways to make the same payment. */
  alternatives: Array<AlternativeReport>;
};

/** One switch: an item, what for, since when and until when. */
export type SwitchReport = {
  /** What. */
  item: string;
  /** What for. */
  purpose: string;
  /** `off` (it was never on), `on`, `paused` or `ended`. */
  state: string;
  /** Since when. */
  since: At | null;
  /** Until when it stands, or when it ended. */
  until: At | null;
  /** When something was told under it last. */
  last_used: At | null;
  /** What this merchant gets; none where there is nothing yet, or where it is made each time. */
  value: string | null;
  /** Whether that is another value than the person's own. */
  alias: boolean;
};

/** Something a merchant asked for. */
export type AskedReport = {
  /** What. */
  item: string;
  /** What for. */
  purpose: string;
  /** Its reason, in its own words. */
  why: string | null;
  /** Whether it took no payment without it. */
  required: boolean;
  /** When it was answered last. */
  at: At;
  /** `shared` or `not_now`. */
  answer: string;
  /** Before when nobody is asked for it again. */
  quiet_until: At | null;
};

/** Something a merchant was told. */
export type DisclosureReport = {
  /** When. */
  at: At;
  /** What. */
  item: string;
  /** What for. */
  purpose: string;
  /** SHA-256 of the very bytes, in hex. */
  hash: string;
  /** The grant it left under. */
  grant: string;
  /** The payment it went with; where it was told to learn the price, an id of its own. */
  payment: string;
};

/** How a merchant is reached about what it knows. */
export type MerchantContact = {
  /** An e-mail address, an https address, or `tel:` and a number. */
  value: string;
  /** Who said so: `payee` (the merchant when it was asked for a price), `site` or `person`. */
  from: string;
};

/** Something that was asked of a merchant. */
export type RequestReport = {
  /** Its id. */
  request: string;
  /** `access`, `erasure` or `notice`. */
  kind: string;
  /** `gdpr` or `ccpa`. */
  law: string;
  /** When the person sent it. */
  asked: At;
  /** Until when an answer is in time; none for a notice. */
  due: At | null;
  /** `asked`, `answered` or `overdue`. */
  state: string;
  /** When the person said that it was answered. */
  answered: At | null;
};

/** One merchant in a list. */
export type MerchantLine = {
  /** What `merchant` takes. */
  merchant: string;
  /** What makes it this merchant and no other: where it is asked and paid. */
  id: string;
  /** What it was called when it was met. */
  name: string;
  /** What the person calls it. */
  called: string | null;
  /** Where it is on the web, if it is. */
  origin: string | null;
  /** Whether it may not be paid. */
  blocked: boolean;
  /** Whether a payment to it was ever made. */
  paid: boolean;
  /** How many switches are on. */
  sharing: number;
  /** When it was met. */
  first_seen: At;
};

/** `merchants`. */
export type MerchantsReport = {
  /** Every merchant that is not forgotten, in the order in which they were met. */
  merchants: Array<MerchantLine>;
};

/** One merchant with all that is known about it. */
export type MerchantReport = {
  /** The person's note about it. */
  note: string | null;
  /** The most that may go to it within 30 days, fees included. */
  limit: Amount | null;
  /** How many payments to it were made. */
  payments: number;
  /** When the last one began. */
  last_paid: At | null;
  /** What it got and what that cost, each unit by itself. */
  spent: Array<SpentAmounts>;
  /** Every item that can be switched on for it. */
  switches: Array<SwitchReport>;
  /** What it asked for, the newest first. */
  asked: Array<AskedReport>;
  /** What it was told, the newest first. */
  told: Array<DisclosureReport>;
  /** How it is reached about what it knows. */
  contact: MerchantContact | null;
  /** What was asked of it, the newest first. */
  requests: Array<RequestReport>;
  /** Whether it was told something under a yes that was taken back, and was not told that. */
  offers_notice: boolean;
  /** What `merchant` takes. */
  merchant: string;
  /** What makes it this merchant and no other: where it is asked and paid. */
  id: string;
  /** What it was called when it was met. */
  name: string;
  /** What the person calls it. */
  called: string | null;
  /** Where it is on the web, if it is. */
  origin: string | null;
  /** Whether it may not be paid. */
  blocked: boolean;
  /** Whether a payment to it was ever made. */
  paid: boolean;
  /** How many switches are on. */
  sharing: number;
  /** When it was met. */
  first_seen: At;
};

/** A switch with whose it is. */
export type GrantLine = {
  /** The merchant. */
  merchant: string;
  /** What the person reads. */
  name: string;
  /** What. */
  item: string;
  /** What for. */
  purpose: string;
  /** `off` (it was never on), `on`, `paused` or `ended`. */
  state: string;
  /** Since when. */
  since: At | null;
  /** Until when it stands, or when it ended. */
  until: At | null;
  /** When something was told under it last. */
  last_used: At | null;
  /** What this merchant gets; none where there is nothing yet, or where it is made each time. */
  value: string | null;
  /** Whether that is another value than the person's own. */
  alias: boolean;
};

/** Something that was asked for, with who asked. */
export type DeniedLine = {
  /** The merchant. */
  merchant: string;
  /** What the person reads. */
  name: string;
  /** What. */
  item: string;
  /** What for. */
  purpose: string;
  /** Its reason, in its own words. */
  why: string | null;
  /** Whether it took no payment without it. */
  required: boolean;
  /** When it was answered last. */
  at: At;
  /** `shared` or `not_now`. */
  answer: string;
  /** Before when nobody is asked for it again. */
  quiet_until: At | null;
};

/** A statement that was handed over. */
export type StatementReport = {
  /** When. */
  at: At;
  /** Who it was for, in the person's words. */
  whom: string | null;
  /** The merchant it is of; nothing where it is of several. */
  merchant: string | null;
  /** What the person calls that merchant. */
  name: string | null;
  /** How many payments are in it. */
  payments: number;
  /** The first day. */
  since: string | null;
  /** The last day. */
  until: string | null;
  /** What is not in it. */
  left_out: Array<string>;
  /** `report`, `json` or `csv`. */
  form: string;
  /** Whether it was sealed. */
  sealed: boolean;
  /** SHA-256 of the file's very bytes, in hex. */
  hash: string;
};

/** A request with whom it was made to. */
export type RequestLine = {
  /** The merchant. */
  merchant: string;
  /** What the person reads. */
  name: string;
  /** Its id. */
  request: string;
  /** `access`, `erasure` or `notice`. */
  kind: string;
  /** `gdpr` or `ccpa`. */
  law: string;
  /** When the person sent it. */
  asked: At;
  /** Until when an answer is in time; none for a notice. */
  due: At | null;
  /** `asked`, `answered` or `overdue`. */
  state: string;
  /** When the person said that it was answered. */
  answered: At | null;
};

/** A letter to a merchant, for the person to send. Nothing was sent, and nothing kept. */
export type RequestDraft = {
  /** Where to; none where nobody knows. */
  to: string | null;
  /** What it is about. */
  subject: string;
  /** The letter. */
  text: string;
  /** Until when an answer is in time, were it sent now; none for a notice. */
  due: At | null;
  /** The same as a link that mail programs open, where it goes to an e-mail address. Without the
  * letter where that is too long for a link. */
  mailto: string | null;
};

/** `sharing`. */
export type SharingReport = {
  /** How many merchants may learn something now. */
  shops: number;
  /** What may be shared, paused switches among them. */
  active: Array<GrantLine>;
  /** What was asked for and not told. */
  denied: Array<DeniedLine>;
  /** What was shared once. */
  ended: Array<GrantLine>;
  /** Every statement that was handed over, the newest first. */
  statements: Array<StatementReport>;
  /** What was asked of merchants: overdue before waiting before answered. */
  requests: Array<RequestLine>;
};

/** What `statement` would hand over. */
export type StatementPlan = {
  /** How many payments are in it. */
  payments: number;
  /** When the first was made. */
  first: At | null;
  /** When the last was made. */
  last: At | null;
  /** How the file begins: its first 4 KiB, as they would be written. */
  text: string;
  /** Whether the file goes on after that. */
  goes_on: boolean;
  /** What is not in it: `note`, `proof`, `fees`, `other_payees`. */
  left_out: Array<string>;
};

/** Where anonymous statistics stand, and the very bytes that would leave. */
export type StatisticsReport = {
  /** Whether the person wants them. */
  on: boolean;
  /** The last whole month, like `2026-10`, in UTC. */
  month: string;
  /** The very bytes that would leave. */
  text: string;
  /** How much one month tells at most: its ε. */
  epsilon_month: string;
  /** The same of all that left this year. */
  epsilon_spent: string;
  /** As much may leave in a year. */
  epsilon_year: string;
  /** When this month's were sent. */
  sent: At | null;
  /** Whether they may leave now. */
  can_send: boolean;
};

/** One consent receipt. */
export type ConsentReceiptReport = {
  /** Its name. */
  receipt: string;
  /** When it was written down. */
  at: At;
  /** The merchant. */
  merchant: string;
  /** What the person reads. */
  name: string;
  /** What may be shared. */
  item: string;
  /** What for. */
  purpose: string;
  /** `granted`, `changed` or `withdrawn`. */
  change: string;
  /** The receipt by ISO/IEC TS 27560 in the words of the Data Privacy Vocabulary, as JSON-LD. */
  json_ld: unknown;
};

/** `sharing receipts`. */
export type ConsentReceiptsReport = {
  /** Every receipt, the newest first. */
  receipts: Array<ConsentReceiptReport>;
};

/** One of the person's own details. */
export type DetailReport = {
  /** Which. */
  item: string;
  /** What it is; none where the person said nothing. */
  value: string | null;
  /** How many merchants it is switched on for. */
  used_by: number;
};

/** `sharing details`. */
export type DetailsReport = {
  /** Everything a person may say about themselves. */
  details: Array<DetailReport>;
};

/** A fee as it really was. */
export type PaidFeeReport = {
  /** What it was for. */
  kind: FeeKind;
  /** Who got it. */
  to: string;
  /** What it was. */
  amount: Amount;
};

/** What shows that a payment happened. */
export type ProofReport = {
  /** `preimage` and the like. */
  kind: string;
  /** The proof itself. */
  text: string;
};

/** What the payee says, now that it is paid: a stranger's words. */
export type SuccessReport = {
  /** `message`, `url` or `aes`. */
  kind: string;
  /** Its words. */
  text: string;
  /** A page of the payee's. */
  url: string | null;
  /** The secret that was paid for; nothing where no preimage is known that opens it. */
  secret: string | null;
};

/** What `pay` did, and what `receipt` shows later: the same lines as the review, with
* the true numbers. */
export type ReceiptReport = {
  /** What became of it. */
  outcome: Outcome;
  /** The payment's id in the journal. */
  payment: string;
  /** When. */
  at: At;
  /** Whether money went out or came in. */
  direction: Direction;
  /** Who was paid. */
  payee: string | null;
  /** Who it is, where it gave no name; left out where it did. */
  unnamed?: UnnamedPayee;
  /** What `merchant` takes; left out where it is nobody in particular. */
  merchant?: string;
  /** What kind of payment it was. */
  kind: string;
  /** What was asked for. */
  price: Amount;
  /** What the payee got. */
  paid: Amount;
  /** Every fee, as it was. */
  fees: Array<PaidFeeReport>;
  /** Costs the price had in it, as the review named them. */
  price_includes?: Array<PaidFeeReport>;
  /** What part of what the payee got the fees were, in hundredths of a percent, rounded up;
  * absent when the payee got nothing. */
  fees_basis_points?: number;
  /** What was set aside and came back. */
  returned: Amount;
  /** What the purse has less than before. */
  left_purse: Amount;
  /** What the payee was told. */
  shared: Array<string>;
  /** What shows that it happened. */
  proof: ProofReport | null;
  /** What the payee says, now that it is paid. */
  success: SuccessReport | null;
  /** What the person noted. */
  note: string | null;
  /** Why it did not happen, or is not decided. */
  why: string | null;
  /** The same as a stable name, one of [`crate::messages`]; absent where nobody knows one. */
  why_code?: string;
  /** The most that was reviewed. */
  total_at_most: Amount;
  /** The purse. */
  purse: string | null;
  /** E-cash made for this payment that nobody is known to have redeemed: still the money. */
  token: string | null;
};

/** A page or file that is here, or partly here. */
export type PageReport = {
  /** Its name in the library. */
  page: string;
  /** Its address. */
  url: string;
  /** What the site calls it. */
  title: string | null;
  /** A safe file name for it. */
  name: string;
  /** Its media type, in the site's word. */
  media_type: string | null;
  /** How long it is, in bytes, as a decimal string; missing while it is not here whole. */
  bytes: string | null;
  /** When it was first asked for. */
  at: At;
  /** What it was paid with; missing for a page that is free. */
  payment: string | null;
};

/** The library. */
export type LibraryReport = {
  /** Every page, the newest first. */
  pages: Array<PageReport>;
};

/** What asking for a page led to. */
export type GotPage = {
  /** The page; nothing where it has to be reviewed and paid first. */
  page: PageReport | null;
};

/** One line of the journal. */
export type PaymentLine = {
  /** What `receipt` takes. */
  payment: string;
  /** When. */
  at: At;
  /** Which way. */
  direction: Direction;
  /** What kind of payment. */
  kind: string;
  /** With whom. */
  payee: string | null;
  /** Who it is, where it gave no name; left out where it did. */
  unnamed?: UnnamedPayee;
  /** How much, without the fees. */
  amount: Amount;
  /** The fees together. */
  fees: Amount;
  /** What became of it. */
  outcome: Outcome;
  /** What the person noted. */
  note: string | null;
  /** What the amount was worth then, in the currency the person chose; left out where no rate
  * of that time is known. */
  fiat?: FiatReport;
};

/** The journal, or what was asked of it, newest first. */
export type HistoryReport = {
  /** The lines. */
  payments: Array<PaymentLine>;
};

/** What went out in one unit. */
export type SpentAmounts = {
  /** To payees. */
  paid: Amount;
  /** In fees. */
  fees: Amount;
};

/** What was spent over a while. */
export type SpentReport = {
  /** One for each span that was asked about: each unit by itself, that of the newest payment
  * first. */
  spans: Array<Array<SpentAmounts>>;
};

/** What some payments in one unit moved, and what that cost. */
export type CostReport = {
  /** Which month (`2026-11`), kind of payment, payee or purse; none for a total, and for payees
  * without a name. */
  of: string | null;
  /** How many payments there were. */
  payments: number;
  /** What payees got. */
  paid: Amount;
  /** What came in. */
  received: Amount;
  /** What it cost: every fee, and what is known to have been hidden in prices. */
  cost: Amount;
  /** What part of what moved the cost was, in hundredths of a percent, rounded up; none where
  * nothing moved. */
  basis_points: number | null;
  /** What the cost was worth at the time, in the smallest pieces of the currency as decimal
  * digits; none where a rate of that time is missing. Only in totals. */
  cost_fiat: string | null;
};

/** A payment that cost much. */
export type DearReport = {
  /** The payment. */
  payment: PaymentLine;
  /** Its fees and what its price hid. */
  cost: Amount;
};

/** Something that would have cost less: an estimate out of the journal. */
export type CheaperReport = {
  /** `other_purse`: the same payments from another purse. `together`: fewer and larger ones to
  * one payee. */
  code: string;
  /** The kind of payments, for `other_purse`. */
  kind: string | null;
  /** The purse they were made from, for `other_purse`. */
  from: string | null;
  /** The one that was cheaper, for `other_purse`. */
  to: string | null;
  /** The payee, for `together`. */
  payee: string | null;
  /** How many payments. */
  payments: number;
  /** What it would have saved, about; for `together`, at the most. */
  saving: Amount;
};

/** What payments really cost, each unit by itself. */
export type CostsReport = {
  /** The month it is about; none for all there ever was. */
  month: string | null;
  /** The currency of figures in it, if one is chosen. */
  currency: string | null;
  /** How many digits of such figures are decimals. */
  decimals: number | null;
  /** One for each unit. */
  totals: Array<CostReport>;
  /** By month, the newest first. */
  months: Array<CostReport>;
  /** By kind of payment, the dearest first. */
  kinds: Array<CostReport>;
  /** By payee, the dearest first. */
  payees: Array<CostReport>;
  /** By purse, the dearest first. */
  purses: Array<CostReport>;
  /** Who got the fees, the most first. */
  taken: Array<PaidFeeReport>;
  /** The three dearest payments of each unit. */
  dearest: Array<DearReport>;
  /** What would have been cheaper, the largest saving first. */
  cheaper: Array<CheaperReport>;
  /** Payments that are not decided yet, and so not counted. */
  undecided: number;
};

/** An invoice that fills a purse, and what became of it. */
export type TopUpReport = {
  /** This payment's id in the journal. */
  payment: string;
  /** The Lightning invoice to be paid. */
  invoice: string;
  /** What it asks for. */
  amount: Amount;
  /** The purse that is filled. */
  purse: string;
  /** When the invoice can no longer be paid. */
  expires_at: At | null;
  /** What became of it so far. */
  outcome: Outcome;
  /** What came in. */
  received: Amount | null;
};

/** What to show someone who wants to pay, and what became of it. */
export type GetPaidReport = {
  /** The payment's id in the journal. */
  payment: string;
  /** A Cashu payment request. Whoever pays it hands the token over, to be redeemed. */
  request: string | null;
  /** A Lightning invoice. */
  invoice: string | null;
  /** What is asked for. */
  amount: Amount;
  /** The purse it comes into. */
  purse: string;
  /** When the invoice can no longer be paid. */
  expires_at: At | null;
  /** What became of it so far. */
  outcome: Outcome;
  /** What came in. */
  received: Amount | null;
};

/** What became of money that was asked for. */
export type MoneyInReport = {
  /** What became of it so far. */
  outcome: Outcome;
  /** What came in. */
  received: Amount | null;
};

/** What making e-cash to hand over would cost. */
export type GivePlanReport = {
  /** What whoever redeems it nets. */
  amount: Amount;
  /** Every fee. */
  fees: Array<FeeReport>;
  /** The least that will leave the purse. */
  total: Amount;
  /** The most that can leave the purse. */
  total_at_most: Amount;
  /** The purse it comes from. */
  purse: string;
  /** That purse's issuer. */
  issuer: string;
  /** What to know before saying yes. */
  warnings: Array<WarningReport>;
};

/** A plan that is kept until it is carried out, while the wallet is open. */
export type GiftPlanReport = {
  /** The plan's id. */
  plan: string;
  /** What the person has to do to confirm. */
  needs: Array<string>;
  /** What can still be spent afterwards in this unit. */
  left: LeftReport;
  /** What whoever redeems it nets. */
  amount: Amount;
  /** Every fee. */
  fees: Array<FeeReport>;
  /** The least that will leave the purse. */
  total: Amount;
  /** The most that can leave the purse. */
  total_at_most: Amount;
  /** The purse it comes from. */
  purse: string;
  /** That purse's issuer. */
  issuer: string;
  /** What to know before saying yes. */
  warnings: Array<WarningReport>;
};

/** E-cash that was made to be handed over. Whoever has the token has the money. */
export type GiveReport = {
  /** The e-cash itself. */
  token: string;
  /** The payment's id in the journal; `redeem` takes it to take the money back. */
  payment: string;
  /** What the token is worth to whoever redeems it. */
  amount: Amount;
  /** Every fee it cost. */
  fees: Array<PaidFeeReport>;
  /** What became of it. */
  outcome: Outcome;
  /** The picture that was written. */
  picture: string | null;
};

/** What redeeming would bring. */
export type RedeemReviewReport = {
  /** Who issued it. */
  issuer: string;
  /** What the issuer calls itself. */
  issuer_name: string | null;
  /** Whether there is a purse with this issuer already. */
  known_issuer: boolean;
  /** The payment it was given with, when it is this wallet's own money coming back. */
  ours: string | null;
  /** What it says it is worth. */
  face: Amount;
  /** What the issuer keeps; nothing until it can be asked. */
  fee: Amount | null;
  /** What would come in; nothing until the fee is known. */
  receives: Amount | null;
  /** What whoever made it wrote on it. */
  memo: string | null;
  /** The host that pays it out over Lightning, when it is a voucher. */
  from: string | null;
};

/** What redeeming brought. */
export type RedeemReport = {
  /** What became of it. */
  outcome: Outcome;
  /** The payment's id in the journal. */
  payment: string;
  /** What came in. */
  received: Amount;
  /** Every fee. */
  fees: Array<PaidFeeReport>;
};

/** Who wants a sign-in, or was given one. */
export type SignInReport = {
  /** The site's full name. */
  site: string;
  /** What it says it will do: `register`, `login`, `link` or `auth`. */
  action: string | null;
  /** The key the site knows this wallet by, and nobody else does. */
  key: string;
  /** Whether it was sent. */
  signed_in: boolean;
};

/** What asking about everything undecided brought. */
export type RecoveryReport = {
  /** How many purses were asked about. */
  asked: number;
  /** Issuers that could not be asked. */
  unreachable: Array<string>;
  /** What is decided now. */
  decided: Array<PaymentLine>;
  /** What is still undecided. */
  still_deciding: Array<PaymentLine>;
};

/** How one thing is. */
export type CheckState = "ok" | "warn" | "bad";

/** One thing that was checked. */
export type CheckReport = {
  /** What was checked. */
  name: string;
  /** How it is. */
  state: CheckState;
  /** What was found, as one sentence. */
  text: string;
};

/** Everything that was checked. */
export type DoctorReport = {
  /** Whether nothing is bad. */
  healthy: boolean;
  /** Every check. */
  checks: Array<CheckReport>;
};

/** Money that stays with an issuer; the words and this address bring it back. */
export type StaysReport = {
  /** The issuer's address. */
  url: string;
  /** What is there, pending parts among it. */
  amount: Amount;
};

/** What erasing would leave behind, and what stands in its way. */
export type ErasePlan = {
  /** Where the money is. */
  issuers: Array<StaysReport>;
  /** Payments that are not decided: while there is one nothing is erased. */
  open: number;
  /** Invoices that can still be paid; what is paid into one afterwards is lost. */
  invoices: number;
};

/** A shop's bill in the practice town. */
export type PracticeCode = {
  /** The payment code. */
  code: string;
};

/** A new wallet. */
export type Make = {
  /** The PIN; a passphrase where the system has no keychain. */
  secret: string;
  /** Play money. */
  practice: boolean;
  /** The 12 words of an earlier wallet. */
  words: string | null;
};

/** A wallet whose secret was forgotten. */
export type ComeBack = {
  /** Its 12 words. */
  words: string;
  /** The PIN or passphrase it opens with from now on. */
  secret: string;
};

/** A wallet to be erased from this device. */
export type EraseWallet = {
  /** The PIN or passphrase. */
  secret: string;
  /** Its 12 words: who has them reaches the money again. */
  words: string;
  /** Even if an invoice can still be paid, whose money would be lost. */
  leave_invoices: boolean;
};

/** The PIN or the passphrase. */
export type WithSecret = {
  /** As it was typed. */
  secret: string;
};

/** An issuer to look at. */
export type LookAtIssuer = {
  /** Its address. */
  address: string;
};

/** An issuer that was looked at, to be trusted with money. */
export type TrustIssuer = {
  /** Its address, as it was looked at. */
  address: string;
  /** Only its money of this unit. */
  unit: string | null;
};

/** A payment code, e-cash, or the id of a payment that was given. */
export type WithCode = {
  /** As it was pasted or scanned. */
  code: string;
};

/** What to review. */
export type ReviewCode = {
  /** The payment code. */
  code: string;
  /** How much, where the code leaves it open. */
  amount: string | null;
  /** The purse to pay from. */
  purse: string | null;
  /** A note for the person's own history. */
  note: string | null;
  /** What to share with this payee, by item: a yes for 90 days. */
  share?: Array<string>;
  /** A yes for this payment alone. */
  only_this_time?: boolean;
};

/** Money to move from one purse to another. */
export type ReviewMove = {
  /** How much is to arrive. */
  amount: string;
  /** Out of this purse. */
  from: string;
  /** Into this one. */
  to: string;
};

/** A merchant. */
export type WithMerchant = {
  /** Its number. */
  merchant: string;
};

/** What is to be different about a merchant; what is not named stays as it is. */
export type ChangeMerchant = {
  /** Its number. */
  merchant: string;
  /** What the person calls it; empty for its own name. */
  called: string | null;
  /** The person's note about it; empty for none. */
  note: string | null;
  /** Whether it may not be paid. */
  blocked: boolean | null;
  /** The most that may go to it within 30 days, as it was typed; `none` for no limit. */
  limit: string | null;
};

/** A switch to be turned. */
export type SetSharing = {
  /** The merchant's number. */
  merchant: string;
  /** What. */
  item: string;
  /** What for; to deliver what is paid for, or when switching off, for every purpose. */
  purpose: string | null;
  /** On, or off. */
  on: boolean;
  /** Until when; for 90 days. */
  until: string | null;
};

/** A switch to be paused, or to go on. */
export type PauseSharing = {
  /** The merchant's number. */
  merchant: string;
  /** What. */
  item: string;
  /** Paused, or going on. */
  paused: boolean;
};

/** What one merchant gets in place of the person's own detail. */
export type SetAlias = {
  /** The merchant's number. */
  merchant: string;
  /** Which detail. */
  item: string;
  /** What it gets; the person's own again, when there is none. */
  value: string | null;
};

/** A letter to a merchant: to be made ready, or that was sent. */
export type DraftRequest = {
  /** The merchant's number. */
  merchant: string;
  /** `access`, `erasure` or `notice`. */
  kind: string;
  /** `gdpr` or `ccpa`. */
  law: string;
  /** The language of the letter, like `pt-BR`; English where it is not known. */
  language?: string;
};

/** A request that was answered. */
export type RequestAnswered = {
  /** The merchant's number. */
  merchant: string;
  /** The request's id. */
  request: string;
};

/** How a merchant is reached about what it knows. */
export type SetContact = {
  /** The merchant's number. */
  merchant: string;
  /** As it was typed; nothing takes it away. */
  contact: string | null;
};

/** One of the person's own details. */
export type SetDetail = {
  /** Which. */
  item: string;
  /** What it is; nothing takes it away. */
  value: string | null;
};

/** A slice of the history for somebody. */
export type PlanStatement = {
  /** Only payments with this merchant, by its number. */
  merchant: string | null;
  /** Only this payment. */
  payment: string | null;
  /** From this day on, like `2026-01-01`, in UTC. */
  since: string | null;
  /** Until this day, which is part of it. */
  until: string | null;
  /** What else is told of each payment: `note`, `proof`, `fees`. */
  with: Array<string>;
  /** `report`, `json` or `csv`. */
  format: string;
  /** Who it is for, in the person's words. */
  whom: string;
  /** The language of a report, like `pt-BR`; English where it is not known. */
  language: string;
};

/** The same, to be written where downloads go. */
export type MakeStatement = {
  /** Only payments with this merchant, by its number. */
  merchant: string | null;
  /** Only this payment. */
  payment: string | null;
  /** From this day on, like `2026-01-01`, in UTC. */
  since: string | null;
  /** Until this day, which is part of it. */
  until: string | null;
  /** What else is told of each payment: `note`, `proof`, `fees`. */
  with: Array<string>;
  /** `report`, `json` or `csv`. */
  format: string;
  /** Who it is for, in the person's words. */
  whom: string;
  /** The language of a report, like `pt-BR`; English where it is not known. */
  language: string;
  /** Locked with this passphrase. */
  passphrase: string | null;
  /** Locked for whoever has this key, `age1…`. */
  recipient: string | null;
};

/** Consent receipts to be kept in a file. */
export type KeepConsents = {
  /** Only the one of this name. */
  receipt: string | null;
};

/** Anonymous statistics, to be switched. */
export type SetStatistics = {
  /** On, or off. */
  on: boolean;
};

/** An address to send them to. */
export type PostStatistics = {
  /** As it was typed. */
  url: string;
};

/** A review to be paid. */
export type Pay = {
  /** Its id. */
  review: string;
  /** The PIN or passphrase, where the review needs it. */
  secret: string | null;
};

/** Which payments to list, newest first. */
export type ListPayments = {
  /** With payees whose name has this in it. */
  merchant: string | null;
  /** With this merchant, by its number. */
  of_merchant?: string;
  /** Begun at this moment or later. */
  since: string | null;
  /** Begun before this moment: for the next page. */
  before: string | null;
  /** Where every word of this begins some word. */
  search: string | null;
  /** Only so many. */
  limit: number | null;
};

/** Spans of time to sum up. */
export type SumUp = {
  /** When each begins; it ends where the next begins, and the last has no end. */
  starts: Array<string>;
};

/** A month, or all there ever was. */
export type WithMonth = {
  /** Like `2026-11`, in UTC. */
  month: string | null;
};

/** The currency to show figures in. */
export type ChooseCurrency = {
  /** Its three letters, or none. */
  currency: string | null;
};

/** A figure of the chosen currency. */
export type WithFigure = {
  /** As it was typed. */
  figure: string;
};

/** One payment. */
export type WithPayment = {
  /** Its id. */
  payment: string;
};

/** A page or file, by its address or by the payment it was paid with: one of them. */
export type GetPage = {
  /** The address. */
  code: string | null;
  /** The payment's id. */
  payment: string | null;
};

/** A page of the library. */
export type WithPage = {
  /** Its id. */
  page: string;
};

/** Money to come in. */
export type AskForMoney = {
  /** How much, as it was typed. */
  amount: string;
  /** The unit of a bare number; that of the purse, or satoshis, when there is none. */
  unit: string | null;
  /** The purse it comes into. */
  purse: string | null;
  /** What it is for, for the payer to read. */
  memo: string | null;
};

/** Money that may come in. */
export type WaitForMoney = {
  /** The payment that asks for it. */
  payment: string;
  /** How long to wait for news. */
  seconds: number;
};

/** E-cash to hand over. */
export type PlanGift = {
  /** How much, as it was typed. */
  amount: string;
  /** The unit of a bare number; that of the purse, or satoshis, when there is none. */
  unit: string | null;
  /** The purse it comes from. */
  purse: string | null;
};

/** A plan for e-cash to hand over, to be carried out. */
export type Give = {
  /** The plan's id. */
  plan: string;
  /** What to write on it. */
  memo: string | null;
  /** The PIN or passphrase, where the plan needs it. */
  secret: string | null;
};

/** Something to tell while the window is out of sight. */
export type Notify = {
  /** One sentence, without amounts or names: others may see it. */
  text: string;
};

/** An invoice for somebody in the practice town to pay. */
export type PracticePay = {
  /** The invoice. */
  invoice: string;
};

/** Every command of the app: what it takes and what it answers. */
export interface Commands {
  /** The wallet at a glance. */
  look: { request: Nothing; answer: Glance };
  /** Makes a wallet, or restores one from its words, and opens it. */
  make: { request: Make; answer: Glance };
  /** Opens the wallet. */
  unlock: { request: WithSecret; answer: Glance };
  /** Opens it with its words for somebody who forgot the secret, and gives it a new one. */
  come_back: { request: ComeBack; answer: Glance };
  /** Closes it. */
  lock: { request: Nothing; answer: Glance };
  /** The recovery words, after the secret was given once more. */
  words: { request: WithSecret; answer: WordsReport };
  /** The person has written the words down. */
  words_written: { request: Nothing; answer: Glance };
  /** What erasing the wallet from this device leaves behind, and what stands in its way. */
  erase_plan: { request: Nothing; answer: ErasePlan };
  /** Erases it. */
  erase_wallet: { request: EraseWallet; answer: Glance };
  /** All purses. */
  balance: { request: Nothing; answer: BalanceReport };
  /** Who an issuer is and what it charges. */
  look_at_issuer: { request: LookAtIssuer; answer: IssuerReport };
  /** Trusts the issuer that was looked at. */
  trust_issuer: { request: TrustIssuer; answer: PurseAddReport };
  /** What a text is taken for. */
  recognise: { request: WithCode; answer: SeenCode };
  /** What the codes in a picture say; takes the file's bytes. */
  read_picture: { request: Uint8Array; answer: ScanReport };
  /** Takes the text of one camera frame of an animated code. */
  collect: { request: WithCode; answer: CollectedReport };
  /** What to show so that a camera can read a code. */
  frames: { request: WithCode; answer: CodeFrames };
  /** Plans a payment. Moves nothing. */
  review: { request: ReviewCode; answer: ReviewReport };
  /** What it costs to move money from one purse to another. */
  review_move: { request: ReviewMove; answer: ReviewReport };
  /** Pays a review, once. */
  pay: { request: Pay; answer: ReceiptReport };
  /** Gets a page or file that is free or was paid for. Pays nothing. */
  get_page: { request: GetPage; answer: GotPage };
  /** The pages that are kept. */
  library: { request: Nothing; answer: LibraryReport };
  /** Writes a kept page where downloads go. */
  save_page: { request: WithPage; answer: KeptFile };
  /** Takes a page out of the library. */
  remove_page: { request: WithPage; answer: Nothing };
  /** The journal. */
  history: { request: ListPayments; answer: HistoryReport };
  /** What was spent, span by span. */
  spent: { request: SumUp; answer: SpentReport };
  /** What payments really cost. */
  costs: { request: WithMonth; answer: CostsReport };
  /** The currency figures are shown in, and its rate; asked for anew if it is some minutes old. */
  rate: { request: Nothing; answer: RateReport };
  /** Chooses the currency figures are shown in, or none. */
  choose_currency: { request: ChooseCurrency; answer: RateReport };
  /** What a figure of that currency comes to in satoshis. */
  convert: { request: WithFigure; answer: ConvertedReport };
  /** What really happened in one payment. */
  receipt: { request: WithPayment; answer: ReceiptReport };
  /** Writes a receipt, as text or as a PNG picture, where downloads go. */
  keep_receipt: { request: Uint8Array; answer: KeptFile };
  /** An invoice that fills a purse. */
  top_up: { request: AskForMoney; answer: TopUpReport };
  /** What to show someone who wants to pay. */
  get_paid: { request: AskForMoney; answer: GetPaidReport };
  /** Waits until money asked for came in, for so long at most. */
  wait_for_money: { request: WaitForMoney; answer: MoneyInReport };
  /** What making e-cash to hand over costs. */
  plan_gift: { request: PlanGift; answer: GiftPlanReport };
  /** Makes the e-cash. */
  give: { request: Give; answer: GiveReport };
  /** What taking e-cash in would bring. */
  look_at_gift: { request: WithCode; answer: RedeemReviewReport };
  /** Takes e-cash in. */
  redeem: { request: WithCode; answer: RedeemReport };
  /** Every merchant that is not forgotten. */
  merchants: { request: Nothing; answer: MerchantsReport };
  /** One merchant with all that is known about it. */
  merchant: { request: WithMerchant; answer: MerchantReport };
  /** Names, notes, blocks or limits it. */
  change_merchant: { request: ChangeMerchant; answer: MerchantReport };
  /** Switches something on or off for it. */
  set_sharing: { request: SetSharing; answer: MerchantReport };
  /** Pauses what it may learn of an item, or goes on. */
  pause_sharing: { request: PauseSharing; answer: MerchantReport };
  /** Gives it another value than the person's own. */
  set_alias: { request: SetAlias; answer: MerchantReport };
  /** Switches everything off for it. */
  stop_sharing: { request: WithMerchant; answer: MerchantReport };
  /** Forgets it: destroys the key of everything that was kept about it. */
  forget_merchant: { request: WithMerchant; answer: MerchantsReport };
  /** Makes a letter to it ready, for the person to send. Sends nothing and keeps nothing. */
  draft_request: { request: DraftRequest; answer: RequestDraft };
  /** Opens the person's mail program with that letter. */
  open_mail: { request: DraftRequest; answer: Nothing };
  /** The person sent it: its clock begins. */
  request_sent: { request: DraftRequest; answer: MerchantReport };
  /** It was answered. */
  request_answered: { request: RequestAnswered; answer: MerchantReport };
  /** Asks its own site how it is reached. */
  find_contact: { request: WithMerchant; answer: MerchantReport };
  /** Says how it is reached, or takes that away. */
  set_contact: { request: SetContact; answer: MerchantReport };
  /** Who knows what, since when and until when. */
  sharing: { request: Nothing; answer: SharingReport };
  /** Switches everything off, for everybody. */
  stop_all_sharing: { request: Nothing; answer: SharingReport };
  /** Every consent receipt. */
  consent_receipts: { request: Nothing; answer: ConsentReceiptsReport };
  /** Writes one consent receipt, or all of them, to a file with the downloads. */
  keep_consents: { request: KeepConsents; answer: KeptFile };
  /** The person's own details. */
  details: { request: Nothing; answer: DetailsReport };
  /** Says one of them, or takes it away. */
  set_detail: { request: SetDetail; answer: DetailsReport };
  /** What a statement would hand over. Hands nothing over. */
  plan_statement: { request: PlanStatement; answer: StatementPlan };
  /** Writes a statement where downloads go. */
  make_statement: { request: MakeStatement; answer: KeptFile };
  /** Where anonymous statistics stand, and what would leave. */
  statistics: { request: Nothing; answer: StatisticsReport };
  /** Switches them on or off. Sends nothing. */
  set_statistics: { request: SetStatistics; answer: StatisticsReport };
  /** Writes this month's where downloads go. */
  keep_statistics: { request: Nothing; answer: KeptFile };
  /** Sends this month's to an address, once. */
  post_statistics: { request: PostStatistics; answer: StatisticsReport };
  /** Who wants a sign-in. Sends nothing. */
  look_at_sign_in: { request: WithCode; answer: SignInReport };
  /** Signs in. */
  sign_in: { request: WithCode; answer: SignInReport };
  /** Asks about everything undecided. */
  recover: { request: Nothing; answer: RecoveryReport };
  /** Checks everything. */
  doctor: { request: Nothing; answer: DoctorReport };
  /** What the person has copied, when they ask to paste it. */
  clipboard: { request: Nothing; answer: Copied };
  /** Tells the person something while the window is out of sight. */
  notify: { request: Notify; answer: Nothing };
  /** The person is here: the wallet stays open a while longer. */
  awake: { request: Nothing; answer: Nothing };
  /** Somebody in the practice town pays an invoice. */
  practice_pay: { request: PracticePay; answer: Nothing };
  /** Orders a coffee at the practice town's Corner Shop. */
  practice_order: { request: Nothing; answer: PracticeCode };
}
