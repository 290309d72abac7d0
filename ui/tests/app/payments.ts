// Paying, and what was paid.
import type {
  Amount,
  AskReport,
  BalanceReport,
  CollectedReport,
  Commands,
  HistoryReport,
  LeftReport,
  PaidFeeReport,
  PurseReport,
  ReceiptReport,
  RecoveryReport,
  ReviewReport,
  ScanReport,
  SeenCode,
  WarningReport,
} from "$lib/bridge";
import type { Town } from ".";
import { EXPIRED, feesOf, FREE_PAGE, GIFTS, OTHERS, PAID_BEFORE, SHOPS, SIGN_IN, VOUCHER, type Shop } from "./codes";
import { refusal } from "./errors";
import { Collector } from "./frames";
import { amount, count, leftAfter, minus, plus, typed } from "./money";
import { Pages } from "./pages";
import { worthOf } from "./rates";
import { line, NOW } from "./town";

/** What is asked with a bill, and what of it is told. */
function asksOf(shop: Shop, share: readonly string[], own: ReadonlyMap<string, string>): AskReport[] {
  const wishes = shop.wishes ?? [];
  if (share.some((item) => !wishes.some((wish) => wish.item === item))) throw refusal("nobody_asked");
  return wishes.map(({ item, purpose, why, required, quiet }) => ({
    item,
    purpose,
    why: why ?? null,
    required: required ?? false,
    shared: share.includes(item),
    has_value: own.has(item),
    quiet: quiet ?? false,
  }));
}

interface Reviewed {
  readonly review: ReviewReport;
  readonly shop: Shop;
  used: boolean;
  /** What came of it. */
  payment?: string;
}

const alreadyPaid = (payment?: string) =>
  refusal("already_paid", "You have already paid this.", "safe", payment === undefined ? {} : { payment });

const TEN_MINUTES = 600_000;

export class Payments {
  readonly pages = new Pages();
  readonly #collector = new Collector();
  /** Which purse a review's money arrives in. */
  readonly #arrivals = new Map<string, string>();
  readonly #reviews = new Map<string, Reviewed>();

  constructor(
    private readonly town: Town,
    private readonly changed: () => void,
    private readonly check: (secret: string | null) => void,
  ) {}

  balance(): BalanceReport {
    const { purses } = this.town;
    const units = [...new Set(purses.map(({ unit }) => unit))];
    const total = units.map((unit) =>
      plus(amount("0", unit), ...purses.filter((one) => one.unit === unit).map((one) => one.spendable)),
    );
    return { purses, total };
  }

  recognise(text: string): SeenCode {
    const code = text.trim().replace(/^(lightning|cashu):/i, "");
    const other = OTHERS[code];
    if (other !== undefined) return { text: code, ...other };
    const shop = SHOPS.find((one) => one.code === code);
    if (shop !== undefined) return { text: code, kind: shop.kind, why: null };
    if (code === VOUCHER.code) return { text: code, kind: "lnurl_withdraw", why: null };
    if (GIFTS.some((one) => one.code === code) || code.startsWith("cashuBmade")) {
      return { text: code, kind: "cashu_token", why: null };
    }
    if (code === EXPIRED || code === PAID_BEFORE || code.startsWith("lnbc")) {
      return { text: code, kind: "lightning_invoice", why: null };
    }
    if (code === SIGN_IN) return { text: code, kind: "sign_in", what: "sign_in", why: null };
    if (/^https?:/.test(code)) return { text: code, kind: "page", why: null };
    return { text: code, kind: "damaged", why: "this is no payment code" };
  }

  collect(frame: string): CollectedReport {
    return this.#collector.take(frame);
  }

  /** A picture of the fake town is the UTF-8 text of its codes, one on a line. */
  readPicture(bytes: Uint8Array): ScanReport {
    const texts = new TextDecoder().decode(bytes).split("\n").filter(Boolean);
    const codes = texts.map((text) => this.recognise(text)).filter(({ kind }) => kind !== "damaged");
    if (codes.length === 0) throw refusal("no_code_in_picture", "No code was found in the picture.");
    return { codes };
  }

  review({ code, amount: wanted, purse, note, share }: Commands["review"]["request"]): ReviewReport {
    const seen = this.recognise(code);
    if (seen.text === EXPIRED) throw refusal("code_expired", "The code has run out.");
    if (seen.text === PAID_BEFORE) {
      const before = this.town.payments.find((one) => one.direction === "out" && one.outcome === "paid");
      throw alreadyPaid(before?.payment);
    }
    if (seen.kind === "cashu_token") throw refusal("code_is_money", "This is e-cash.");
    if (seen.kind === "sign_in") throw refusal("is_sign_in", "This code asks to sign in.");
    if (seen.text === FREE_PAGE) throw refusal("page_is_free", "This page costs nothing.");
    const shop = SHOPS.find((one) => one.code === seen.text);
    if (shop === undefined) throw refusal("code_not_payable", "This code cannot be paid.");
    const paid = this.#paid(shop);
    if (paid !== undefined) throw alreadyPaid(paid);
    const from = this.town.purse(purse);
    if (shop.price !== null && wanted !== null) throw refusal("amount_fixed", "The code names its amount.");
    if (shop.price === null && wanted === null) throw refusal("amount_needed", "How much?");
    const price = shop.price ?? typed(wanted ?? "", from.unit);
    if (price && shop.least && count(price) < count(shop.least)) {
      throw refusal("amount_out_of_bounds", "The payee does not take this amount.");
    }
    if (price === undefined) throw refusal("bad_amount", "The amount cannot be read.");
    return this.#figures(shop, price, from, note, share ?? []);
  }

