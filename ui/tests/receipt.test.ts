import { screen } from "@testing-library/svelte";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { asText, toldToOthers } from "../src/views/receipt/lines";
import { COFFEE, LOST } from "./app/codes";
import { refusal } from "./app/errors";
import { go, places } from "$lib/places.svelte";
import { preferences } from "$lib/wallet/preferences.svelte";
import { closed, opened, settled, text } from "./app/opened";
import { maple, payments } from "./app/town";
import { button, press } from "./hand";

beforeEach(() => {
  vi.stubGlobal("matchMedia", () => ({ matches: true, addEventListener() {}, removeEventListener() {} }));
});
afterEach(() => {
  closed();
  vi.unstubAllGlobals();
});

async function paidCoffee() {
  const app = await opened({}, { at: "check", code: COFFEE.code });
  await press("Pay 22 sat");
  return app;
}

const plain = (bytes: Uint8Array | undefined) =>
  new TextDecoder().decode(bytes).replace(/[\u2066-\u2069]/g, "").replace(/\u00a0/g, " ");

test("a_receipt_is_kept_as_text_with_the_figures_of_the_screen", async () => {
  const app = await paidCoffee();
  await press("Save as text");
  expect(text()).toContain("Saved with your downloads: Farthing 2026-11-22.txt");
  const kept = plain(app.kept[0]);
  expect(kept).toContain("You paid 21 sat.");
  expect(kept).toContain("To: Corner Shop");
  expect(kept).toContain("Price: 21 sat");
  expect(kept).toContain("Issuer’s fee (to Maple): 1 sat");
  expect(kept).toContain("You paid: 22 sat");
});

test("what_only_i_may_read_and_what_is_money_is_not_in_it", async () => {
  const app = await paidCoffee();
  const payment = app.town.payments[0]?.payment ?? "";
  const receipt = await app.call("receipt", { payment });
  const told = asText(toldToOthers({ ...receipt, note: "for Ada", token: "cashuBsecret" }));
  expect(told).toContain(payment);
  expect(told).not.toContain("Ada");
  expect(told).not.toContain("cashuB");
});

test("a_disk_that_takes_nothing_is_told_of", async () => {
  const app = await paidCoffee();
  app.refuse("keep_receipt", refusal("file_unwritable"));
  await press("Save as text");
  expect(text()).toContain("Farthing cannot use its folder.");
  expect(app.kept).toEqual([]);
});

test("why_nothing_came_of_a_payment_is_said_in_my_language_and_what_has_no_name_as_it_was_said", async () => {
  const app = await opened({}, { at: "check", code: LOST.code });
  await press("Pay 41 sat");
  expect(text()).toContain("The payment found no way through.");
  expect(text()).not.toContain("it did not go through");
  preferences.language = "es";
  await settled();
  expect(text()).toContain("El pago no encontró un camino.");
  closed();

  const older = await opened({ payments: app.town.payments }, { at: "about" });
  older.town.receipts = app.town.receipts;
  const [payment = "", receipt] = [...app.town.receipts].at(-1) ?? [];
  if (receipt) delete receipt.why_code;
  go({ at: "receipt", payment });
  await settled();
  expect(text()).toContain("Why? it did not go through");
});

test("what_came_in_between_is_said_also_where_the_money_is_gone", async () => {
  const app = await paidCoffee();
  const [payment = "", receipt] = [...app.town.receipts].at(-1) ?? [];
  if (receipt) Object.assign(receipt, { why_code: "refused_but_taken", why: "the payee rejected it" });
  go({ at: "receipt", payment });
  await settled();
  expect(text()).toContain("You paid 21 sat.");
  expect(text()).toContain("They said no, but the issuer says the money was taken.");
  expect(text()).toContain("Show them your receipt and ask.");
  expect(text()).not.toContain("The shop has your money.");
});

test("a_top_up_that_a_copy_took_in_is_waited_for_no_longer_and_not_said_to_have_come_to_nothing", async () => {
  const app = await opened({ purses: [maple("0")], payments: [] }, { at: "add_money" });
  await press("1,000 sat");
  await press("Show code");
  app.town.elsewhere.add(app.town.payments[0]?.payment ?? "");
  await vi.waitFor(() => expect(text()).toContain("Look on your other devices."), { timeout: 5000 });
  expect(screen.queryByRole("img", { name: /Code to scan/ })).toBeNull();
  expect(button("Open Problems")).toBeDefined();
  for (const untrue of ["Waiting for the money", "Nobody paid it", "No money has moved", "We ask again"]) {
    expect(text()).not.toContain(untrue);
  }
  const asked = app.count("wait_for_money");

  await press("See the receipt");
  expect(text()).toContain("The money did not come in here.");
  expect(text().split("The issuer says a copy of this wallet took this money in.").length).toBe(2);
  expect(text()).toContain("Problems looks for it here too.");
  for (const untrue of ["No money came in", "No money has moved", "You still have your money"]) {
    expect(text()).not.toContain(untrue);
  }
  await press("Save as text");
  expect(plain(app.kept[0])).toContain("The issuer says a copy of this wallet took this money in.");
  expect(app.count("wait_for_money")).toBe(asked);
  await press("Open Problems");
  expect(places.current.at).toBe("problems");
});

test("what_nobody_paid_in_time_is_still_said_to_have_come_to_nothing", async () => {
  const [asked] = payments(1);
  const unpaid = { ...asked!, direction: "in" as const, kind: "top_up", payee: null, outcome: "not_paid" as const };
  await opened({ payments: [unpaid] }, { at: "receipt", payment: unpaid.payment });
  expect(text()).toContain("No money came in.");
  expect(text()).toContain("No money has moved.");
  for (const at of ["home", "activity"] as const) {
    go({ at });
    await settled();
    expect(text()).toContain("Did not come in");
    expect(text()).not.toContain("Not paid");
  }
});
