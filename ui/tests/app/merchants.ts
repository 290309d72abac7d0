// The merchants, and what each may learn.
import type {
  ConsentReceiptsReport,
  DetailsReport,
  KeptFile,
  MerchantReport,
  MerchantsReport,
  Request,
  RequestDraft,
  SharingReport,
  SwitchReport,
} from "$lib/bridge";
import { refusal } from "./errors";
import { amount } from "./money";
import { answered, draftFor, requestLines, sentNow } from "./requests";
import { NOW } from "./town";

const TYPED = ["name", "email", "phone", "region", "language", "age_band", "interests"];
const ITEMS = [...TYPED, "contact_key", "note"];
const NINETY_DAYS = 90 * 24 * 3_600_000;
const DAY = 24 * 3_600_000;

const at = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");

const off = (item: string): SwitchReport => ({
  item,
  purpose: "deliver",
  state: "off",
  since: null,
  until: null,
  last_used: null,
  value: null,
  alias: false,
});

const merchant = (id: string, name: string, origin: string | null): MerchantReport => ({
  merchant: id,
  id: origin ?? `lightning:${id}`,
  name,
  called: null,
  origin,
  blocked: false,
  paid: true,
  sharing: 0,
  first_seen: at(NOW - 40 * DAY),
  note: null,
  limit: null,
  payments: 3,
  last_paid: at(NOW - DAY),
  spent: [{ paid: amount("63"), fees: amount("2") }],
  switches: ITEMS.map(off),
  asked: [],
  told: [],
  contact: null,
  requests: [],
  offers_notice: false,
});

export class Merchants {
  readonly all = new Map<string, MerchantReport>();
  readonly own = new Map<string, string>();
  readonly receipts: ConsentReceiptsReport["receipts"] = [];
  /** The consent receipts that were written to files. */
  readonly saved: string[] = [];

  constructor() {
    this.all.set("1", merchant("1", "Corner Shop", "https://corner.example"));
    const busker = merchant("2", "busker@music.example", "https://music.example");
    busker.asked = [
      {
        item: "email",
        purpose: "receipt",
        why: "to send you the song",
        required: false,
        at: at(NOW - 2 * DAY),
        answer: "not_now",
        quiet_until: at(NOW + 28 * DAY),
      },
    ];
    this.all.set("2", busker);
  }

  /** As after some weeks of use: a shop that knows two things, one that knows a fan, one that was refused. */
  lived(): void {
    this.all.set("3", merchant("3", "Daily Paper", "https://paper.example"));
    this.setDetail({ item: "name", value: "Ada" });
    this.setDetail({ item: "email", value: "ada@mail.example" });
    for (const item of ["name", "email"]) {
      this.set({ merchant: "3", item, purpose: item === "name" ? "deliver" : "receipt", on: true, until: null });
    }
    const known = this.one("3");
    for (const some of known.switches.filter(({ state }) => state === "on")) {
      some.since = at(NOW - 20 * DAY);
      some.until = at(NOW + 70 * DAY);
      some.last_used = some.item === "email" ? at(NOW - 2 * DAY) : null;
    }
    known.told = [
      {
        at: at(NOW - 2 * DAY),
        item: "email",
        purpose: "receipt",
        hash: "ab".repeat(32),
        grant: "grant-1",
        payment: "payment-3",
      },
    ];
    known.contact = { value: "privacy@paper.example", from: "payee" };
    known.requests = [
      sentNow({ merchant: "3", kind: "erasure", law: "gdpr" }, "request-2", NOW - 3 * DAY),
      sentNow({ merchant: "3", kind: "access", law: "gdpr" }, "request-1", NOW - 50 * DAY),
    ];
    this.#kept(known);
    this.set({ merchant: "2", item: "name", purpose: "deliver", on: true, until: null });
    this.alias({ merchant: "2", item: "name", value: "A fan" });
    const corner = this.one("1");
    const ended = corner.switches.find(({ item }) => item === "language");
    if (ended) Object.assign(ended, { state: "ended", since: at(NOW - 100 * DAY), until: at(NOW - 10 * DAY) });
    this.#kept(corner);
  }

  keepConsents(receipt: string | null): KeptFile {
    const known = receipt === null || this.receipts.some((one) => one.receipt === receipt);
    if (!known) throw refusal("no_such_merchant", "There is no such consent receipt.");
    this.saved.push(receipt ?? "all");
    return { name: "Farthing consents 2026-11-21.jsonld" };
  }

