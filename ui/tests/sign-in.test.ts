import { afterEach, expect, test } from "vitest";
import { places } from "$lib/places.svelte";
import { SIGN_IN } from "./app/codes";
import { refusal } from "./app/errors";
import { closed, opened, settled, text } from "./app/opened";
import { button, press, write } from "./hand";

afterEach(closed);

const here = { at: "sign_in", code: SIGN_IN } as const;

test("a_sign_in_that_is_scanned_or_opened_asks_first_and_pays_nothing", async () => {
  const app = await opened({}, { at: "scan" });
  await write("Payment code", SIGN_IN);
  await press("Check it");
  expect(places.current).toEqual(here);

  app.happen({ kind: "code", code: SIGN_IN });
  await settled();
  expect(places.current).toEqual(here);
  expect(app.count("sign_in")).toBe(0);
  expect(app.count("pay")).toBe(0);
});

test("it_says_who_asks_what_it_learns_and_what_it_does_not", async () => {
  await opened({}, here);
  for (const said of [
    "You sign in at forum.example",
    "Look at each letter.",
    "The site makes a new account for you.",
    "A key we make for this site alone.",
    "Your name, your phone number or your email.",
    "How much money you have, and whom you pay.",
  ]) {
    expect(text()).toContain(said);
  }
});

test("one_tap_signs_in_and_not_now_sends_nothing", async () => {
  const app = await opened({}, here);
  await press("Not now");
  expect(places.current.at).toBe("home");
  expect(app.count("sign_in")).toBe(0);

  const again = await opened({}, here);
  await press("Sign in");
  expect(text()).toContain("You are signed in at forum.example.");
  expect(again.count("sign_in")).toBe(1);
  await press("Done");
  expect(places.current.at).toBe("home");
});

test("a_site_that_says_no_is_told_and_can_be_asked_again", async () => {
  const app = await opened({}, here);
  app.refuse("sign_in", refusal("site_refused"));
  await press("Sign in");
  expect(text()).toContain("The site said no.");
  expect(text()).toContain("You still have your money.");
  expect(button("Sign in")).toBeTruthy();
});
