import { expect, test } from "vitest";
import { daysOf, isDay } from "./spans";

const november = new Date(2026, 10, 22, 12);
const january = new Date(2027, 0, 1, 0, 30);
const march = new Date(2028, 2, 31);

test("a_span_begins_with_its_first_day_and_ends_with_its_last", () => {
  expect(daysOf("all", november)).toEqual({ since: null, until: null });
  expect(daysOf("this_month", november)).toEqual({ since: "2026-11-01", until: null });
  expect(daysOf("last_month", november)).toEqual({ since: "2026-10-01", until: "2026-10-31" });
  expect(daysOf("this_year", november)).toEqual({ since: "2026-01-01", until: null });
  expect(daysOf("last_year", november)).toEqual({ since: "2025-01-01", until: "2025-12-31" });
});

test("before_january_is_december_and_a_leap_day_is_a_last_day", () => {
  expect(daysOf("last_month", january)).toEqual({ since: "2026-12-01", until: "2026-12-31" });
  expect(daysOf("last_month", march)).toEqual({ since: "2028-02-01", until: "2028-02-29" });
});

test("a_day_that_there_is_not_is_no_day", () => {
  for (const day of ["2026-11-22", "2028-02-29"]) expect(isDay(day), day).toBe(true);
  for (const none of ["", "22.11.2026", "2026-02-29", "2026-13-01", "2026-1-1", "yesterday"]) {
    expect(isDay(none), none).toBe(false);
  }
});