  list(): MerchantsReport {
    return { merchants: [...this.all.values()].map((one) => this.#counted(one)) };
  }

  one(id: string): MerchantReport {
    const found = this.all.get(id);
    if (found === undefined) throw refusal("no_such_merchant", "There is no such merchant.");
    return this.#counted(found);
  }

  named(name: string): string | undefined {
    return [...this.all.values()].find((one) => one.name === name)?.merchant;
  }

  change({ merchant, called, note, blocked, limit }: Request<"change_merchant">): MerchantReport {
    const one = this.one(merchant);
    if (called !== null) one.called = called === "" ? null : called;
    if (note !== null) one.note = note === "" ? null : note;
    if (blocked !== null) one.blocked = blocked;
    if (limit !== null) one.limit = limit === "none" ? null : amount(limit);
    return this.#kept(one);
  }

  set({ merchant, item, purpose, on, until }: Request<"set_sharing">): MerchantReport {
    const one = this.one(merchant);
    const found = one.switches.find((some) => some.item === item);
    if (found === undefined) throw refusal("no_such_item", "This is nothing that can be shared.");
    if (!on && found.state !== "on" && found.state !== "paused") {
      throw refusal("not_shared", "This is not shared.");
    }
    found.state = on ? "on" : "ended";
    found.purpose = purpose ?? found.purpose;
    found.since = on ? at(NOW) : found.since;
    found.until = on ? (until ?? at(NOW + NINETY_DAYS)) : at(NOW);
    this.#receipt(one, found, on ? "granted" : "withdrawn");
    return this.#kept(one);
  }

  pause({ merchant, item, paused }: Request<"pause_sharing">): MerchantReport {
    const one = this.one(merchant);
    const found = one.switches.find((some) => some.item === item);
    if (found === undefined || found.state === "off" || found.state === "ended") {
      throw refusal("not_shared", "This is not shared.");
    }
    found.state = paused ? "paused" : "on";
    this.#receipt(one, found, "changed");
    return this.#kept(one);
  }

  alias({ merchant, item, value }: Request<"set_alias">): MerchantReport {
    const one = this.one(merchant);
    const found = one.switches.find((some) => some.item === item);
    if (found === undefined) throw refusal("no_such_item", "This is nothing that can be shared.");
    found.alias = value !== null;
    found.value = value ?? this.own.get(item) ?? null;
    return this.#kept(one);
  }

  stop(id: string): MerchantReport {
    const one = this.one(id);
    for (const some of one.switches) {
      if (some.state === "on" || some.state === "paused") {
        some.state = "ended";
        some.until = at(NOW);
        this.#receipt(one, some, "withdrawn");
      }
    }
    return this.#kept(one);
  }

  forget(id: string): MerchantsReport {
    this.one(id);
    this.all.delete(id);
    return this.list();
  }

  draft(request: Request<"draft_request">): RequestDraft {
    return draftFor(this.one(request.merchant), request);
  }

  sent(request: Request<"request_sent">): MerchantReport {
    const one = this.one(request.merchant);
    one.requests.unshift(sentNow(request, `request-made-${one.requests.length + 1}`));
    return this.#kept(one);
  }

  answered({ merchant, request }: Request<"request_answered">): MerchantReport {
    const one = this.one(merchant);
    answered(one, request);
    return this.#kept(one);
  }

  findContact(id: string): MerchantReport {
    const one = this.one(id);
    if (one.origin === null) throw refusal("no_contact_found", "No address was found.");
    one.contact = { value: `privacy@${new URL(one.origin).host}`, from: "site" };
    return this.#kept(one);
  }

  setContact({ merchant, contact }: Request<"set_contact">): MerchantReport {
    const one = this.one(merchant);
    one.contact = contact === null ? null : { value: contact, from: "person" };
    return this.#kept(one);
  }

  sharing(): SharingReport {
    const lines = [...this.all.values()].flatMap((one) =>
      one.switches.map((some) => ({ merchant: one.merchant, name: one.called ?? one.name, ...some })),
    );
    const denied = [...this.all.values()].flatMap((one) =>
      one.asked
        .filter((asked) => asked.answer === "not_now")
        .map((asked) => ({ merchant: one.merchant, name: one.called ?? one.name, ...asked })),
    );
    const active = lines.filter(({ state }) => state === "on" || state === "paused");
    const on = new Set(active.filter(({ state }) => state === "on").map((line) => line.merchant));
    const ended = lines.filter(({ state }) => state === "ended");
    return { shops: on.size, active, denied, ended, requests: requestLines(this.all.values()), statements: [] };
  }

  stopAll(): SharingReport {
    for (const id of this.all.keys()) this.stop(id);
    return this.sharing();
  }

  details(): DetailsReport {
    const details = TYPED.map((item) => ({
      item,
      value: this.own.get(item) ?? null,
      used_by: [...this.all.values()].filter((one) =>
        one.switches.some((some) => some.item === item && some.state === "on" && !some.alias),
      ).length,
    }));
    return { details };
  }

  setDetail({ item, value }: Request<"set_detail">): DetailsReport {
    if (value === null) this.own.delete(item);
    else this.own.set(item, value);
    for (const one of this.all.values()) {
      for (const some of one.switches) {
        if (some.item === item && !some.alias) some.value = value;
      }
    }
    return this.details();
  }

  #counted(one: MerchantReport): MerchantReport {
    const sharing = one.switches.filter(({ state }) => state === "on").length;
    const live = (item: string) => one.switches.some((some) => some.item === item && some.state !== "ended");
    const offers_notice =
      one.told.some(({ item }) => !live(item)) && !one.requests.some(({ kind }) => kind === "notice");
    return structuredClone({ ...one, sharing, offers_notice });
  }

  #kept(one: MerchantReport): MerchantReport {
    this.all.set(one.merchant, one);
    return this.#counted(one);
  }

  #receipt(one: MerchantReport, some: SwitchReport, change: string): void {
    const receipt = `receipt-${this.receipts.length + 1}`;
    this.receipts.unshift({
      receipt,
      at: at(NOW),
      merchant: one.merchant,
      name: one.called ?? one.name,
      item: some.item,
      purpose: some.purpose,
      change,
      json_ld: { "@type": "dpv:ConsentReceipt", "dct:identifier": receipt },
    });
  }
}
