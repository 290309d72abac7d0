import { expect, test } from "vitest";
import { isAmount, typedAmount } from "./typed";

test("an_amount_may_be_typed_in_the_digits_of_ones_language", () => {
  expect(typedAmount("١٢٣", "sat")).toBe("123");
  expect(typedAmount("१२३", "sat")).toBe("123");
  expect(typedAmount("١٫٥", "usd")).toBe("1.5");
});

test("what_is_not_a_digit_does_not_come_in", () => {
  expect(typedAmount("1 000 sat", "sat")).toBe("1000");
  expect(typedAmount("-21", "sat")).toBe("21");
  expect(typedAmount("1e9", "sat")).toBe("19");
});

test("dollars_have_two_digits_after_the_point_and_one_point", () => {
  expect(typedAmount("1,5", "usd")).toBe("1.5");
  expect(typedAmount("1.005", "usd")).toBe("1.00");
  expect(typedAmount("1.2.3", "eur")).toBe("1.23");
  expect(typedAmount("21.5", "sat")).toBe("215");
});

test("nothing_is_no_amount", () => {
  for (const none of ["", "0", "0.00", "."]) expect(isAmount(none)).toBe(false);
  expect(isAmount("0.01")).toBe(true);
});
