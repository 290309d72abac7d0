// Codes that move: in the fake town a part is its number, how many there are, and a piece of the text.
const COMFORTABLE = 1000;
const PIECE = 400;

/** What to show for a code: itself, or its parts. */
export function framesOf(code: string): string[] {
  if (code.length <= COMFORTABLE) return [code];
  const all = Math.ceil(code.length / PIECE);
  return Array.from({ length: all }, (_, at) => {
    const piece = code.slice(at * PIECE, (at + 1) * PIECE);
    return `UR:BYTES/${at + 1}-${all}/${piece}`;
  });
}

/** Puts the parts together as they are seen. */
export class Collector {
  readonly #seen = new Map<number, string>();

  take(frame: string): { have: number; of: number; code: string | null } {
    const [, number, all, piece] = /^UR:BYTES\/(\d+)-(\d+)\/(.*)$/s.exec(frame) ?? [];
    if (piece === undefined) return { have: 1, of: 1, code: frame };
    this.#seen.set(Number(number), piece);
    const [have, of] = [this.#seen.size, Number(all)];
    if (have < of) return { have, of, code: null };
    const code = [...this.#seen].sort(([a], [b]) => a - b).map(([, text]) => text).join("");
    this.#seen.clear();
    return { have, of, code };
  }
}
