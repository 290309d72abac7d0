import { screen, within } from "@testing-library/svelte";
import { afterEach, expect, test } from "vitest";
import { places } from "$lib/places.svelte";
import userEvent from "@testing-library/user-event";
import { CURIOUS, DEMANDING } from "./app/codes";
import { refusal } from "./app/errors";
import { closed, opened, settled, text, visited } from "./app/opened";
import { payments } from "./app/town";
import { button, press, write } from "./hand";

afterEach(closed);

const bill = { at: "check", code: CURIOUS.code } as const;
const switches = () => screen.queryAllByRole<HTMLInputElement>("switch");
const named = (name: string) => screen.getByRole<HTMLInputElement>("switch", { name });

async function turn(name: string) {
  await userEvent.click(named(name));
  await settled();
}

/** The window of somebody who shares some things with some shops. */
async function lived(at: Parameters<typeof visited>[0]) {
  const app = await opened();
  app.merchants.lived();
  await visited(at);
  return app;
}

test("everything_a_shop_asks_for_is_off_and_nothing_is_shared_by_paying", async () => {
  const app = await lived(bill);
  expect(switches().map((one) => one.checked)).toEqual(switches().map(() => false));
  expect(text()).toContain("They see only that you paid.");
  expect(text()).toContain("They say: So that we can call you when it is ready");
  expect(text()).toContain("The price stays the same.");
  await press("Pay 71 sat");
  const asked = app.calls.filter(({ name }) => name === "review").map(({ request }) => request);
  expect(asked).toHaveLength(1);
  expect(asked[0]).toMatchObject({ share: [] });
  expect(text()).toContain("They saw only that you paid");
});

test("what_i_turn_on_is_shared_and_nothing_else_and_the_price_stays", async () => {
  const app = await lived(bill);
  await turn("Your name");
  expect(named("Your name").checked).toBe(true);
  expect(named("Your email").checked).toBe(false);
  expect(text()).not.toContain("The price is different now.");
  await turn("Only this time");
  expect(app.calls.at(-1)?.request).toMatchObject({ share: ["name"], only_this_time: true });
  await press("Pay 71 sat");
  expect(text()).toContain("They saw Your name");
});

test("one_tap_takes_back_what_one_tap_gave", async () => {
  const app = await lived(bill);
  await turn("Your name");
  await turn("Your name");
  expect(named("Your name").checked).toBe(false);
  expect(app.calls.at(-1)?.request).toMatchObject({ share: [] });
});

test("what_i_refused_lately_is_not_asked_again_but_can_be_found", async () => {
  await lived(bill);
  const refused = document.querySelector("main details");
  expect(text(refused)).toContain("You said no to this before");
  expect(refused?.hasAttribute("open")).toBe(false);
  expect(text(refused)).toContain("Your phone");
});

test("what_i_never_wrote_down_cannot_be_turned_on_and_is_one_tap_from_being_written", async () => {
  await opened({}, bill);
  expect(named("Your name").disabled).toBe(true);
  await press("Write it down");
  expect(places.current).toEqual({ at: "details", item: "name" });
  await write("Your name", "Ada");
  await press("Keep it");
  await press("Back");
  expect(named("Your name").disabled).toBe(false);
});

test("a_payee_that_demands_to_know_says_so_and_not_now_stands_beside_it", async () => {
  const app = await lived({ at: "check", code: DEMANDING.code });
  expect(text()).toContain("They ask who you are first");
  expect(text()).toContain("They have been told nothing yet.");
  expect(named("Your name").checked).toBe(false);
  expect(button("Tell them and see the price")?.disabled).toBe(true);
  expect(button("Not now")).toBeTruthy();
  await turn("Your name");
  expect(app.count("review")).toBe(1);
  await press("Tell them and see the price");
  expect(app.calls.at(-1)?.name === "review" || app.count("review") === 2).toBe(true);
  expect(button("Pay 81 sat")).toBeTruthy();
});

test("sharing_is_one_tap_from_home_and_says_what_why_since_and_until_when", async () => {
  await lived({ at: "home" });
  await userEvent.click(screen.getByRole("link", { name: "Sharing" }));
  await settled();
  expect(text()).toContain("2 shops can see something about you");
  expect(text()).toContain("Daily Paper");
  expect(text()).toContain("for the receipt and for help");
  for (const said of ["They get: ada@mail.example", "On since", "Until", "Last used", "Only for this shop"]) {
    expect(text()).toContain(said);
  }
  await userEvent.click(screen.getByRole("radio", { name: "By what they see" }));
  await settled();
  expect(named("busker@music.example")).toBeTruthy();
});

test("in_one_tap_one_thing_ends_and_in_one_tap_everything_does", async () => {
  const app = await lived({ at: "sharing" });
  await turn("Your email");
  expect(app.calls.filter(({ name }) => name === "set_sharing").at(-1)?.request).toMatchObject({ item: "email", on: false });
  expect(text()).not.toContain("ada@mail.example");
  await press("Stop all sharing");
  expect(text()).toContain("No shop gets anything new about you.");
  expect(text()).toContain("No one sees who you are");
  expect(app.merchants.sharing().active).toEqual([]);
});

