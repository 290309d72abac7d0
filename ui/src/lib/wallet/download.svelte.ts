/** How far a page or file is that is coming, as the app tells it. */
class Download {
  /** Bytes that are here. */
  here = $state(0);
  /** Bytes there will be, where the site says so. */
  whole: number | null = $state(null);

  begin(): void {
    this.came(0, null);
  }

  came(here: number, whole: number | null): void {
    this.here = here;
    this.whole = whole;
  }
}

export const download = new Download();