  /** Money that only goes from one purse to another is paid to nobody. */
  reviewMove({ amount: text, from, to }: Commands["review_move"]["request"]): ReviewReport {
    if (from === to) throw refusal("same_purse", "The money is in this purse already.");
    const target = this.town.purse(to);
    const arrives = typed(text, target.unit);
    if (arrives === undefined) throw refusal("bad_amount", "The amount cannot be read.");
    const name = target.issuer_name ?? target.issuer;
    const shop: Shop = {
      code: "", kind: "move", name, origin: null, price: null, description: null,
      network: ["0", "2"], first_time: false, ends: "paid",
    };
    const source = this.town.purse(from);
    // In this town a cent is ten satoshis.
    const price =
      source.unit === arrives.unit ? arrives : amount(String(count(arrives) * 10n), source.unit);
    const review = this.#figures(shop, price, source, null, []);
    review.arrives = arrives;
    this.#arrivals.set(review.review, to);
    return review;
  }

  #figures(
    shop: Shop,
    price: Amount,
    from: PurseReport,
    note: string | null,
    share: readonly string[],
  ): ReviewReport {
    this.town.reach();
    const demands = (shop.wishes ?? []).filter((one) => one.required && !share.includes(one.item));
    if (demands.length > 0) {
      throw refusal("payee_demands", "The payee takes no payment unless it is told.", "safe", {
        demands: demands.map(({ item }) => item),
      });
    }
    const fees = feesOf(this.#now(shop), from.issuer_name ?? from.issuer, price.unit);
    const total = plus(price, ...fees.map((fee) => fee.amount));
    const total_at_most = plus(price, ...fees.map((fee) => fee.at_most));
    if (count(total_at_most) > count(from.spendable)) {
      throw refusal("not_enough", "There is not enough in the purse.", "safe", {
        missing: minus(total_at_most, from.spendable),
      });
    }
    const review: ReviewReport = {
      review: this.town.id("review"),
      expires_at: new Date(Date.now() + TEN_MINUTES).toISOString(),
      payee: {
        id: `payee-${shop.name}`,
        name: shop.name,
        origin: shop.origin,
        first_time: shop.first_time && !this.town.payments.some((one) => one.payee === shop.name),
      },
      kind: shop.kind,
      price,
      fees,
      total,
      total_at_most,
      ...(this.town.currency === null || total.unit !== "sat"
        ? {}
        : { total_fiat: worthOf(total.value, this.town.currency) }),
      left: this.#left(total, total_at_most),
      purse: from.id,
      issuer: from.issuer,
      description: shop.description,
      note,
      asks: asksOf(shop, share, this.town.own),
      needs: shop.asks_secret ? ["confirm", "secret"] : ["confirm"],
      warnings: [...this.#undecided(shop), ...(shop.warnings ?? [])],
      alternatives: [],
    };
    this.#reviews.set(review.review, { review, shop, used: false });
    return review;
  }

  #undecided({ name }: Shop): WarningReport[] {
    const before = this.town.payments.find(
      (one) => one.payee === name && one.outcome === "still_deciding",
    );
    if (before === undefined) return [];
    return [{ code: "still_deciding", text: "A payment to this payee is still being decided." }];
  }

  #left(total: Amount, most: Amount): LeftReport {
    return leftAfter(this.town.purses, total, most);
  }

  #tried(shop: Shop): boolean {
    return [...this.#reviews.values()].some((one) => one.used && one.shop === shop);
  }

  /** What it costs by now: more, once paying it was refused for that. */
  #now(shop: Shop): Shop {
    if (shop.refused !== "dearer_than_reviewed" || !this.#tried(shop)) return shop;
    return { ...shop, network: ["4", "9"] };
  }

  /** The payment this was paid with. */
  #paid(shop: Shop): string | undefined {
    if (shop.ends === "not_paid" || shop.refused) return undefined;
    return [...this.#reviews.values()].find((one) => one.shop === shop && one.payment !== undefined)?.payment;
  }

  pay({ review: id, secret }: Commands["pay"]["request"]): ReceiptReport {
    const found = this.#reviews.get(id);
    if (found === undefined) throw refusal("no_such_review", "There is no such review.");
    if (found.used) throw refusal("review_used", "The review was already used.");
    const { review, shop } = found;
    if (review.needs.includes("secret")) this.check(secret);
    this.town.reach();
    const again = this.#tried(shop);
    found.used = true;
    if (shop.refused !== undefined && !again) throw refusal(shop.refused, "It now costs more than was shown.");
    const purse = this.town.purse(review.purse);
    const paid = shop.ends === "paid";
    const nothing = amount("0", review.price.unit);
    const fees: PaidFeeReport[] = review.fees.map(({ kind, to, amount: least }) => ({
      kind,
      to,
      amount: shop.ends === "not_paid" ? nothing : least,
    }));
    const left_purse = shop.ends === "not_paid" ? nothing : paid ? review.total : review.total_at_most;
    purse.spendable = minus(purse.spendable, left_purse);
    const arrives = this.#arrivals.get(id);
    if (arrives !== undefined && paid && review.arrives !== undefined) {
      const target = this.town.purse(arrives);
      target.spendable = plus(target.spendable, review.arrives);
    }
    if (shop.ends === "still_deciding") purse.pending = plus(purse.pending, left_purse);
    const receipt: ReceiptReport = {
      outcome: shop.ends,
      payment: this.town.id("payment"),
      at: new Date(NOW).toISOString(),
      direction: "out",
      payee: shop.name,
      ...this.#with(shop.name),
      kind: shop.kind,
      price: review.price,
      paid: paid ? review.price : nothing,
      fees,
      returned: paid ? minus(review.total_at_most, review.total) : nothing,
      left_purse,
      shared: review.asks.filter((ask) => ask.shared).map((ask) => ask.item),
      proof: paid ? { kind: "preimage", text: "5e".repeat(32) } : null,
      success: (paid && shop.success) || null,
      note: review.note,
      why: paid ? null : "it did not go through",
      ...(paid ? {} : { why_code: "not_through" }),
      total_at_most: review.total_at_most,
      purse: purse.id,
      token: null,
    };
    found.payment = receipt.payment;
    this.town.receipts.set(receipt.payment, receipt);
    if (paid && shop.kind === "page") this.pages.paid.set(shop.code, receipt.payment);
    this.town.payments.unshift(
      line({
        payment: receipt.payment,
        at: receipt.at,
        kind: receipt.kind,
        payee: receipt.payee,
        amount: receipt.price,
        fees: plus(nothing, ...fees.map((fee) => fee.amount)),
        outcome: receipt.outcome,
        note: receipt.note,
      }),
    );
    this.changed();
    return receipt;
  }

  history({ merchant, of_merchant, since, before, search, limit }: Commands["history"]["request"]): HistoryReport {
    const wanted = (search ?? "").toLowerCase().split(/\s+/).filter(Boolean);
    const found = this.town.payments.filter((one) => {
      const said = `${one.payee ?? ""} ${one.note ?? ""}`.toLowerCase().split(/\s+/);
      return (
        (merchant === null || one.payee?.includes(merchant)) &&
        (of_merchant === undefined || this.#with(one.payee).merchant === of_merchant) &&
        (since === null || one.at >= since) &&
        (before === null || one.at < before) &&
        wanted.every((word) => said.some((some) => some.startsWith(word)))
      );
    });
    return { payments: found.slice(0, limit ?? undefined) };
  }

  /** The merchant of that name, where there is one. */
  #with(payee: string | null): { merchant?: string } {
    const merchant = payee === null ? undefined : this.town.merchantOf(payee);
    return merchant === undefined ? {} : { merchant };
  }

  receipt(payment: string): ReceiptReport {
    const kept = this.town.receipts.get(payment);
    if (kept !== undefined) return kept;
    const found = this.town.payments.find((one) => one.payment === payment);
    if (found === undefined) throw refusal("no_such_payment", "There is no such payment.");
    const nothing = amount("0", found.amount.unit);
    const did = found.outcome === "paid";
    const total = plus(found.amount, found.fees);
    return {
      ...found,
      ...this.#with(found.payee),
      price: found.amount,
      paid: did ? found.amount : nothing,
      fees: [{ kind: "issuer_input", to: "Maple", amount: found.fees }],
      returned: nothing,
      left_purse: found.direction === "out" && did ? total : nothing,
      shared: [],
      proof: did && found.direction === "out" ? { kind: "preimage", text: "5e".repeat(32) } : null,
      success: null,
      why: did ? null : "it did not go through",
      ...(did ? {} : { why_code: this.town.elsewhere.has(payment) ? "collected_elsewhere" : "not_through" }),
      total_at_most: total,
      purse: "purse-maple",
      token: null,
    };
  }

  recover(): RecoveryReport {
    const open = this.town.payments.filter((one) => one.outcome === "still_deciding");
    if (this.town.offline) {
      return { asked: 0, unreachable: ["Maple"], decided: [], still_deciding: open };
    }
    for (const one of open) one.outcome = "paid";
    for (const purse of this.town.purses) purse.pending = amount("0", purse.unit);
    if (open.length > 0) this.changed();
    return { asked: this.town.purses.length, unreachable: [], decided: open, still_deciding: [] };
  }
}
