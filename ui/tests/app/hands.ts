// Money from hand to hand: coming in, being given, being taken in.
import type {
  Commands,
  GetPaidReport,
  GiftPlanReport,
  GiveReport,
  MoneyInReport,
  Outcome,
  PurseAddReport,
  RedeemReport,
  RedeemReviewReport,
  TopUpReport,
} from "$lib/bridge";
import type { Town } from ".";
import { GIFTS, type Gift } from "./codes";
import { refusal } from "./errors";
import { amount, count, leftAfter, minus, plus, sat, typed } from "./money";
import { issuers, line, NOW } from "./town";

interface Asked {
  readonly payment: string;
  readonly invoice: string;
  readonly purse: string;
  readonly amount: ReturnType<typeof sat>;
  outcome: Outcome;
}

const ONE_DAY = 86_400_000;
/** From here on a gift is so many coins that its code does not fit one picture. */
const MANY_COINS = 500n;

export class Hands {
  readonly #asked = new Map<string, Asked>();
  readonly #plans = new Map<string, GiftPlanReport>();
  readonly #given: Gift[] = [];
  readonly #spent = new Set<string>();

  constructor(
    private readonly town: Town,
    private readonly changed: () => void,
    private readonly check: (secret: string | null) => void,
  ) {}

  trust(address: string, unit: string | null): PurseAddReport {
    const issuer = issuers[address.replace(/\/$/, "")];
    if (issuer === undefined || this.town.looked_at !== issuer.url) {
      throw refusal("unknown_issuer", "Look at it first.");
    }
    const chosen = unit ?? issuer.units[0]?.unit ?? "sat";
    const id = `purse-${(issuer.name ?? "x").toLowerCase()}-${chosen}`;
    if (!this.town.purses.some((one) => one.issuer === issuer.url && one.unit === chosen)) {
      const nothing = amount("0", chosen);
      this.town.purses.push({
        id,
        issuer: issuer.url,
        issuer_name: issuer.name,
        unit: chosen,
        spendable: nothing,
        pending: nothing,
      });
    }
    this.town.trusted.add(issuer.url);
    this.changed();
    return {
      purses: [{ id, issuer: issuer.url, unit: chosen, restored: amount("0", chosen) }],
      issuer,
    };
  }

  topUp(request: Commands["top_up"]["request"]): TopUpReport {
    const asked = this.#ask(request, "top_up");
    return { ...asked, expires_at: new Date(Date.now() + ONE_DAY).toISOString(), received: null };
  }

  getPaid(request: Commands["get_paid"]["request"]): GetPaidReport {
    const asked = this.#ask(request, "top_up");
    return {
      ...asked,
      request: `creqA${asked.payment}`,
      expires_at: new Date(Date.now() + ONE_DAY).toISOString(),
      received: null,
    };
  }

