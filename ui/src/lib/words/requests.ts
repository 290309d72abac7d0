import { m } from "./language.svelte";

/** What may be asked of a merchant. */
export const KINDS = ["access", "erasure", "notice"] as const;
export type Kind = (typeof KINDS)[number];

const NAMES: Readonly<Record<string, () => string>> = {
  access: m.ask_access,
  erasure: m.ask_erasure,
  notice: m.ask_notice,
};

const HINTS: Readonly<Record<Kind, () => string>> = {
  access: m.ask_access_hint,
  erasure: m.ask_erasure_hint,
  notice: m.ask_notice_hint,
};

const SOURCES: Readonly<Record<string, () => string>> = {
  payee: m.contact_from_payee,
  site: m.contact_from_site,
  person: m.contact_from_person,
};

export const requestName = (kind: string): string => NAMES[kind]?.() ?? kind;
export const requestHint = (kind: Kind): string => HINTS[kind]();

/** Where an address is from. */
export const sourceName = (from: string): string => SOURCES[from]?.() ?? from;
