import { call } from "$lib/bridge";
import type { Amount, ErrorDetail, Outcome } from "$lib/bridge/types";
import { m } from "$lib/words/language.svelte";

const PATIENCE_S = 20;
/** Between two questions, whatever happens: an app that answers at once is not asked at once again. */
const BREATH_MS = 1000;
const AFTER_TROUBLE_MS = 5000;

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** For whoever looks elsewhere meanwhile. Others may see it, so it tells no amount. */
function tellOutside(): void {
  if (document.visibilityState === "visible" && document.hasFocus()) return;
  void call("notify", { text: m.notify_money_came() }).catch(() => {});
}

/** It will not come in here any more: it is with a copy of this wallet. */
const ELSEWHERE = "collected_elsewhere";

/** Money that may come in: asks until it is known what became of it, or nobody looks any more. */
export class Arriving {
  outcome: Outcome = $state("still_deciding");
  received: Amount | null = $state(null);
  /** Why nothing could be heard just now: asking goes on. Or why nothing came of it. */
  trouble: ErrorDetail | undefined = $state();
  #turn = 0;

  async watch(payment: string): Promise<void> {
    const turn = ++this.#turn;
    this.outcome = "still_deciding";
    this.received = null;
    this.trouble = undefined;
    while (turn === this.#turn) {
      try {
        const news = await call("wait_for_money", { payment, seconds: PATIENCE_S });
        if (turn !== this.#turn) return;
        this.trouble = undefined;
        this.outcome = news.outcome;
        this.received = news.received;
        if (news.outcome === "paid") tellOutside();
        if (news.outcome !== "still_deciding") return;
        await pause(BREATH_MS);
      } catch (error) {
        if (turn !== this.#turn) return;
        this.trouble = error as ErrorDetail;
        if (this.trouble.code === ELSEWHERE) {
          this.outcome = "not_paid";
          return;
        }
        await pause(AFTER_TROUBLE_MS);
      }
    }
  }

  stop(): void {
    this.#turn += 1;
  }
}
