import { screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test } from "vitest";
import { places } from "$lib/places.svelte";
import { SENTENCES } from "$lib/words/sentences";
import { COFFEE, GIFT } from "./app/codes";
import { refusal } from "./app/errors";
import { closed, opened, settled, text, visited } from "./app/opened";
import { payments } from "./app/town";
import { button, press, write } from "./hand";

afterEach(closed);

const named = { problems: "Open Problems", settings: "Open Settings", details: "Open My details" } as const;

test("every_error_that_names_a_place_has_one_button_that_goes_there", async () => {
  const all = Object.entries(SENTENCES);
  const some = all.filter(([, { wayOut }]) => wayOut === undefined).slice(0, 10);
  for (const [code, { wayOut }] of [...all.filter(([, { wayOut }]) => wayOut !== undefined), ...some]) {
    const app = await opened({ payments: payments(8) }, { at: "about" });
    app.refuse("history", refusal(code));
    await visited({ at: "activity" });
    const ways = Object.entries(named).filter(([, name]) => button(name) !== undefined);
    expect(ways.map(([place]) => place), code).toEqual(wayOut === undefined ? [] : [wayOut]);
    if (wayOut === undefined) continue;
    await press(named[wayOut]);
    expect(places.current.at, code).toBe(wayOut);
  }
});

test("an_error_that_nobody_knows_leads_to_problems_too", async () => {
  const app = await opened({}, { at: "about" });
  app.refuse("history", refusal("something_new"));
  await visited({ at: "activity" });
  expect(text()).toContain("If it happens again, open Problems.");
  await press("Open Problems");
  expect(places.current.at).toBe("problems");
});

test("the_way_to_problems_stands_beside_the_other_ways_out", async () => {
  const app = await opened({}, { at: "check", code: COFFEE.code });
  app.refuse("pay", refusal("issuer_answer_lost", "", "unknown"));
  await press("Pay 22 sat");
  expect(button("See what became of it")).toBeTruthy();
  expect(button("Open Problems")).toBeTruthy();
});

test("what_did_not_do_when_it_was_tapped_leads_there_as_well", async () => {
  const app = await opened({}, { at: "take_in", code: GIFT.code });
  app.refuse("redeem", refusal("internal", "", "unknown"));
  await press("Take in 99 sat");
  await press("Open Problems");
  expect(places.current.at).toBe("problems");
});

test("a_payment_that_failed_for_such_a_reason_leads_there_from_its_receipt", async () => {
  const app = await opened({ payments: payments(8) }, { at: "about" });
  const receipt = await app.call("receipt", { payment: "payment-5" });
  app.town.receipts.set("payment-5", { ...receipt, why: "it broke", why_code: "internal" });
  await visited({ at: "receipt", payment: "payment-5" });
  await press("Open Problems");
  expect(places.current.at).toBe("problems");
});

test("a_detail_that_could_not_be_kept_says_why_beside_it_or_in_full", async () => {
  const app = await opened({}, { at: "details" });
  await userEvent.click(screen.getAllByRole("button", { name: /Write it down/ })[0] as HTMLElement);
  await settled();
  app.refuse("set_detail", refusal("bad_value"), refusal("files_unusable"));
  await write("Your name", "Ada");
  await press("Keep it");
  expect(text()).toContain("Farthing could not read this. Check it and try again.");
  expect(button("Open Problems")).toBeUndefined();
  await press("Keep it");
  expect(text()).toContain("You still have your money.");
  await press("Open Problems");
  expect(places.current.at).toBe("problems");
});

test("who_cannot_open_the_wallet_is_not_sent_where_they_cannot_go", async () => {
  for (const [code, instead] of [
    ["files_unusable", "bring the wallet back with your 12 words"],
    ["internal", "Start Farthing again"],
    ["something_new", "Start Farthing again"],
  ] as const) {
    const app = await opened({ glance: { state: "locked" } });
    app.refuse("unlock", refusal(code));
    await write("PIN", "123456");
    await press("Open my wallet");
    expect(text(), code).toContain(instead);
    expect(text(), code).not.toContain("Problems");
  }
});
