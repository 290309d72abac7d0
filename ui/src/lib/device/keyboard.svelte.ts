import { tick } from "svelte";
import { back, go } from "$lib/places.svelte";
import { wallet } from "$lib/wallet/glance.svelte";

/** What single keys do while nothing is being typed. */
class Keyboard {
  /** Whether the list of keys is shown. */
  listed = $state(false);

  press(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.altKey) return;
    const command = event.ctrlKey || event.metaKey;
    const key = event.key.toLowerCase();
    if (command && key === "k") {
      event.preventDefault();
      void search();
      return;
    }
    if (command || this.listed || isDialogOpen()) return;
    if (event.key === "Escape") return back();
    if (isTyping(event.target)) return;
    const act = this.#keys[key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  }

  readonly #keys: Readonly<Record<string, () => void>> = {
    n: () => go({ at: "scan" }),
    v: () => void paste(),
    l: () => void wallet.lock(),
    1: () => go({ at: "home" }),
    2: () => go({ at: "activity" }),
    3: () => go({ at: "sharing" }),
    4: () => go({ at: "more" }),
    "?": () => (this.listed = true),
  };
}

async function search(): Promise<void> {
  go({ at: "activity" });
  (await onScreen<HTMLInputElement>("main input[type=search]"))?.focus();
}

/** As if the button on the screen for it had been pressed: the key is the tap. */
async function paste(): Promise<void> {
  go({ at: "scan" });
  (await onScreen("main [data-does=paste] button"))?.click();
}

/** A screen may still have to be fetched; this is long enough for one, and then it was not to be. */
const PATIENCE = 40;

async function onScreen<T extends HTMLElement>(selector: string): Promise<T | undefined> {
  for (let turn = 0; turn < PATIENCE; turn += 1) {
    await tick();
    const found = document.querySelector<T>(selector);
    if (found !== null) return found;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return undefined;
}

const isDialogOpen = (): boolean => document.querySelector("[role=dialog]") !== null;

/** A key on a control is the control's own. */
const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.matches("input, textarea, select, [contenteditable]");

export const keyboard = new Keyboard();
