import { call, type ErrorDetail, type PaymentLine } from "$lib/bridge";

/** As many as the app gives at once. */
const PAGE = 1000;

/** The journal, newest first, as far as somebody has looked. */
export class Journal {
  lines: readonly PaymentLine[] = $state.raw([]);
  trouble: ErrorDetail | undefined = $state.raw();
  /** There is nothing older. */
  whole = $state(false);
  loaded = $state(false);
  asking = $state(false);
  #search: string | null = null;
  #turn = 0;

  /** From the newest on, with these words in it. */
  async search(words: string): Promise<void> {
    this.#search = words.trim() === "" ? null : words.trim();
    await this.fresh();
  }

  /** Asks for the newest again, and keeps what is older. */
  async fresh(): Promise<void> {
    const turn = ++this.#turn;
    const search = this.#search;
    this.asking = true;
    try {
      const { payments } = await this.#page(null);
      if (turn !== this.#turn || search !== this.#search) return;
      const oldest = payments.at(-1);
      const older =
        payments.length < PAGE || oldest === undefined || this.#of !== search
          ? []
          : this.lines.filter(({ at }) => at < oldest.at);
      this.lines = [...payments, ...older];
      this.whole = payments.length < PAGE || (this.whole && this.#of === search && older.length > 0);
      this.#of = search;
      this.loaded = true;
      this.trouble = undefined;
    } catch (error) {
      if (turn === this.#turn) this.trouble = error as ErrorDetail;
    } finally {
      if (turn === this.#turn) this.asking = false;
    }
  }
  /** The words that what is loaded was found with. */
  #of: string | null = null;

  /** One page further back, unless that is under way or there is none. */
  async older(): Promise<void> {
    const oldest = this.lines.at(-1);
    if (this.asking || this.whole || oldest === undefined) return;
    const turn = ++this.#turn;
    this.asking = true;
    try {
      const { payments } = await this.#page(oldest.at);
      if (turn !== this.#turn) return;
      this.lines = [...this.lines, ...payments];
      this.whole = payments.length < PAGE;
    } catch (error) {
      if (turn === this.#turn) this.trouble = error as ErrorDetail;
    } finally {
      if (turn === this.#turn) this.asking = false;
    }
  }

  #page(before: string | null) {
    return call("history", {
      merchant: null,
      since: null,
      before,
      search: this.#search,
      limit: PAGE,
    });
  }
}
