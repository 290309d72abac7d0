import { asDetail, type ErrorDetail } from "$lib/bridge";

/** Something a screen does at a tap, and what was in the way of it the last time. */
export class Attempt {
  trouble: ErrorDetail | undefined = $state.raw();
  busy = $state(false);

  /** Tries it, and says whether it was done. */
  async to(does: () => unknown): Promise<boolean> {
    this.trouble = undefined;
    this.busy = true;
    try {
      await does();
      return true;
    } catch (error) {
      this.trouble = asDetail(error);
      return false;
    } finally {
      this.busy = false;
    }
  }
}
