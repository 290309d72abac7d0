import { call, type ErrorDetail, type Glance } from "$lib/bridge";

/** The wallet at a glance: whether there is one, whether it is open, whether it is for practice. */
class Wallet {
  glance: Glance | undefined = $state.raw();
  /** Why not even that is known. */
  trouble: ErrorDetail | undefined = $state.raw();
  /** Grows whenever money moved or the journal grew: whoever reads it asks again. */
  changes = $state(0);

  async look(): Promise<void> {
    try {
      this.now(await call("look"));
    } catch (error) {
      this.trouble = error as ErrorDetail;
    }
  }

  now(glance: Glance): void {
    this.trouble = undefined;
    this.glance = glance;
  }

  changed(): void {
    this.changes += 1;
  }

  /** Nothing of an open wallet may stay, and not only be hidden. */
  locked(): void {
    if (this.glance?.state === "open") this.glance = { ...this.glance, state: "locked" };
  }

  async lock(): Promise<void> {
    // First the screen: it must be empty even if the app takes its time.
    this.locked();
    await this.look_after_lock();
  }

  private async look_after_lock(): Promise<void> {
    try {
      this.now(await call("lock"));
    } catch (error) {
      this.trouble = error as ErrorDetail;
    }
  }
}

export const wallet = new Wallet();
