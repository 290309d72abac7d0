import { call, type ErrorDetail, type RateReport } from "$lib/bridge";

/** The currency figures are shown in, and its rate: asked for when a screen wants it. */
class Currency {
  now: RateReport | undefined = $state.raw();
  trouble: ErrorDetail | undefined = $state.raw();

  async look(): Promise<void> {
    await this.#take(call("rate"));
  }

  async choose(currency: string | null): Promise<void> {
    await this.#take(call("choose_currency", { currency }));
  }

  forget(): void {
    this.now = undefined;
    this.trouble = undefined;
  }

  async #take(coming: Promise<RateReport>): Promise<void> {
    try {
      this.now = await coming;
      this.trouble = undefined;
    } catch (error) {
      this.trouble = error as ErrorDetail;
    }
  }
}

export const currency = new Currency();
