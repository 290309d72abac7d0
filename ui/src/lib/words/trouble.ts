import type { ErrorDetail } from "$lib/bridge";
import { m } from "./language.svelte";

/** An error in the person's language: what happened, where the money is, what to do. */
export interface Told {
  readonly what: string;
  readonly money: string;
  readonly next: string;
}

interface Sentences {
  readonly what: () => string;
  readonly next: () => string;
}

const SENTENCES: Readonly<Record<string, Sentences>> = {};

const MONEY: Readonly<Record<ErrorDetail["money"], () => string>> = {
  safe: m.money_safe,
  moved: m.money_moved,
  unknown: m.money_unknown,
};

export function told(error: ErrorDetail): Told {
  const known = SENTENCES[error.code];
  return {
    what: (known?.what ?? m.trouble_general_what)(),
    money: (MONEY[error.money] ?? m.money_unknown)(),
    next: (known?.next ?? m.trouble_general_next)(),
  };
}
