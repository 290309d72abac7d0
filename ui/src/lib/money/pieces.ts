import { integer, type Amount } from "./amount";

/** The coins and notes there are of a unit, largest first, in its smallest part. */
const CASH: Readonly<Record<string, readonly bigint[]>> = {
  sat: [10_000n, 5_000n, 2_000n, 1_000n, 500n, 200n, 100n, 50n, 20n, 10n, 5n, 2n, 1n],
  usd: [10_000n, 5_000n, 2_000n, 1_000n, 500n, 100n, 25n, 10n, 5n, 1n],
  eur: [10_000n, 5_000n, 2_000n, 1_000n, 500n, 200n, 100n, 50n, 20n, 10n, 5n, 2n, 1n],
};

/** From here on it is paper. */
const NOTES_FROM: Readonly<Record<string, bigint>> = { sat: 100n, usd: 100n, eur: 500n };

/** More than this nobody counts at a glance. */
const MOST_PIECES = 24;

export interface Piece {
  /** What one of them is worth. */
  readonly worth: Amount;
  readonly count: number;
  readonly kind: "coin" | "note";
  /** Its place among the kinds of this unit, for its colour and size: 0 is the smallest. */
  readonly rank: number;
}

/** The amount laid out in coins and notes; nothing where that would help nobody. */
export function inPieces(amount: Amount): readonly Piece[] | undefined {
  const cash = CASH[amount.unit];
  let left = integer(amount);
  if (cash === undefined || left === 0n) return undefined;
  const pieces: Piece[] = [];
  for (const [at, worth] of cash.entries()) {
    const many = left / worth;
    left %= worth;
    if (many > BigInt(MOST_PIECES)) return undefined;
    if (many === 0n) continue;
    pieces.push({
      worth: { value: worth.toString(), unit: amount.unit },
      count: Number(many),
      kind: worth >= (NOTES_FROM[amount.unit] ?? worth) ? "note" : "coin",
      rank: cash.length - 1 - at,
    });
  }
  const all = pieces.reduce((sum, { count }) => sum + count, 0);
  return all > MOST_PIECES ? undefined : pieces;
}
