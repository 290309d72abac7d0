import { call, type BalanceReport, type ErrorDetail } from "$lib/bridge";

/** What the purses hold, as several screens show it. */
class Balance {
  report: BalanceReport | undefined = $state.raw();
  /** When it was true. */
  at = $state("");
  /** Why it could not be asked for since. */
  trouble: ErrorDetail | undefined = $state.raw();

  async refresh(): Promise<void> {
    try {
      this.report = await call("balance");
      this.at = new Date().toISOString();
      this.trouble = undefined;
    } catch (error) {
      this.trouble = error as ErrorDetail;
    }
  }

  forget(): void {
    this.report = undefined;
    this.trouble = undefined;
  }
}

export const balance = new Balance();
