import type { PaymentLine } from "$lib/bridge";

export type Row = { readonly day: string } | { readonly line: PaymentLine };

/** What a chip lets through. */
export const FILTERS = {
  all: () => true,
  out: ({ direction }: PaymentLine) => direction === "out",
  in: ({ direction }: PaymentLine) => direction === "in",
  pending: ({ outcome }: PaymentLine) => outcome === "still_deciding",
  fees: ({ fees }: PaymentLine) => !/^0+$/.test(fees.value),
} as const satisfies Record<string, (line: PaymentLine) => boolean>;

export type Filter = keyof typeof FILTERS;

/** The day something happened on, where the person is. */
function dayOf(at: string): number {
  const date = new Date(at);
  return date.getFullYear() * 10_000 + date.getMonth() * 100 + date.getDate();
}

/** The payments under the days they were made on. */
export function rowsOf(lines: readonly PaymentLine[], filter: Filter): readonly Row[] {
  const lets = FILTERS[filter];
  const rows: Row[] = [];
  let day: number | undefined;
  for (const line of lines) {
    if (!lets(line)) continue;
    const on = dayOf(line.at);
    if (on !== day) rows.push({ day: line.at });
    day = on;
    rows.push({ line });
  }
  return rows;
}

/** So many weeks, the last one with `now` in it, oldest first: the moment each begins. */
export function weeksUntil(now: Date, count: number): readonly Date[] {
  const monday = new Date(now.getFullYear(), now.getMonth(), now.getDate());
  monday.setDate(monday.getDate() - ((monday.getDay() + 6) % 7));
  return Array.from({ length: count }, (_, at) => {
    const begins = new Date(monday);
    begins.setDate(begins.getDate() - 7 * (count - 1 - at));
    return begins;
  });
}
