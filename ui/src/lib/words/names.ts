import { locales, type Locale } from "./generated/runtime.js";

/** The languages people speak; the made-up one is for us, and only there once one is in it. */
export const spoken = (now: Locale): readonly Locale[] =>
  locales.filter((locale) => !locale.includes("-") || locale === now);

/** What a language calls itself, in its own script. */
export function nameOf(locale: string): string {
  const name = new Intl.DisplayNames([locale], { type: "language" }).of(locale) ?? locale;
  return name.slice(0, 1).toLocaleUpperCase(locale) + name.slice(1);
}
