import { screen } from "@testing-library/svelte";
import { afterEach, expect, test } from "vitest";
import { OPEN, VOUCHER } from "./app/codes";
import { closed, opened, text } from "./app/opened";
import { press, write } from "./hand";

afterEach(closed);

const title = () => text(screen.getByRole("heading", { level: 1 }));

test("what_the_payee_says_once_it_is_paid_is_text_and_leads_nowhere_by_itself", async () => {
  await opened({}, { at: "check", code: OPEN.code });
  await write("How much do you want to pay?", "21");
  await press("See what it costs");
  await press("Pay 22 sat");
  expect(text()).toContain("They say Thank you! Here is the song.");
  expect(text()).toContain("https://busker.example/song");
  expect(document.querySelector("main a[href]")).toBeNull();
});

test("an_amount_the_payee_does_not_take_is_asked_for_again_and_says_why", async () => {
  await opened({}, { at: "check", code: OPEN.code });
  await write("How much do you want to pay?", "2");
  await press("See what it costs");
  expect(screen.getByRole("alert").textContent).toBeTruthy();
  expect(screen.getByLabelText<HTMLInputElement>("How much do you want to pay?").value).toBe("2");
  await write("How much do you want to pay?", "20");
  expect(screen.queryByRole("alert")).toBeNull();
  await press("See what it costs");
  expect(text()).toContain("You pay 21 sat");
});

test("a_voucher_says_who_pays_it_out_and_where_it_comes_in", async () => {
  const app = await opened({}, { at: "scan" });
  await write("Payment code", VOUCHER.code);
  await press("Check it");
  expect(title()).toBe("Take money in");
  expect(text()).toContain("A voucher from kiosk.example It comes into: Maple");
  await press("Take in 100 sat");
  expect(text()).toContain("You got 100 sat.");
  expect(app.count("redeem")).toBe(1);
});
