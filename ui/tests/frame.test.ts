import { screen, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test } from "vitest";
import { places, type Place } from "$lib/places.svelte";
import { closed, opened, settled, text, visited } from "./app/opened";

afterEach(closed);

const PLACES: readonly Place[] = [
  { at: "home" },
  { at: "scan" },
  { at: "check", code: "lnbc210n1pcoffeecornershop" },
  { at: "receipt", payment: "payment-1" },
  { at: "activity" },
  { at: "add_money" },
  { at: "get_paid" },
  { at: "give" },
  { at: "take_in", code: "cashuBgiftfromada" },
  { at: "issuers" },
  { at: "issuer", address: "http://127.0.0.1:3338" },
  { at: "words" },
  { at: "settings" },
  { at: "about" },
  { at: "more" },
  { at: "sharing" },
  { at: "problems" },
];

test("every_screen_has_one_heading_and_the_focus_is_on_it", async () => {
  await opened();
  for (const place of PLACES) {
    await visited(place);
    const headings = screen.getAllByRole("heading", { level: 1 });
    expect(headings, place.at).toHaveLength(1);
    expect(document.activeElement, place.at).toBe(headings[0]);
    expect(text(headings[0] ?? null).length, place.at).toBeGreaterThan(0);
  }
});

test("play_money_is_marked_on_every_screen", async () => {
  await opened({ glance: { practice: true } });
  for (const place of PLACES) {
    await visited(place);
    expect(screen.getByText("Practice. Play money."), place.at).toBeTruthy();
  }
});

test("real_money_is_never_called_practice", async () => {
  await opened({ glance: { practice: false } });
  for (const place of PLACES) {
    await visited(place);
    expect(screen.queryByText("Practice. Play money."), place.at).toBeNull();
  }
});

test("scanning_is_one_tap_away_from_every_screen", async () => {
  await opened();
  for (const place of PLACES) {
    await visited(place);
    const places_ = within(screen.getByRole("navigation", { name: "Main places" }));
    await userEvent.click(places_.getByRole("link", { name: "Scan" }));
    expect(places.current.at, place.at).toBe("scan");
  }
});

test("a_link_leads_to_the_check_and_pays_nothing", async () => {
  const app = await opened();
  app.happen({ kind: "code", code: "lnbc210n1pcoffeecornershop" });
  await settled();
  expect(places.current).toEqual({ at: "check", code: "lnbc210n1pcoffeecornershop" });
  expect(app.count("pay")).toBe(0);
});
