import { screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { places } from "$lib/places.svelte";
import { preferences } from "$lib/wallet/preferences.svelte";
import { refusal } from "./app/errors";
import { closed, opened, settled, text, visited } from "./app/opened";
import { NOW, payments } from "./app/town";
import { button, press, write } from "./hand";

// It is the town's day: this month is its month.
beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"], now: NOW }));
afterEach(() => {
  closed();
  vi.useRealTimers();
});

const read = () => document.querySelector("main pre")?.textContent ?? "";
const list = async (more: { merchant?: string; payment?: string } = {}) =>
  await opened({ payments: payments(16) }, { at: "statement", ...more });

async function choose(name: string) {
  await userEvent.click(screen.getByRole("radio", { name }));
  await settled();
}

async function turn(name: string) {
  await userEvent.click(screen.getByRole("switch", { name }));
  await settled();
}

test("a_list_is_reached_from_a_shop_a_receipt_and_activity_and_is_about_just_that", async () => {
  await opened({ payments: payments(16) }, { at: "merchant", merchant: "1" });
  await press("Give someone a list of payments");
  expect(places.current).toEqual({ at: "statement", merchant: "1" });
  expect(text()).toContain("Only what you paid this shop is in it.");
  expect(read()).toContain("Corner Shop");
  expect(read()).not.toContain("Daily Paper");
  await visited({ at: "receipt", payment: "payment-16" });
  await press("Give someone this payment");
  expect(places.current).toEqual({ at: "statement", payment: "payment-16" });
  expect(text()).toContain("Only this one payment is in it.");
  expect(text()).toContain("Payments: 1");
  await visited({ at: "activity" });
  await press("Give someone a list of payments");
  expect(text()).toContain("All shops are in it, each with its name.");
  expect(read()).toContain("Daily Paper");
});

test("nothing_more_than_whom_when_and_how_much_is_in_it_unless_i_turn_it_on", async () => {
  await list({ merchant: "1" });
  expect(read()).not.toContain("coffee with Ada");
  expect(read()).not.toContain("5e5e");
  const out = () => [...document.querySelectorAll("main section ul li")].map((one) => text(one));
  expect(out()).toEqual(["Your notes", "What shows that you paid", "What it cost you", "All other shops", "How much you have"]);
  await turn("Your notes");
  expect(read()).toContain("coffee with Ada");
  expect(read()).not.toContain("5e5e");
  await turn("What shows that you paid");
  expect(read()).toContain("5e5e");
  expect(out()).toEqual(["What it cost you", "All other shops", "How much you have"]);
});

test("what_is_made_is_what_was_read_for_whom_it_was_said", async () => {
  const app = await list({ merchant: "1" });
  expect(button("Make the file")?.disabled).toBe(true);
  await write("Who is it for?", "my tax helper");
  await choose("A spreadsheet app");
  await turn("What it cost you");
  await press("Make the file");
  const { passphrase, recipient, ...made } = app.statements.made[0] ?? {};
  expect(made).toEqual(app.calls.filter(({ name }) => name === "plan_statement").at(-1)?.request);
  expect(made).toMatchObject({ merchant: "1", whom: "my tax helper", format: "csv", with: ["fees"] });
  expect([passphrase, recipient]).toEqual([null, null]);
  expect(text()).toContain("Saved with your downloads: Farthing list 2026-11-22.csv");
});

test("days_are_chosen_by_name_or_typed_and_what_is_no_day_is_told_at_once", async () => {
  const app = await list({ merchant: "1" });
  const asked = () => app.calls.filter(({ name }) => name === "plan_statement").at(-1)?.request;
  expect(asked()).toMatchObject({ since: null, until: null });
  await choose("Other days");
  await write("From this day on", "20.11.2026");
  await userEvent.tab();
  await settled();
  expect(text()).toContain("This is not a day. Write it like 2026-11-22.");
  await write("From this day on", "2026-11-20");
  await write("Up to this day", "2026-11-19");
  await userEvent.tab();
  await settled();
  expect(text()).toContain("This day is before the first one.");
  await write("Up to this day", "2026-11-21");
  await userEvent.tab();
  await settled();
  expect(asked()).toMatchObject({ since: "2026-11-20", until: "2026-11-21" });
  expect(read()).not.toContain("2026-11-22");
  await write("From this day on", "2001-01-01");
  await write("Up to this day", "2001-01-02");
  await userEvent.tab();
  await settled();
  expect(text()).toContain("No payments in these days");
  expect(button("Make the file")).toBeUndefined();
  await choose("All days");
  expect(asked()).toMatchObject({ since: null, until: null });
  expect(read()).toContain("2026-11-22");
});

test("a_list_of_all_shops_is_never_the_whole_history", async () => {
  const app = await list();
  expect(screen.queryByRole("radio", { name: "All days" })).toBeNull();
  await choose("Other days");
  await write("Up to this day", "2026-11-21");
  await userEvent.tab();
  await settled();
  expect(text()).toContain("Choose a first day.");
  for (const { request } of app.calls.filter(({ name }) => name === "plan_statement")) {
    expect(request).not.toMatchObject({ since: null });
  }
});

test("what_was_given_to_whom_stands_in_sharing", async () => {
  await list({ merchant: "1" });
  await write("Who is it for?", "my tax helper");
  await press("Make the file");
  await visited({ at: "sharing" });
  expect(text()).toContain("Lists you gave For my tax helper Payments: 2");
});

test("a_file_is_locked_with_a_passphrase_or_their_key_and_never_with_an_empty_one", async () => {
  const app = await list();
  await write("Who is it for?", "Ada");
  await choose("Only people who know a passphrase");
  expect(button("Make the file")?.disabled).toBe(true);
  await write("Passphrase for the file", "copper otters juggle coins");
  await press("Make the file");
  expect(app.statements.made[0]).toMatchObject({ passphrase: "copper otters juggle coins", recipient: null });
  expect(text()).toContain("Farthing list 2026-11-22.txt.age");
  await write("Their key", "age1adaskey");
  expect(text()).not.toContain("Saved with your downloads");
  expect(screen.queryByLabelText("Passphrase for the file")).toBeNull();
  await press("Make the file");
  expect(app.statements.made[1]).toMatchObject({ passphrase: null, recipient: "age1adaskey" });
});

test("a_file_that_could_not_be_written_is_told_and_nothing_is_said_to_be_kept", async () => {
  const app = await list();
  await write("Who is it for?", "Ada");
  app.refuse("make_statement", refusal("file_unwritable"));
  await press("Make the file");
  expect(text()).toContain("You still have your money.");
  expect(text()).not.toContain("Saved with your downloads");
});

test("a_report_is_in_the_language_of_the_window_and_is_read_as_it_will_be_written", async () => {
  const app = await list({ merchant: "1" });
  const asked = () => app.calls.filter(({ name }) => name === "plan_statement").at(-1)?.request;
  expect(asked()).toMatchObject({ language: "en" });
  preferences.language = "es";
  await settled();
  expect(asked()).toMatchObject({ language: "es" });
  expect(read()).toContain("Relación de pagos, para");
  await write("¿Para quién es?", "mi gestora");
  await press("Hacer el archivo");
  expect(app.statements.made[0]).toMatchObject({ language: "es", whom: "mi gestora", format: "report" });
});

test("a_report_reads_as_its_language_does_and_what_is_for_programs_from_left_to_right", async () => {
  await list({ merchant: "1" });
  preferences.language = "ar";
  await settled();
  const shown = () => document.querySelector<HTMLElement>("main pre");
  expect(read()).toContain("كشف مدفوعات");
  expect(shown()?.dir).toBe("auto");
  await choose("برنامج جداول");
  expect(shown()?.dir).toBe("ltr");
});

test("a_file_that_goes_on_says_so", async () => {
  await opened({ payments: payments(400) }, { at: "statement" });
  expect(text()).not.toContain("The file goes on after this.");
  await turn("What shows that you paid");
  expect(text()).toContain("The file goes on after this.");
});
