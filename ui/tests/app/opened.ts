import { cleanup, render } from "@testing-library/svelte";
import { tick } from "svelte";
import { answeredBy } from "$lib/bridge";
import { go, places, type Place } from "$lib/places.svelte";
import { balance } from "$lib/wallet/balance.svelte";
import { wallet } from "$lib/wallet/glance.svelte";
import { preferences } from "$lib/wallet/preferences.svelte";
import { atHand } from "$lib/words/at-hand.svelte";
import { language } from "$lib/words/language.svelte";
import App from "../../src/App.svelte";
import { everyScreen } from "../../src/views/screens";
import { FakeApp, type Start } from ".";

/** What a person can read, on one line, without marks of direction. */
export const text = (node: Element | null = document.body): string =>
  (node?.textContent ?? "").replace(/[\u2066-\u2069]/g, "").replace(/\s+/g, " ").trim();

/** The real window on a fake app, in English, at a place. */
export async function opened(start: Start = {}, at?: Place): Promise<FakeApp> {
  closed();
  await Promise.all([everyScreen(), atHand.fetch()]);
  const app = new FakeApp(start);
  answeredBy(app);
  preferences.language = "en";
  language.use("en");
  render(App);
  await settled();
  if (at !== undefined) await visited(at);
  return app;
}

/** Goes to a place, as a link would. */
export async function visited(place: Place): Promise<void> {
  go(place);
  await settled();
}

/** Lets the app answer and the screen take it in; there is no clock in it. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) {
    await Promise.resolve();
    await tick();
  }
  await new Promise((resolve) => setTimeout(resolve, 0));
  await tick();
}

/** Everything as before the window was opened. */
export function closed(): void {
  cleanup();
  localStorage.clear();
  preferences.read();
  wallet.glance = undefined;
  wallet.trouble = undefined;
  balance.forget();
  places.forget();
}
