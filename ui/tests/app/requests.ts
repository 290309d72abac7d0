// What shops are asked by law, and where they are written to.
import type { MerchantReport, Request, RequestDraft, RequestLine, RequestReport } from "$lib/bridge";
import { refusal } from "./errors";
import { NOW } from "./town";

const DAY = 24 * 3_600_000;
const DAYS: Readonly<Record<string, number>> = { gdpr: 30, ccpa: 45 };

const at = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");

const dueOf = (kind: string, law: string, asked: number): string | null =>
  kind === "notice" ? null : at(asked + (DAYS[law] ?? 30) * DAY);

const ASKS: Readonly<Record<string, string>> = {
  access: "Please send me a copy of all personal data you hold about me.",
  erasure: "Please erase all personal data you hold about me.",
  notice: "I withdraw my consent. Please stop using what I told you.",
};

const LAWS: Readonly<Record<string, string>> = {
  gdpr: "Regulation (EU) 2016/679 (GDPR)",
  ccpa: "the California Consumer Privacy Act",
};

export function draftFor(of: MerchantReport, { kind, law }: Request<"draft_request">): RequestDraft {
  if (kind === "notice" && !of.offers_notice) throw refusal("nothing_taken_back", "There is nothing to tell.");
  const subject = `${LAWS[law]}: ${kind}`;
  const told = of.told.map((one) => `- ${one.item}, on ${one.at.slice(0, 10)} (payment ${"5e".repeat(32)})`);
  const text = [`Dear ${of.name},`, ASKS[kind], "You learnt the following about me:", ...told, "Kind regards"].join("\n\n");
  const to = of.contact?.value ?? null;
  return {
    to,
    subject,
    text,
    due: dueOf(kind, law, NOW),
    mailto: to?.includes("@") ? `mailto:${to}?subject=${encodeURIComponent(subject)}` : null,
  };
}

export const sentNow = ({ kind, law }: Request<"request_sent">, id: string, asked = NOW): RequestReport => {
  const due = dueOf(kind, law, asked);
  const late = due !== null && Date.parse(due) < NOW;
  return { request: id, kind, law, asked: at(asked), due, state: late ? "overdue" : "asked", answered: null };
};

export function answered(of: MerchantReport, id: string): void {
  const found = of.requests.find(({ request }) => request === id);
  if (found === undefined) throw refusal("no_such_request", "There is no such request.");
  Object.assign(found, { state: "answered", answered: at(NOW) });
}

/** What is late first, then what is open, then the rest. */
export function requestLines(all: Iterable<MerchantReport>): RequestLine[] {
  const order = ["overdue", "asked", "answered"];
  return [...all]
    .flatMap((one) => one.requests.map((some) => ({ merchant: one.merchant, name: one.called ?? one.name, ...some })))
    .sort((one, other) => order.indexOf(one.state) - order.indexOf(other.state));
}
