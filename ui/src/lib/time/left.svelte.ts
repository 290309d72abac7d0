/** How long something still holds, counted on the clock of the screen. */
export class Left {
  #now = $state(Date.now());
  #until: number | undefined = $state();
  #ticking: ReturnType<typeof setInterval> | undefined;

  /** From now on: until this moment. Nothing means for ever. */
  until(moment: string | null): void {
    this.stop();
    const until = moment === null ? Number.NaN : Date.parse(moment);
    this.#until = Number.isNaN(until) ? undefined : until;
    this.#now = Date.now();
    if (this.#until !== undefined) this.#ticking = setInterval(() => (this.#now = Date.now()), 500);
  }

  stop(): void {
    clearInterval(this.#ticking);
    this.#ticking = undefined;
  }

  /** Whole seconds, or nothing where there is no end. */
  get seconds(): number | undefined {
    if (this.#until === undefined) return undefined;
    return Math.max(0, Math.ceil((this.#until - this.#now) / 1000));
  }

  get over(): boolean {
    return this.seconds === 0;
  }
}
