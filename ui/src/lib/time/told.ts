import { language } from "$lib/words/language.svelte";

export const month = (at: Date): string =>
  new Intl.DateTimeFormat(language.tag, { month: "long", year: "numeric" }).format(at);

/** A day as people call it: today, yesterday, or its date. */
export function day(at: Date, today: Date): string {
  const midnight = (date: Date) => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
  const days = Math.round((midnight(today) - midnight(at)) / 86_400_000);
  if (days === 0 || days === 1) {
    const near = new Intl.RelativeTimeFormat(language.tag, { numeric: "auto" }).format(-days, "day");
    return near.charAt(0).toLocaleUpperCase(language.tag) + near.slice(1);
  }
  const sameYear = at.getFullYear() === today.getFullYear();
  return new Intl.DateTimeFormat(language.tag, {
    weekday: "long",
    day: "numeric",
    month: "long",
    ...(sameYear ? {} : { year: "numeric" }),
  }).format(at);
}

const LONGER: readonly [unit: string, seconds: number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** A length of time in words, in the largest unit of which there are at least two. */
export function long(seconds: number): string {
  const [unit, size] = LONGER.find(([, size]) => seconds >= 2 * size) ?? ["second", 1];
  return new Intl.NumberFormat(language.tag, { style: "unit", unit, unitDisplay: "long" }).format(
    Math.round(seconds / size),
  );
}
