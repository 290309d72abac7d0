/** A whole number of the unit's smallest part, in decimal digits. */
export type Amount = { value: string; unit: string };

/** A moment: RFC 3339, in UTC. */
export type At = string;

/** What a fee is for. */
export type FeeKind =
  | "issuer_input"
  | "swap"
  | "network"
  | "service"
  | "conversion"
  | "rounding"
  | "payee";

export type Money = "safe" | "moved" | "unknown";

export type ErrorDetail = {
  code: string;
  text: string;
  money: Money;
  next: string | null;
  wait_seconds?: number;
  tries_left?: number;
};

export type Outcome = "paid" | "not_paid" | "still_deciding";
export type Direction = "in" | "out";
export type WalletState = "none" | "locked" | "open" | "unusable";
export type SecretKind = "pin" | "passphrase";

export type Glance = {
  state: WalletState;
  practice: boolean;
  secret: SecretKind;
  practice_town: boolean;
  words_unseen: boolean;
  version: string;
  problem: ErrorDetail | null;
};

export type WordsReport = { words: string[] };

export type Event = { kind: "locked" } | { kind: "changed" } | { kind: "code"; code: string };

export type PurseReport = {
  id: string;
  issuer: string;
  issuer_name: string | null;
  unit: string;
  spendable: Amount;
  pending: Amount;
};

export type BalanceReport = { purses: PurseReport[]; total: Amount[]; warnings?: string[] };

export type ContactReport = { method: string; info: string };
export type BoundsReport = { least: Amount | null; most: Amount | null };
export type IssuerUnitReport = {
  unit: string;
  input_fee_ppk: number;
  top_up: BoundsReport | null;
  pay: BoundsReport | null;
};
export type IssuerReport = {
  url: string;
  name: string | null;
  description: string | null;
  contact: ContactReport[];
  motd: string | null;
  units: IssuerUnitReport[];
  proves_signatures: boolean;
  returns_change: boolean;
  can_restore: boolean;
};
export type AddedPurse = { id: string; issuer: string; unit: string; restored: Amount };
export type PurseAddReport = { purses: AddedPurse[]; issuer: IssuerReport };

export type SeenCode = { text: string; kind: string; why: string | null };
export type ScanReport = { codes: SeenCode[] };

export type PayeeReport = { id: string; name: string; origin: string | null; first_time: boolean };
export type FeeReport = { kind: FeeKind; to: string; amount: Amount; at_most: Amount };
export type AskReport = { item: string; purpose: string | null; required: boolean; shared: boolean };
export type WarningReport = { code: string; text: string };
export type AlternativeReport = {
  purse: string;
  issuer: string;
  total_at_most: Amount | null;
  text: string;
};
export type ReviewReport = {
  review: string;
  expires_at: At;
  payee: PayeeReport;
  kind: string;
  price: Amount;
  fees: FeeReport[];
  total: Amount;
  total_at_most: Amount;
  purse: string;
  issuer: string;
  description: string | null;
  note: string | null;
  asks: AskReport[];
  needs: string[];
  warnings: WarningReport[];
  alternatives: AlternativeReport[];
};

export type PaidFeeReport = { kind: FeeKind; to: string; amount: Amount };
export type ProofReport = { kind: string; text: string };
export type ReceiptReport = {
  outcome: Outcome;
  payment: string;
  at: At;
  direction: Direction;
  payee: string | null;
  kind: string;
  price: Amount;
  paid: Amount;
  fees: PaidFeeReport[];
  returned: Amount;
  left_purse: Amount;
  shared: string[];
  proof: ProofReport | null;
  note: string | null;
  why: string | null;
  total_at_most: Amount;
  purse: string | null;
  token: string | null;
};

export type PaymentLine = {
  payment: string;
  at: At;
  direction: Direction;
  kind: string;
  payee: string | null;
  amount: Amount;
  fees: Amount;
  outcome: Outcome;
  note: string | null;
};
export type HistoryReport = { payments: PaymentLine[] };

