// A whole app in memory, with play money: what tests and pictures are made on, and what answers
// while the window is being made. It is not part of a build.
import type {
  Answer,
  App,
  Command,
  Commands,
  ErrorDetail,
  Event,
  Glance,
  PaymentLine,
  PurseReport,
  ReceiptReport,
  Request,
  SignInReport,
} from "$lib/bridge";
import { SIGN_IN } from "./codes";
import { costsOf } from "./costs";
import { Hands } from "./hands";
import { erased, erasePlan } from "./erase";
import { refusal } from "./errors";
import { framesOf } from "./frames";
import { Merchants } from "./merchants";
import { Payments } from "./payments";
import { converted, rateOf } from "./rates";
import { Statements } from "./statements";
import { Statistics } from "./statistics";
import { spentIn } from "./sums";
import { glance, issuers, maple, PASSPHRASE, PIN, WORDS } from "./town";

export interface Start {
  glance?: Partial<Glance>;
  purses?: PurseReport[];
  payments?: PaymentLine[];
  secret?: string;
  words?: readonly string[];
}

type Handler<Name extends Command> = (request: Request<Name>) => Answer<Name> | Promise<Answer<Name>>;
type Handlers = { [Name in Command]: Handler<Name> };

const TRIES = 5;

/** What the pieces of the fake app share. */
export class Town {
  glance: Glance;
  purses: PurseReport[];
  payments: PaymentLine[];
  receipts = new Map<string, ReceiptReport>();
  secret: string;
  words: readonly string[];
  trusted = new Set<string>();
  looked_at: string | undefined;
  /** What the person has copied, if the system lets us look. */
  copied: string | undefined;
  /** The currency figures are shown in. */
  currency: string | null = null;
  /** What the person said of themselves. */
  own: ReadonlyMap<string, string> = new Map();
  /** Which merchant has this name. */
  merchantOf: (name: string) => string | undefined = () => undefined;
  /** What a copy of this wallet took in, by payment. */
  readonly elsewhere = new Set<string>();
  /** No issuer can be reached. */
  offline = false;
  #made = 0;

  constructor({ glance: some, purses = [maple()], payments = [], secret, words = WORDS }: Start) {
    this.glance = glance(some);
    this.purses = purses.map((purse) => ({ ...purse }));
    this.payments = [...payments];
    this.secret = secret ?? (this.glance.secret === "pin" ? PIN : PASSPHRASE);
    this.words = words;
    for (const { issuer } of purses) this.trusted.add(issuer);
  }

  id(what: string): string {
    this.#made += 1;
    return `${what}-made-${this.#made}`;
  }

  purse(id: string | null, unit?: string | null): PurseReport {
    const fits = this.purses.filter((purse) => id === null || purse.id === id);
    const found = fits.find((purse) => unit == null || purse.unit === unit);
    if (found === undefined) throw refusal("no_purse", "There is no purse for this.");
    return found;
  }

  reach(): void {
    if (this.offline) throw refusal("issuer_unreachable", "The issuer Maple cannot be reached.");
  }
}

export class FakeApp implements App {
  /** Every call there was, in order. */
  readonly calls: { name: Command; request: unknown }[] = [];
  readonly town: Town;
  readonly merchants = new Merchants();
  readonly statements: Statements;
  readonly statistics = new Statistics();
  readonly #handlers: Handlers;
  readonly #listeners = new Set<(event: Event) => void>();
  readonly #refusals = new Map<Command, ErrorDetail[]>();
  readonly #held = new Map<Command, Promise<void>>();
  #wrong = 0;