test("a_shop_has_its_switches_what_it_was_told_and_asked_its_limit_and_its_block", async () => {
  const app = await lived({ at: "merchant", merchant: "3" });
  for (const said of ["Daily Paper", "https://paper.example", "They get: Ada", "What they were told", "No limit"]) {
    expect(text()).toContain(said);
  }
  await press("Set the limit");
  await write("How much?", "500");
  await press("Set the limit");
  expect(text()).toContain("500 sat");
  await press("Take the limit away");
  expect(text()).toContain("No limit");
  await press("Block this shop");
  expect(text()).toContain("Blocked. Farthing does not pay it.");
  await press("Stop sharing with this shop");
  expect(text()).toContain("They see only that you paid.");
  expect(app.count("stop_sharing")).toBe(1);
});

test("another_value_for_one_shop_is_told_to_that_shop_alone", async () => {
  const app = await lived({ at: "merchant", merchant: "3" });
  await userEvent.click(screen.getAllByRole("button", { name: "Tell them something else" })[0] as HTMLElement);
  await settled();
  await write("Tell them something else", "A reader");
  await press("Keep it");
  expect(text()).toContain("They get: A reader Only for this shop");
  expect(app.merchants.own.get("name")).toBe("Ada");
});

test("a_shop_is_forgotten_only_after_a_second_yes", async () => {
  const app = await lived({ at: "merchants" });
  await userEvent.click(screen.getByRole("button", { name: /Daily Paper/ }));
  await settled();
  await press("Forget this shop");
  expect(app.count("forget_merchant")).toBe(0);
  await press("Forget it for good");
  expect(app.count("forget_merchant")).toBe(1);
  expect(places.current.at).toBe("merchants");
  expect(text()).not.toContain("Daily Paper");
});

test("my_details_are_written_changed_and_taken_out", async () => {
  const app = await opened({}, { at: "details" });
  expect(text()).toContain("Only you can read this.");
  await press("Write it down: Your email");
  await write("Your email", "ada@mail.example");
  await press("Keep it");
  expect(text()).toContain("ada@mail.example");
  await press("Change: Your email");
  await press("Take it out");
  expect(app.merchants.own.size).toBe(0);
});

test("every_yes_and_no_has_its_proof", async () => {
  await lived({ at: "sharing" });
  await turn("Your email");
  await visited({ at: "consents" });
  expect(text()).toContain("You took it back: Your email");
  expect(text()).toContain("You said yes: Your name");
  expect(text()).toContain("dpv:ConsentReceipt");
});

test("a_record_of_a_yes_is_saved_by_itself_or_with_all_others", async () => {
  const app = await lived({ at: "consents" });
  await press("Save all records");
  expect(text()).toContain("Farthing consents 2026-11-21.jsonld");
  await press("Save the record");
  expect(app.merchants.saved).toEqual(["all", app.merchants.receipts[0]?.receipt]);
  app.refuse("keep_consents", refusal("disk_full"));
  await press("Save all records");
  expect(text()).not.toContain(".jsonld");
  expect(text()).toContain("This device has no room left.");
});

test("a_shops_page_lists_its_payments_newest_first_and_more_of_them_on_demand", async () => {
  await opened({ payments: payments(200) }, { at: "merchant", merchant: "1" });
  const rows = () => [...document.querySelectorAll("main button.payment")].map((row) => text(row));
  expect(rows()).toHaveLength(5);
  expect(rows()[0]).toContain("coffee with Ada");
  for (const row of rows()) expect(row).toContain("Corner Shop");
  await press("Show more");
  expect(rows()).toHaveLength(25);
  const times = [...document.querySelectorAll("main button.payment time")].map((time) => time.getAttribute("datetime"));
  expect(times).toEqual([...times].sort().reverse());
  expect(button("Show more")).toBeUndefined();
});

test("a_shop_that_was_never_paid_says_so_in_place_of_a_list", async () => {
  await opened({ payments: [] }, { at: "merchant", merchant: "1" });
  expect(text()).toContain("No payments yet.");
});

test("from_a_receipt_and_from_a_search_the_shop_is_one_tap_away", async () => {
  await opened({ payments: payments(8) }, { at: "receipt", payment: "payment-8" });
  await press("See this shop");
  expect(places.current).toEqual({ at: "merchant", merchant: "1" });
  await visited({ at: "activity" });
  await write("Search", "corn");
  await userEvent.click(within(screen.getByRole("list", { name: "Shops with this name" })).getByRole("button"));
  await settled();
  expect(places.current).toEqual({ at: "merchant", merchant: "1" });
});

test("a_receipt_of_nobody_in_particular_leads_to_no_shop", async () => {
  await opened({ payments: payments(8) }, { at: "receipt", payment: "payment-2" });
  expect(button("See this shop")).toBeUndefined();
});
