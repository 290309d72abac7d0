/** Where each row begins, and how high all are together. */
export function offsets(heights: Iterable<number>, count: number): Float64Array {
  const starts = new Float64Array(count + 1);
  let at = 0;
  let row = 0;
  for (const height of heights) {
    starts[row] = at;
    at += height;
    row += 1;
  }
  starts[count] = at;
  return starts;
}

/** Where each row begins once some of them, by their place, turned out to be of another height. */
export function shifted(starts: Float64Array, heights: ReadonlyMap<number, number>): Float64Array {
  const now = starts.slice();
  const rows = [...heights].sort(([one], [other]) => one - other);
  let by = 0;
  for (const [at, [row, height]] of rows.entries()) {
    by += height - ((starts[row + 1] ?? 0) - (starts[row] ?? 0));
    const end = rows[at + 1]?.[0] ?? starts.length - 1;
    for (let next = row + 1; next <= end; next += 1) now[next] = (starts[next] ?? 0) + by;
  }
  return now;
}

/** The last row that begins at or above a height. */
export function rowAt(starts: Float64Array, height: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= height) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The rows that are in sight, and some around them: a finger is faster than a screen. */
export function inSight(
  starts: Float64Array,
  from: number,
  to: number,
  around: number,
): { first: number; end: number } {
  const count = starts.length - 1;
  const first = Math.max(0, Math.min(rowAt(starts, from), count) - around);
  const end = Math.min(count, rowAt(starts, to) + 1 + around);
  return { first, end: Math.max(first, end) };
}
