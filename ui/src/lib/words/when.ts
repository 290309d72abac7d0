import type { At } from "$lib/bridge";
import { language } from "./language.svelte";

const date = (at: At) => new Date(at);
const written = (at: At, options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat(language.tag, options).format(date(at));

/** The day, as a heading: “Sunday, 22 November 2026”. */
export const day = (at: At): string =>
  written(at, { weekday: "long", day: "numeric", month: "long", year: "numeric" });

/** The day, short: “22 Nov”. */
export const shortDay = (at: At): string => written(at, { day: "numeric", month: "short" });

/** The day with its year: “22 Nov 2026”. */
export const dayOfYear = (at: At): string => written(at, { dateStyle: "medium" });

/** The time of day. */
export const clock = (at: At): string => written(at, { hour: "numeric", minute: "2-digit" });

/** Day and time, short: “22 Nov, 10:42”. */
export const shortMoment = (at: At): string =>
  written(at, { day: "numeric", month: "short", hour: "numeric", minute: "2-digit" });

/** Day and time. */
export const moment = (at: At): string =>
  written(at, { dateStyle: "medium", timeStyle: "short" });
