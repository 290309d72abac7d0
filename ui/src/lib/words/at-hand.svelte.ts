import type { Sentences } from "./sentences";

/** The sentences about errors: fetched when the first is needed, which for most people is never. */
class AtHand {
  sentences: Readonly<Record<string, Sentences>> | undefined = $state.raw();

  async fetch(): Promise<void> {
    if (this.sentences === undefined) this.sentences = (await import("./sentences")).SENTENCES;
  }
}

export const atHand = new AtHand();
