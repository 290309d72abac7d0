import { told, type Amount, type Manner } from "$lib/money/amount";
import { m } from "./generated/messages.js";
import {
  baseLocale,
  getTextDirection,
  locales,
  overwriteGetLocale,
  type Locale,
} from "./generated/runtime.js";
import { isolated } from "./isolated";

export { m };
export type { Locale };

// Said outright, because engines do not agree on what a language without a country writes.
const DIGITS: Partial<Record<Locale, string>> = { ar: "arab" };

/** The language on the screen. What is written with it changes at once when it changes. */
class Language {
  #locale: Locale = $state(baseLocale);
  /** Digits 0–9 also where the language has its own. */
  latinDigits = $state(false);

  get locale(): Locale {
    return this.#locale;
  }

  get direction(): "ltr" | "rtl" {
    return getTextDirection(this.#locale);
  }

  /** Whether this language has digits other than 0–9, so that there is something to choose. */
  get hasOwnDigits(): boolean {
    return DIGITS[this.#locale] !== undefined;
  }

  /** What `Intl` is asked with. */
  get tag(): string {
    const digits = this.latinDigits ? "latn" : (DIGITS[this.#locale] ?? "latn");
    return `${this.#locale}-u-nu-${digits}`;
  }

  get manner(): Manner {
    return { locale: this.tag, sat: m.unit_sat() };
  }

  use(locale: Locale): void {
    this.#locale = locale;
    document.documentElement.lang = locale;
    document.documentElement.dir = this.direction;
  }

  /** The first of the wished languages that we speak, or English. */
  useFirstOf(wished: readonly string[]): void {
    const spoken = wished
      .map((tag) => tag.split("-", 1)[0])
      .map((short) => locales.find((locale) => locale === short))
      .find((locale) => locale !== undefined);
    this.use(spoken ?? baseLocale);
  }

  /** How many. */
  count(many: number): string {
    return new Intl.NumberFormat(this.tag).format(many);
  }

  /** An amount inside a sentence, kept together whatever the direction around it. */
  amount(amount: Amount): string {
    return isolated(told(amount, this.manner));
  }
}

export const language = new Language();

overwriteGetLocale(() => language.locale);
