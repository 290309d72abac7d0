import type { ErrorDetail } from "$lib/bridge";
import { wallet } from "./glance.svelte";

/**
 * An answer of the app's that a screen shows. It is asked for again whenever money moved or
 * something `ask` reads has changed; until the new one is there, the old one stays.
 * Made while a component starts.
 */
export class Asked<T> {
  answer: T | undefined = $state.raw();
  trouble: ErrorDetail | undefined = $state.raw();
  asking = $state(false);
  readonly #ask: () => Promise<T>;
  #turn = 0;

  constructor(ask: () => Promise<T>) {
    this.#ask = ask;
    $effect(() => {
      void wallet.changes;
      void this.#run(ask());
      return () => (this.#turn += 1);
    });
  }

  again = (): Promise<void> => this.#run(this.#ask());

  async #run(coming: Promise<T>): Promise<void> {
    const turn = (this.#turn += 1);
    this.asking = true;
    try {
      const answer = await coming;
      // An earlier question may be answered later.
      if (turn !== this.#turn) return;
      this.answer = answer;
      this.trouble = undefined;
    } catch (error) {
      if (turn === this.#turn) this.trouble = error as ErrorDetail;
    }
    if (turn === this.#turn) this.asking = false;
  }
}