  #ask({ amount: text, unit, purse: id }: Commands["top_up"]["request"], kind: string): Asked {
    const purse = this.town.purse(id, unit);
    const wanted = typed(text, unit ?? purse.unit);
    if (wanted === undefined) throw refusal("bad_amount", "The amount cannot be read.");
    if (count(wanted) === 0n) throw refusal("nothing_to_move", "The amount is zero.");
    if (count(wanted) > 500_000n) throw refusal("above_balance_cap", "The purses would hold too much.");
    this.town.reach();
    const payment = this.town.id("payment");
    const asked: Asked = {
      payment,
      invoice: `lnbc${wanted.value}n1p${payment}${"qzxk2mvw8r4hj9".repeat(12)}`,
      purse: purse.id,
      amount: wanted,
      outcome: "still_deciding",
    };
    this.#asked.set(payment, asked);
    this.town.payments.unshift(
      line({
        payment,
        direction: "in",
        kind,
        payee: null,
        amount: wanted,
        fees: amount("0", wanted.unit),
        outcome: "still_deciding",
        at: new Date(NOW).toISOString(),
      }),
    );
    return asked;
  }

  practicePay(invoice: string): Record<string, never> {
    const asked = [...this.#asked.values()].find((one) => one.invoice === invoice);
    if (asked === undefined) throw refusal("code_not_payable", "Nobody here knows this invoice.");
    if (asked.outcome === "paid") return {};
    asked.outcome = "paid";
    const purse = this.town.purse(asked.purse);
    purse.spendable = plus(purse.spendable, asked.amount);
    this.town.payments = this.town.payments.map((one) =>
      one.payment === asked.payment ? { ...one, outcome: "paid" } : one,
    );
    this.changed();
    return {};
  }

  async waitForMoney(payment: string): Promise<MoneyInReport> {
    const asked = this.#asked.get(payment);
    if (asked === undefined) throw refusal("no_such_payment", "There is no such payment.");
    // As the app does: answers when something changed, or after a while.
    for (let turn = 0; turn < 20 && asked.outcome === "still_deciding"; turn += 1) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    if (this.town.elsewhere.has(payment)) {
      asked.outcome = "not_paid";
      this.town.payments = this.town.payments.map((one) =>
        one.payment === payment ? { ...one, outcome: "not_paid" } : one,
      );
      this.changed();
      throw refusal("collected_elsewhere", "A copy of this wallet took it in.", "unknown");
    }
    return { outcome: asked.outcome, received: asked.outcome === "paid" ? asked.amount : null };
  }

  planGift({ amount: text, unit, purse: id }: Commands["plan_gift"]["request"]): GiftPlanReport {
    const purse = this.town.purse(id, unit);
    const wanted = typed(text, unit ?? purse.unit);
    if (wanted === undefined) throw refusal("bad_amount", "The amount cannot be read.");
    if (count(wanted) === 0n) throw refusal("nothing_to_move", "The amount is zero.");
    this.town.reach();
    const fee = amount("1", wanted.unit);
    const total = plus(wanted, fee);
    if (count(total) > count(purse.spendable)) {
      const missing = minus(total, purse.spendable);
      throw refusal("not_enough", "There is not enough.", "safe", { missing });
    }
    const plan: GiftPlanReport = {
      plan: this.town.id("plan"),
      needs: count(total) > 2000n ? ["confirm", "secret"] : ["confirm"],
      amount: wanted,
      fees: [{ kind: "issuer_input", to: purse.issuer_name ?? purse.issuer, amount: fee, at_most: fee }],
      total,
      total_at_most: total,
      purse: purse.id,
      issuer: purse.issuer,
      warnings: [],
      left: leftAfter(this.town.purses, total, total),
    };
    this.#plans.set(plan.plan, plan);
    return plan;
  }

  give({ plan: id, memo, secret }: Commands["give"]["request"]): GiveReport {
    const plan = this.#plans.get(id);
    if (plan === undefined) throw refusal("no_such_review", "There is no such plan.");
    if (count(plan.total) > 2000n) this.check(secret);
    this.#plans.delete(id);
    this.town.reach();
    const purse = this.town.purse(plan.purse);
    purse.spendable = minus(purse.spendable, plan.total);
    purse.pending = plus(purse.pending, plan.amount);
    const payment = this.town.id("payment");
    const token = `cashuBmade${payment}${"o2FteCJodHRwczovL21hcGxl".repeat(count(plan.amount) < MANY_COINS ? 14 : 120)}`;
    this.#given.push({
      code: token,
      issuer: purse.issuer,
      issuer_name: purse.issuer_name,
      face: plan.amount,
      fee: amount("1", plan.amount.unit),
      memo,
    });
    this.town.payments.unshift(
      line({
        payment,
        kind: "give",
        payee: null,
        amount: plan.amount,
        fees: amount("1", plan.amount.unit),
        note: memo,
        at: new Date(NOW).toISOString(),
      }),
    );
    const nothing = amount("0", plan.amount.unit);
    this.town.receipts.set(payment, {
      outcome: "paid",
      payment,
      at: new Date(NOW).toISOString(),
      direction: "out",
      payee: null,
      kind: "give",
      price: plan.amount,
      paid: plan.amount,
      fees: plan.fees.map(({ kind, to, amount: least }) => ({ kind, to, amount: least })),
      returned: nothing,
      left_purse: plan.total,
      shared: [],
      proof: null,
      success: null,
      note: memo,
      why: null,
      total_at_most: plan.total_at_most,
      purse: plan.purse,
      token,
    });
    this.changed();
    return {
      token,
      payment,
      amount: plan.amount,
      fees: plan.fees.map(({ kind, to, amount: least }) => ({ kind, to, amount: least })),
      outcome: "paid",
      picture: null,
    };
  }

  #gift(code: string): Gift {
    const text = code.trim().replace(/^cashu:/i, "");
    const gift = [...GIFTS, ...this.#given].find((one) => one.code === text || text === paymentOf(one));
    if (gift === undefined) throw refusal("not_money", "This is not e-cash.");
    if (gift.spent || this.#spent.has(gift.code)) {
      throw refusal("already_redeemed", "Somebody redeemed this already.");
    }
    return gift;
  }

  /** Somebody redeemed what was given. */
  taken(code: string): void {
    for (const [payment, receipt] of this.town.receipts) {
      if (receipt.token === code) this.town.receipts.set(payment, { ...receipt, token: null });
    }
  }

  lookAtGift(code: string): RedeemReviewReport {
    const gift = this.#gift(code);
    const known = this.town.trusted.has(gift.issuer);
    const asked = known && !this.town.offline;
    return {
      issuer: gift.issuer,
      issuer_name: gift.issuer_name,
      known_issuer: known,
      ours: this.#given.includes(gift) ? (paymentOf(gift) ?? null) : null,
      face: gift.face,
      fee: asked ? gift.fee : null,
      receives: asked ? minus(gift.face, gift.fee) : null,
      memo: gift.memo,
      from: gift.from ?? null,
    };
  }

  redeem(code: string): RedeemReport {
    const gift = this.#gift(code);
    if (!this.town.trusted.has(gift.issuer)) throw refusal("unknown_issuer", "You do not know it.");
    this.town.reach();
    this.#spent.add(gift.code);
    const purse = this.town.purses.find((one) => one.issuer === gift.issuer);
    if (purse === undefined) throw refusal("no_purse", "There is no purse for this.");
    const received = minus(gift.face, gift.fee);
    purse.spendable = plus(purse.spendable, received);
    if (this.#given.includes(gift)) purse.pending = minus(purse.pending, gift.face);
    this.taken(gift.code);
    const payment = this.town.id("payment");
    this.town.payments.unshift(
      line({
        payment,
        direction: "in",
        kind: "redeem",
        payee: null,
        amount: received,
        fees: gift.fee,
        at: new Date(NOW).toISOString(),
      }),
    );
    this.changed();
    return {
      outcome: "paid",
      payment,
      received,
      fees: [{ kind: "issuer_input", to: gift.issuer_name ?? gift.issuer, amount: gift.fee }],
    };
  }
}

/** The payment a token of ours was given with. */
const paymentOf = (gift: Gift): string | undefined => /payment-made-\d+/.exec(gift.code)?.[0];