  constructor(start: Start = {}) {
    const town = new Town(start);
    this.town = town;
    const changed = () => this.happen({ kind: "changed" });
    const payments = new Payments(town, changed, (secret) => this.#check(secret));
    const hands = new Hands(town, changed, (secret) => this.#check(secret));
    this.statements = new Statements(town);
    town.own = this.merchants.own;
    town.merchantOf = (name) => this.merchants.named(name);
    this.#handlers = {
      look: () => town.glance,
      make: (request) => this.#make(request),
      unlock: ({ secret }) => {
        this.#check(secret);
        return (town.glance = { ...town.glance, state: "open" });
      },
      come_back: ({ words, secret }) => this.#comeBack(words, secret),
      lock: () => (town.glance = { ...town.glance, state: "locked" }),
      words: ({ secret }) => {
        this.#check(secret);
        return { words: [...town.words] };
      },
      words_written: () => (town.glance = { ...town.glance, words_unseen: false }),
      balance: () => payments.balance(),
      look_at_issuer: ({ address }) => {
        town.reach();
        const found = issuers[address.replace(/\/$/, "")];
        if (found === undefined) throw refusal("issuer_unreachable", "It cannot be reached.");
        town.looked_at = found.url;
        return found;
      },
      trust_issuer: ({ address, unit }) => hands.trust(address, unit),
      recognise: ({ code }) => payments.recognise(code),
      read_picture: (bytes) => payments.readPicture(bytes),
      collect: ({ code }) => payments.collect(code),
      frames: ({ code }) => ({ frames: framesOf(code) }),
      review: (request) => payments.review(request),
      review_move: (request) => payments.reviewMove(request),
      pay: (request) => payments.pay(request),
      get_page: (request) => payments.pages.get(request),
      library: () => ({ pages: payments.pages.all() }),
      save_page: ({ page }) => ({ name: payments.pages.named(page).name }),
      remove_page: ({ page }) => payments.pages.remove(page),
      history: (request) => payments.history(request),
      spent: ({ starts }) => ({ spans: spentIn(town.payments, starts) }),
      costs: ({ month }) => costsOf(town.payments, month, town.currency),
      rate: () => rateOf(town.currency),
      choose_currency: ({ currency }) => rateOf((town.currency = currency)),
      convert: ({ figure }) => converted(figure, town.currency),
      receipt: ({ payment }) => payments.receipt(payment),
      keep_receipt: (bytes) => this.#keep(bytes),
      top_up: (request) => hands.topUp(request),
      get_paid: (request) => hands.getPaid(request),
      wait_for_money: ({ payment }) => hands.waitForMoney(payment),
      plan_gift: (request) => hands.planGift(request),
      give: (request) => hands.give(request),
      look_at_gift: ({ code }) => hands.lookAtGift(code),
      redeem: ({ code }) => hands.redeem(code),
      merchants: () => this.merchants.list(),
      merchant: ({ merchant }) => this.merchants.one(merchant),
      change_merchant: (request) => this.merchants.change(request),
      set_sharing: (request) => this.merchants.set(request),
      pause_sharing: (request) => this.merchants.pause(request),
      set_alias: (request) => this.merchants.alias(request),
      stop_sharing: ({ merchant }) => this.merchants.stop(merchant),
      forget_merchant: ({ merchant }) => this.merchants.forget(merchant),
      sharing: () => ({ ...this.merchants.sharing(), statements: this.statements.given() }),
      stop_all_sharing: () => ({ ...this.merchants.stopAll(), statements: this.statements.given() }),
      draft_request: (request) => this.merchants.draft(request),
      open_mail: () => ({}),
      request_sent: (request) => this.merchants.sent(request),
      request_answered: (request) => this.merchants.answered(request),
      find_contact: ({ merchant }) => this.merchants.findContact(merchant),
      set_contact: (request) => this.merchants.setContact(request),
      consent_receipts: () => ({ receipts: this.merchants.receipts }),
      keep_consents: ({ receipt }) => this.merchants.keepConsents(receipt),
      erase_plan: () => erasePlan(town),
      erase_wallet: ({ secret, words, leave_invoices }) => {
        this.#check(secret);
        return (town.glance = erased(town, words, leave_invoices));
      },
      details: () => this.merchants.details(),
      set_detail: (request) => this.merchants.setDetail(request),
      plan_statement: (request) => this.statements.plan(request),
      make_statement: (request) => this.statements.make(request),
      statistics: () => this.statistics.report,
      set_statistics: ({ on }) => this.statistics.set(on),
      keep_statistics: () => this.statistics.keep(),
      post_statistics: ({ url }) => this.statistics.post(url),
      look_at_sign_in: ({ code }) => signInAt(code, false),
      sign_in: ({ code }) => signInAt(code, true),
      recover: () => payments.recover(),
      doctor: () => ({
        healthy: true,
        checks: [
          { name: "money_file", state: "ok", text: "every page is as it was written" },
          { name: "issuer", state: town.offline ? "warn" : "ok", text: "the issuer answers" },
          { name: "undecided", state: "ok", text: "every payment is decided" },
        ],
      }),
      clipboard: () => {
        if (town.copied === undefined) throw refusal("no_code", "Nothing was copied.");
        return { text: town.copied };
      },
      notify: () => ({}),
      awake: () => ({}),
      practice_pay: ({ invoice }) => hands.practicePay(invoice),
      practice_order: () => ({ code: "lnbc210n1pcoffeecornershop" }),
    };
  }

  async call<Name extends Command>(name: Name, request: Request<Name>): Promise<Answer<Name>> {
    this.calls.push({ name, request });
    // An answer never comes in the same breath as the question.
    await (this.#held.get(name) ?? Promise.resolve());
    const refused = this.#refusals.get(name)?.shift();
    if (refused !== undefined) throw refused;
    if (!OPEN_TO_ALL.has(name) && this.town.glance.state !== "open") {
      throw refusal("no_secret", "The wallet is locked.");
    }
    const answer = await (this.#handlers[name] as Handler<Name>)(request);
    return structuredClone(answer);
  }

  listen(handler: (event: Event) => void): () => void {
    this.#listeners.add(handler);
    return () => this.#listeners.delete(handler);
  }

  /** The files that were written for the person. */
  readonly kept: Uint8Array[] = [];

  /** How often somebody was said to be here. */
  wakings = 0;

  awake(): void {
    this.wakings += 1;
  }

  /** Something happens without having been asked for. */
  happen(event: Event): void {
    if (event.kind === "locked") this.town.glance = { ...this.town.glance, state: "locked" };
    for (const handler of this.#listeners) handler(event);
  }

  /** The next calls of this command are refused, one for each. */
  refuse(name: Command, ...with_: ErrorDetail[]): void {
    this.#refusals.set(name, [...(this.#refusals.get(name) ?? []), ...with_]);
  }

  /** The answers to this command wait until what is returned is called. */
  hold(name: Command): () => void {
    let release = () => {};
    this.#held.set(name, new Promise<void>((resolve) => (release = resolve)));
    return () => {
      this.#held.delete(name);
      release();
    };
  }

  /** How often a command was called. */
  count(name: Command): number {
    return this.calls.filter((call) => call.name === name).length;
  }

  #make({ secret, practice, words }: Commands["make"]["request"]): Glance {
    const { town } = this;
    const weak = town.glance.secret === "pin" ? !/^\d{6}$/.test(secret) : secret.length < 12;
    if (weak) throw refusal("secret_too_weak", "This secret is too weak.");
    if (words !== null && words.trim().split(/\s+/).length !== 12) {
      throw refusal("bad_words", "These are not recovery words.");
    }
    town.secret = secret;
    town.purses = practice ? [maple("0")] : [];
    town.glance = { ...town.glance, state: "open", practice, words_unseen: words === null };
    return town.glance;
  }

  #comeBack(words: string, secret: string): Glance {
    const { town } = this;
    if (words.trim().split(/\s+/).length !== 12) {
      throw refusal("bad_words", "These are not recovery words.");
    }
    if (words !== town.words.join(" ")) {
      throw refusal("other_words", "These are the words of another wallet.");
    }
    const weak = town.glance.secret === "pin" ? !/^\d{6}$/.test(secret) : secret.length < 12;
    if (weak) throw refusal("secret_too_weak", "This secret is too weak.");
    town.secret = secret;
    this.#wrong = 0;
    return (town.glance = { ...town.glance, state: "open" });
  }

  #keep(bytes: Uint8Array): { name: string } {
    const png = bytes[0] === 0x89;
    this.kept.push(bytes);
    return { name: `Farthing 2026-11-22.${png ? "png" : "txt"}` };
  }

  #check(secret: string | null): void {
    if (secret === this.town.secret) {
      this.#wrong = 0;
      return;
    }
    this.#wrong += 1;
    if (this.#wrong > TRIES) {
      throw refusal("wait_before_next_try", "Too many wrong tries.", "safe", { wait_seconds: 30 });
    }
    throw refusal("wrong_secret", "Wrong PIN or passphrase.", "safe", {
      tries_left: TRIES - this.#wrong,
    });
  }
}

/** Who wants a sign-in, or got one. */
function signInAt(code: string, signed_in: boolean): SignInReport {
  if (code !== SIGN_IN) throw refusal("not_a_sign_in", "This code asks for no sign-in.");
  return { site: "forum.example", action: "register", key: `02${"7c".repeat(32)}`, signed_in };
}

/** What is answered without an open wallet. */
const OPEN_TO_ALL: ReadonlySet<Command> = new Set(["look", "make", "unlock", "come_back", "lock", "doctor", "recognise", "read_picture"]);
