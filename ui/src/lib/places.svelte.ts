import { tick } from "svelte";
import type { Kind } from "$lib/words/requests";

/** Where one can be. What a place carries is handed over here and never stands in an address. */
export type Place =
  | { at: "home" }
  | { at: "scan"; code?: string }
  | { at: "check"; code: string; priced?: boolean }
  | { at: "receipt"; payment: string }
  | { at: "activity" }
  | { at: "add_money" }
  | { at: "get_paid" }
  | { at: "give" }
  | { at: "take_in"; code: string }
  | { at: "sign_in"; code: string }
  | { at: "issuers" }
  | { at: "move" }
  | { at: "issuer"; address: string }
  | { at: "page"; code?: string; payment?: string; page?: string }
  | { at: "library" }
  | { at: "fees" }
  | { at: "words" }
  | { at: "settings" }
  | { at: "about" }
  | { at: "more" }
  | { at: "sharing" }
  | { at: "merchants" }
  | { at: "merchant"; merchant: string }
  | { at: "statement"; merchant?: string; payment?: string }
  | { at: "statistics" }
  | { at: "erase" }
  | { at: "request"; merchant: string; kind: Kind }
  | { at: "details"; item?: string }
  | { at: "consents" }
  | { at: "problems" };

export type PlaceName = Place["at"];

const HOME: Place = { at: "home" };

/** Enough to find back from anywhere a person walks to. */
const MEMORY = 32;

class Places {
  #way: readonly Place[] = $state.raw([HOME]);

  get current(): Place {
    return this.#way.at(-1) ?? HOME;
  }

  /** Whether there is anywhere to go back to. */
  get canGoBack(): boolean {
    return this.#way.length > 1;
  }

  go(place: Place): void {
    // A tab is a beginning: behind it there is only home.
    const way = TABS.has(place.at) ? [HOME] : this.#way;
    this.#way = place.at === "home" ? [HOME] : [...way, place].slice(-MEMORY);
  }

  /** Goes there as if one had not been here: after what must not be done twice. */
  replace(place: Place): void {
    this.#way = [...this.#way.slice(0, -1), place];
  }

  back(): void {
    if (!this.canGoBack) return;
    this.#way = this.#way.slice(0, -1);
  }

  /** Forgets the whole way: what it carried may be nobody's business any more. */
  forget(): void {
    this.#way = [HOME];
  }
}

const TABS: ReadonlySet<PlaceName> = new Set(["home", "activity", "sharing", "more"]);

export const places = new Places();

export const go = (place: Place): void => places.go(place);
export const back = (): void => places.back();

/** Whoever listens hears where they are now, and goes on from there by keyboard. */
export async function focusHeading(): Promise<void> {
  await tick();
  document.querySelector<HTMLElement>("h1[tabindex]")?.focus();
  document.querySelector("main")?.scrollTo?.({ top: 0 });
  window.scrollTo?.({ top: 0 });
}
