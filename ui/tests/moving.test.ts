import { screen } from "@testing-library/svelte";
import { afterEach, expect, test, vi } from "vitest";
import { places } from "$lib/places.svelte";
import { COFFEE } from "./app/codes";
import { closed, opened, text } from "./app/opened";
import { birch, maple } from "./app/town";
import { button, press, write } from "./hand";

afterEach(closed);

const comes = (said: string) => vi.waitFor(() => expect(text()).toContain(said), { timeout: 5000 });

test("money_goes_from_one_purse_to_another_after_its_price_was_seen", async () => {
  const app = await opened({ purses: [maple(), birch("0")], payments: [] }, { at: "issuers" });
  const before = Number(app.town.purses[0]?.spendable.value);
  await press("Move money");
  await write("How much should arrive?", "1.50");
  await press("See what it costs");
  await comes("Arrives at Birch");
  expect(app.count("pay")).toBe(0);
  await press("Move $1.50");
  await comes("You moved 1,500 sat");
  expect(text()).toContain("in your other purse");
  expect(app.town.purses[1]?.spendable.value).toBe("150");
  expect(Number(app.town.purses[0]?.spendable.value)).toBeLessThanOrEqual(before - 1500);
  expect(places.current.at).toBe("receipt");
});

test("with_one_purse_there_is_nothing_to_move_and_nothing_offers_it", async () => {
  await opened({ purses: [maple()] }, { at: "issuers" });
  expect(button("Move money")).toBeUndefined();
  await closed();
  await opened({ purses: [maple()] }, { at: "move" });
  expect(text()).toContain("you need two purses");
});

test("too_little_money_is_said_and_nothing_is_asked_of_anyone_without_an_amount", async () => {
  const app = await opened({ purses: [maple(), birch("0")] }, { at: "move" });
  await press("See what it costs");
  expect(app.count("review_move")).toBe(0);
  expect(screen.getByRole("textbox").getAttribute("aria-invalid")).toBe("true");
  await write("How much should arrive?", "64000");
  await press("See what it costs");
  await comes("You do not have enough");
  expect(app.count("pay")).toBe(0);
});

test("who_has_enough_only_in_all_purses_together_is_shown_how_to_bring_it_together", async () => {
  await opened({ purses: [maple("10"), birch()] }, { at: "check", code: COFFEE.code });
  await comes("You do not have enough.");
  await press("Move money");
  expect(places.current.at).toBe("move");
  await closed();
  await opened({ purses: [maple("10")] }, { at: "check", code: COFFEE.code });
  await comes("You do not have enough.");
  expect(button("Move money")).toBeUndefined();
});
