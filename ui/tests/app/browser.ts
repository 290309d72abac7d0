// Where there is no app around the window, a fake one answers. The address says how it starts:
// /?state=none&lang=ar&theme=dark&contrast=more&text=200&hide&cash&at=settings&payments=40&offline&currency=EUR
// `hold=balance,history` leaves these unanswered; `refuse=pay:issuer_answer_lost:unknown` answers with
// this error, and says this of the money.
import { answeredBy, type Command, type Money, type WalletState } from "$lib/bridge";
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

/** As often as any screen asks while it is looked at. */
const OFTEN = 20;

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
  app.town.currency = value("currency") ?? null;
  if (asked.has("lived")) app.merchants.lived();
  for (const command of value("hold")?.split(",") ?? []) app.hold(command as Command);
  for (const one of value("refuse")?.split(",") ?? []) {
    const [command, code = "internal", money = "safe"] = one.split(":");
    const error = refusal(code, "", money as Money);
    app.refuse(command as Command, ...Array.from({ length: OFTEN }, () => error));
  }
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
    const place = { at, code: value("code") ?? "", payment: value("payment") ?? "", merchant: value("merchant") ?? "", kind: value("kind") ?? "", address: value("address") ?? "" };
    go(place as Place);
  }
}
