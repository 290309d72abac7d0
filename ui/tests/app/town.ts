// What the fake town starts with.
import type { Glance, IssuerReport, Outcome, PaymentLine, PurseReport } from "$lib/bridge";
import { amount, sat } from "./money";

export const MAPLE = "http://127.0.0.1:3338";
export const BIRCH = "http://127.0.0.1:3339";
export const FIG = "http://127.0.0.1:3999";

/** The moment it is in the town: tests and pictures show the same day. */
export const NOW = Date.parse("2026-11-22T10:42:00Z");

export const PIN = "123456";
export const PASSPHRASE = "otters juggle small copper coins";

export const WORDS = (
  "abandon ability able about above absent absorb abstract absurd abuse access accident"
).split(" ");

export const glance = (some: Partial<Glance> = {}): Glance => ({
  state: "open",
  practice: true,
  secret: "pin",
  practice_town: true,
  words_unseen: false,
  version: "0.4.0",
  problem: null,
  ...some,
});

export const maple = (spendable = "4821", pending = "0"): PurseReport => ({
  id: "purse-maple",
  issuer: MAPLE,
  issuer_name: "Maple",
  unit: "sat",
  spendable: sat(spendable),
  pending: sat(pending),
});

export const birch = (spendable = "319"): PurseReport => ({
  id: "purse-birch",
  issuer: BIRCH,
  issuer_name: "Birch",
  unit: "usd",
  spendable: amount(spendable, "usd"),
  pending: amount("0", "usd"),
});

const bounds = (least: string, most: string, unit: string) => ({
  least: amount(least, unit),
  most: amount(most, unit),
});

export const issuers: Readonly<Record<string, IssuerReport>> = {
  [MAPLE]: {
    url: MAPLE,
    name: "Maple",
    description: "Small change for the whole town.",
    contact: [{ method: "email", info: "hello@maple.example" }],
    motd: null,
    units: [
      {
        unit: "sat",
        input_fee_ppk: 100,
        top_up: bounds("1", "500000", "sat"),
        pay: bounds("1", "500000", "sat"),
      },
    ],
    proves_signatures: true,
    returns_change: true,
    can_restore: true,
  },
  [BIRCH]: {
    url: BIRCH,
    name: "Birch",
    description: "Dollars and cents.",
    contact: [],
    motd: "Closed for repairs on Sunday night.",
    units: [
      { unit: "usd", input_fee_ppk: 0, top_up: bounds("1", "10000", "usd"), pay: null },
      { unit: "sat", input_fee_ppk: 0, top_up: { least: null, most: null }, pay: { least: null, most: null } },
    ],
    proves_signatures: true,
    returns_change: true,
    can_restore: true,
  },
  [FIG]: {
    url: FIG,
    name: "Fig",
    description: null,
    contact: [],
    motd: null,
    units: [{ unit: "sat", input_fee_ppk: 0, top_up: null, pay: null }],
    proves_signatures: false,
    returns_change: false,
    can_restore: false,
  },
};

export const line = (some: Partial<PaymentLine> & { payment: string }): PaymentLine => ({
  at: new Date(NOW).toISOString(),
  direction: "out",
  kind: "lightning_invoice",
  payee: "Corner Shop",
  amount: sat("21"),
  fees: sat("1"),
  outcome: "paid",
  note: null,
  ...some,
});

const STORY: readonly (readonly [string, string, string, Partial<PaymentLine>])[] = [
  ["Corner Shop", "21", "1", { note: "coffee with Ada" }],
  ["Arcade", "50", "2", { outcome: "still_deciding" }],
  ["Daily Paper", "15", "1", { kind: "cashu_request" }],
  ["Kiosk", "40", "0", { outcome: "not_paid" }],
  ["Busker", "100", "1", { note: "the violin" }],
  ["", "2000", "0", { direction: "in", kind: "top_up", payee: null }],
  ["", "64", "1", { kind: "give", payee: null, note: "for the bus" }],
  ["", "99", "1", { direction: "in", kind: "redeem", payee: null }],
];

/** A history of so many payments, newest first: the same story over and over, hours apart. */
export function payments(count: number): PaymentLine[] {
  return Array.from({ length: count }, (_, at) => {
    const [payee, value, fees, more] = STORY[at % STORY.length] ?? ["Corner Shop", "21", "1", {}];
    const round = Math.floor(at / STORY.length);
    const outcome: Outcome = round > 0 ? "paid" : (more.outcome ?? "paid");
    return line({
      payment: `payment-${count - at}`,
      at: new Date(NOW - at * 7 * 3_600_000).toISOString(),
      payee: payee === "" ? null : payee,
      amount: sat(value),
      fees: sat(fees),
      ...more,
      outcome,
    });
  });
}