export type TopUpReport = {
  payment: string;
  invoice: string;
  amount: Amount;
  purse: string;
  expires_at: At | null;
  outcome: Outcome;
  received: Amount | null;
};
export type GetPaidReport = {
  payment: string;
  request: string | null;
  invoice: string | null;
  amount: Amount;
  purse: string;
  expires_at: At | null;
  outcome: Outcome;
  received: Amount | null;
};
export type MoneyInReport = { outcome: Outcome; received: Amount | null };

export type GivePlanReport = {
  amount: Amount;
  fees: FeeReport[];
  total: Amount;
  total_at_most: Amount;
  purse: string;
  issuer: string;
  warnings: WarningReport[];
};
export type GiftPlanReport = { plan: string } & GivePlanReport;
export type GiveReport = {
  token: string;
  payment: string;
  amount: Amount;
  fees: PaidFeeReport[];
  outcome: Outcome;
  picture: string | null;
};
export type RedeemReviewReport = {
  issuer: string;
  issuer_name: string | null;
  known_issuer: boolean;
  ours: string | null;
  face: Amount;
  fee: Amount | null;
  receives: Amount | null;
  memo: string | null;
};
export type RedeemReport = {
  outcome: Outcome;
  payment: string;
  received: Amount;
  fees: PaidFeeReport[];
};

export type RecoveryReport = {
  asked: number;
  unreachable: string[];
  decided: PaymentLine[];
  still_deciding: PaymentLine[];
};
export type CheckState = "ok" | "warn" | "bad";
export type CheckReport = { name: string; state: CheckState; text: string };
export type DoctorReport = { healthy: boolean; checks: CheckReport[] };

export type PracticeCode = { code: string };

export type Make = { secret: string; practice: boolean; words: string | null };
export type WithSecret = { secret: string };
export type LookAtIssuer = { address: string };
export type TrustIssuer = { address: string; unit: string | null };
export type WithCode = { code: string };
export type ReviewCode = {
  code: string;
  amount: string | null;
  purse: string | null;
  note: string | null;
};
export type Pay = { review: string; secret: string | null };
export type ListPayments = {
  merchant: string | null;
  since: string | null;
  before: string | null;
  search: string | null;
  limit: number | null;
};
export type WithPayment = { payment: string };
export type AskForMoney = {
  amount: string;
  unit: string | null;
  purse: string | null;
  memo: string | null;
};
export type WaitForMoney = { payment: string; seconds: number };
export type PlanGift = { amount: string; unit: string | null; purse: string | null };
export type Give = { plan: string; memo: string | null; secret: string | null };
export type PracticePay = { invoice: string };

/** Every command of the app: what it takes and what it answers. */
export interface Commands {
  look: { request: Record<string, never>; answer: Glance };
  make: { request: Make; answer: Glance };
  unlock: { request: WithSecret; answer: Glance };
  lock: { request: Record<string, never>; answer: Glance };
  words: { request: WithSecret; answer: WordsReport };
  words_written: { request: Record<string, never>; answer: Glance };
  balance: { request: Record<string, never>; answer: BalanceReport };
  look_at_issuer: { request: LookAtIssuer; answer: IssuerReport };
  trust_issuer: { request: TrustIssuer; answer: PurseAddReport };
  recognise: { request: WithCode; answer: SeenCode };
  read_picture: { request: Uint8Array; answer: ScanReport };
  review: { request: ReviewCode; answer: ReviewReport };
  pay: { request: Pay; answer: ReceiptReport };
  history: { request: ListPayments; answer: HistoryReport };
  receipt: { request: WithPayment; answer: ReceiptReport };
  top_up: { request: AskForMoney; answer: TopUpReport };
  get_paid: { request: AskForMoney; answer: GetPaidReport };
  wait_for_money: { request: WaitForMoney; answer: MoneyInReport };
  plan_gift: { request: PlanGift; answer: GiftPlanReport };
  give: { request: Give; answer: GiveReport };
  look_at_gift: { request: WithCode; answer: RedeemReviewReport };
  redeem: { request: WithCode; answer: RedeemReport };
  recover: { request: Record<string, never>; answer: RecoveryReport };
  doctor: { request: Record<string, never>; answer: DoctorReport };
  practice_pay: { request: PracticePay; answer: Record<string, never> };
  practice_order: { request: Record<string, never>; answer: PracticeCode };
}
