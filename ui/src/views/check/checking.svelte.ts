import { call, type ErrorDetail, type ReceiptReport, type ReviewReport } from "$lib/bridge";
import { Left } from "$lib/time/left.svelte";
import { OUT_OF_DATE, WRONG_SECRET } from "$lib/wallet/refused";

/** What a person agreed to: whatever of it changes has to be agreed to again. */
const agreed = ({ price, fees, total, total_at_most, payee, purse }: ReviewReport): string =>
  JSON.stringify([price, fees, total, total_at_most, payee.id, payee.name, purse]);

/** One code on its way to being paid: its figures, and what is still to be said to them. */
export class Checking {
  review: ReviewReport | undefined = $state.raw();
  /** The figures that were on the screen before these, where these are others. */
  before: ReviewReport | undefined = $state.raw();
  trouble: ErrorDetail | undefined = $state.raw();
  secretTrouble: ErrorDetail | undefined = $state.raw();
  needsAmount = $state(false);
  /** Why the amount that was said does not do. */
  amountTrouble: ErrorDetail | undefined = $state.raw();
  asking = $state(true);
  paying = $state(false);
  readonly left = new Left();

  amount: string | null = $state(null);
  purse: string | null = $state(null);
  note: string | null = $state(null);
  /** What is shared with this payment: nothing, until the person turns it on. */
  share: readonly string[] = $state.raw([]);
  once = $state(false);

  #turn = 0;
  #code: string;

  constructor(code: string) {
    this.#code = code;
  }

  /** Whether this can be paid as it stands. */
  get ready(): boolean {
    const stands = this.review !== undefined && !this.asking && this.before === undefined;
    return stands && !this.left.over;
  }

  /** Asks for the figures, anew if there were some. */
  async ask(): Promise<void> {
    const turn = ++this.#turn;
    this.asking = true;
    this.trouble = undefined;
    const { amount, purse, note, once: only_this_time } = this;
    try {
      const share = [...this.share];
      const review = await call("review", { code: this.#code, amount, purse, note, share, only_this_time });
      if (turn !== this.#turn) return;
      const seen = this.before ?? this.review;
      this.before = seen && agreed(seen) !== agreed(review) ? seen : undefined;
      this.review = review;
      this.needsAmount = false;
      this.left.until(review.expires_at);
    } catch (error) {
      if (turn !== this.#turn) return;
      const trouble = error as ErrorDetail;
      this.review = undefined;
      this.before = undefined;
      this.left.stop();
      this.amountTrouble = trouble.code === "amount_out_of_bounds" ? trouble : undefined;
      if (trouble.code === "amount_needed" || this.amountTrouble) this.needsAmount = true;
      else this.trouble = trouble;
    } finally {
      if (turn === this.#turn) this.asking = false;
    }
  }

  /** The person changed what they ask for; what comes back is what they wanted, and not news. */
  async askFor(wish: Partial<Pick<Checking, "amount" | "purse" | "note" | "share" | "once">>): Promise<void> {
    Object.assign(this, wish);
    // A note, and what is shared, change no figure; where they do, that is told like any other change.
    if (wish.note === undefined && wish.share === undefined) {
      this.review = undefined;
      this.before = undefined;
    }
    await this.ask();
  }

  /** The person has seen that the figures are others now. */
  agree(): void {
    this.before = undefined;
  }

  /** Pays what is on the screen: once, and nothing else. */
  async pay(secret: string | null): Promise<ReceiptReport | undefined> {
    const review = this.review;
    if (review === undefined || !this.ready || this.paying) return undefined;
    this.paying = true;
    this.trouble = undefined;
    this.secretTrouble = undefined;
    try {
      return await call("pay", { review: review.review, secret });
    } catch (error) {
      const trouble = error as ErrorDetail;
      if (WRONG_SECRET.has(trouble.code)) this.secretTrouble = trouble;
      else if (OUT_OF_DATE.has(trouble.code) && trouble.money === "safe") {
        await this.ask();
        // Also when the figures are the same: a press that did not pay must be told of.
        if (this.review !== undefined) this.before ??= review;
      }
      else {
        // This review was used, whatever became of it.
        this.review = undefined;
        this.left.stop();
        this.trouble = trouble;
      }
      return undefined;
    } finally {
      this.paying = false;
    }
  }

  /** Nobody looks at this any more. */
  leave(): void {
    this.#turn += 1;
    this.left.stop();
  }
}
