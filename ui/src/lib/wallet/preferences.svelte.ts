import { locales } from "$lib/words/generated/runtime.js";
import { language, type Locale } from "$lib/words/language.svelte";

export const THEMES = ["system", "light", "dark"] as const;
export const TEXT_SIZES = ["100", "125", "150", "200"] as const;
/** Minutes without a touch; the app itself never waits longer than the last of them. */
export const LOCK_AFTER = ["1", "2", "5"] as const;

export type Theme = (typeof THEMES)[number];
export type TextSize = (typeof TEXT_SIZES)[number];
export type LockAfter = (typeof LOCK_AFTER)[number];

const KEPT_AS = "farthing.preferences";

/** How this device shows things. Nothing of the wallet is kept here. */
class Preferences {
  /** Nothing until one was chosen: then it is the system's. */
  language: Locale | undefined = $state();
  latinDigits = $state(false);
  theme: Theme = $state("system");
  highContrast = $state(false);
  textSize: TextSize = $state("100");
  hideMoney = $state(false);
  sounds = $state(true);
  pictureCash = $state(false);
  lockAfter: LockAfter = $state("5");

  /** Takes what was kept; whatever cannot be read is as if it had never been chosen. */
  read(): void {
    const kept = stored();
    const one = <T extends string>(of: readonly T[], name: string) =>
      of.find((value) => value === kept[name]);
    const yes = (name: string, otherwise: boolean) =>
      typeof kept[name] === "boolean" ? kept[name] : otherwise;
    this.language = one(locales, "language");
    this.latinDigits = yes("latinDigits", false);
    this.theme = one(THEMES, "theme") ?? "system";
    this.highContrast = yes("highContrast", false);
    this.textSize = one(TEXT_SIZES, "textSize") ?? "100";
    this.hideMoney = yes("hideMoney", false);
    this.sounds = yes("sounds", true);
    this.pictureCash = yes("pictureCash", false);
    this.lockAfter = one(LOCK_AFTER, "lockAfter") ?? "5";
  }

  /** Puts them into force and keeps them; call it in an effect. */
  apply(): void {
    const root = document.documentElement;
    if (this.theme === "system") delete root.dataset["theme"];
    else root.dataset["theme"] = this.theme;
    if (this.highContrast) root.dataset["contrast"] = "more";
    else delete root.dataset["contrast"];
    root.dataset["text"] = this.textSize;
    if (this.language) language.use(this.language);
    else language.useFirstOf(navigator.languages);
    language.latinDigits = this.latinDigits;
    keep({
      language: this.language,
      latinDigits: this.latinDigits,
      theme: this.theme,
      highContrast: this.highContrast,
      textSize: this.textSize,
      hideMoney: this.hideMoney,
      sounds: this.sounds,
      pictureCash: this.pictureCash,
      lockAfter: this.lockAfter,
    });
  }
}

function stored(): Record<string, unknown> {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEPT_AS) ?? "{}");
    return typeof kept === "object" && kept !== null ? { ...kept } : {};
  } catch {
    return {};
  }
}

function keep(all: Record<string, unknown>): void {
  try {
    localStorage.setItem(KEPT_AS, JSON.stringify(all));
  } catch {
    // Full or forbidden: it is chosen again next time, which is better than not starting.
  }
}

export const preferences = new Preferences();
