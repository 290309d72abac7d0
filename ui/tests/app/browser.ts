// Where there is no app around the window, a fake one answers. The address says how it starts:
// /?state=none&lang=ar&theme=dark&contrast=more&text=200&hide&cash&at=settings&payments=40&offline
import { answeredBy, type WalletState } from "$lib/bridge";
import { go, type Place, type PlaceName } from "$lib/places.svelte";
import { preferences, type TextSize, type Theme } from "$lib/wallet/preferences.svelte";
import type { Locale } from "$lib/words/language.svelte";
import { FakeApp } from ".";
import { refusal } from "./errors";
import { birch, maple, payments } from "./town";

declare global {
  /** For whoever drives the browser. */
  interface Window {
    fake: FakeApp;
    go: typeof go;
  }
}

export function inTheBrowser(): void {
  const asked = new URLSearchParams(location.search);
  const value = (name: string) => asked.get(name) ?? undefined;
  const money = value("money") ?? "4821";
  const app = new FakeApp({
    glance: {
      state: (value("state") ?? "open") as WalletState,
      practice: !asked.has("real"),
      secret: asked.has("passphrase") ? "passphrase" : "pin",
      problem: value("state") === "unusable" ? refusal("keychain_locked") : null,
      words_unseen: asked.has("words_unseen"),
    },
    purses: money === "none" ? [] : [maple(money), ...(asked.has("birch") ? [birch()] : [])],
    payments: payments(Number(value("payments") ?? "12")),
  });
  app.town.offline = asked.has("offline");
  if (asked.has("lang")) preferences.language = value("lang") as Locale;
  if (asked.has("theme")) preferences.theme = value("theme") as Theme;
  if (asked.has("contrast")) preferences.highContrast = true;
  if (asked.has("text")) preferences.textSize = value("text") as TextSize;
  if (asked.has("hide")) preferences.hideMoney = true;
  if (asked.has("cash")) preferences.pictureCash = true;
  answeredBy(app);
  window.fake = app;
  window.go = go;
  const at = value("at") as PlaceName | undefined;
  if (at !== undefined) {
    const place = { at, code: value("code") ?? "", payment: value("payment") ?? "", address: value("address") ?? "" };
    go(place as Place);
  }
}
