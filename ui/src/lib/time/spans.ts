/** Days a list can be about, as people call them. */
export const SPANS = ["all", "this_month", "last_month", "this_year", "last_year", "days"] as const;
export type Span = (typeof SPANS)[number];

/** From a day on and up to another, both of them in it, each like `2026-11-22`. */
export interface Days {
  readonly since: string | null;
  readonly until: string | null;
}

const two = (number: number): string => String(number).padStart(2, "0");

/** A day where the person is. The months before the first are those of the year before. */
function dayAt(year: number, month: number, day: number): string {
  const date = new Date(year, month, day);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** What a span comes to today; other days are said by the person. */
export function daysOf(span: Exclude<Span, "days">, now: Date): Days {
  const [year, month] = [now.getFullYear(), now.getMonth()];
  switch (span) {
    case "all":
      return { since: null, until: null };
    case "this_month":
      return { since: dayAt(year, month, 1), until: null };
    // Before the first day of a month is the last one of the month before it.
    case "last_month":
      return { since: dayAt(year, month - 1, 1), until: dayAt(year, month, 0) };
    case "this_year":
      return { since: dayAt(year, 0, 1), until: null };
    case "last_year":
      return { since: dayAt(year - 1, 0, 1), until: dayAt(year, 0, 0) };
  }
}

/** Whether this is a day there is. */
export function isDay(text: string): boolean {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (parts === null) return false;
  const [year, month, day] = parts.slice(1).map(Number) as [number, number, number];
  return dayAt(year, month - 1, day) === text;
}
