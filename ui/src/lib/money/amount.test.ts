import { expect, test } from "vitest";
import { decimal, integer, isNil, thousandths, told, type Amount } from "./amount";

const amount = (value: string, unit: string): Amount => ({ value, unit });
const english = { locale: "en", sat: "sat" };
const tell = (value: string, unit: string, locale = "en") =>
  told(amount(value, unit), { ...english, locale }).replaceAll("\u00a0", " ");

test("every_unit_has_its_point_where_it_belongs", () => {
  expect(tell("21", "sat")).toBe("21 sat");
  expect(tell("1", "msat")).toBe("0.001 sat");
  expect(tell("21500", "msat")).toBe("21.5 sat");
  expect(tell("5", "usd")).toBe("$0.05");
  expect(tell("101", "usd")).toBe("$1.01");
  expect(tell("250000", "eur")).toBe("€2,500.00");
  expect(tell("7", "points")).toBe("7 points");
});

test("no_digit_is_lost_in_an_amount_no_float_could_hold", () => {
  const all = "2100000000000000001";
  expect(tell(all, "sat")).toBe("2,100,000,000,000,000,001 sat");
  expect(tell(all, "msat")).toBe("2,100,000,000,000,000.001 sat");
  expect(tell(all, "usd")).toBe("$21,000,000,000,000,000.01");
});

test("a_point_is_moved_and_never_divided_for", () => {
  // What the text says, counted back, is the integer that came.
  for (let n = 0n; n < 3000n; n += 1n) {
    expect(BigInt(decimal(amount(String(n), "usd")).replace(".", ""))).toBe(n);
    expect(BigInt(decimal(amount(String(n), "msat")).replace(".", ""))).toBe(n);
  }
});

test("each_language_writes_amounts_its_own_way", () => {
  expect(tell("123456", "eur", "fr")).toBe("1\u202f234,56 €");
  expect(tell("123456", "eur", "es")).toBe("1234,56 €");
  expect(tell("12345678", "usd", "hi")).toBe("$1,23,456.78");
  expect(tell("123450", "usd", "ar-u-nu-arab")).toContain("١٬٢٣٤٫٥٠");
  expect(tell("123450", "usd", "ar-u-nu-latn")).toContain("1,234.50");
});

test("marks_of_direction_stay_out_because_bdi_does_their_work", () => {
  for (const locale of ["ar-u-nu-arab", "ar-u-nu-latn"]) {
    expect(tell("100", "usd", locale)).not.toMatch(/[\u061c\u200e\u200f]/);
  }
});

test("what_is_not_plain_digits_is_no_amount", () => {
  for (const value of ["", "-1", "1.5", "1e3", "0x10", " 1", "١", "9".repeat(31)]) {
    expect(() => integer(amount(value, "sat")), value).toThrow(RangeError);
  }
});

test("nil_is_nil_however_many_noughts", () => {
  expect(isNil(amount("0", "sat"))).toBe(true);
  expect(isNil(amount("000", "usd"))).toBe(true);
  expect(isNil(amount("1", "msat"))).toBe(false);
});

test("a_bar_is_as_long_as_its_part", () => {
  expect(thousandths(amount("50", "sat"), amount("200", "sat"))).toBe(250);
  expect(thousandths(amount("0", "sat"), amount("0", "sat"))).toBe(0);
});
