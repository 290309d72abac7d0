import { screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test } from "vitest";
import { inWords } from "$lib/words/statistics";
import { refusal } from "./app/errors";
import { closed, opened, settled, text, visited } from "./app/opened";
import { button, press, write } from "./hand";

afterEach(closed);

const sent = (name: string) => name === "post_statistics" || name === "keep_statistics";

async function takePart() {
  await userEvent.click(screen.getByRole("switch", { name: "Take part" }));
  await settled();
}

/** Presses the yes of the sheet, and not what opened it. */
async function yes() {
  const buttons = screen.getAllByRole("button", { name: "Send it" });
  await userEvent.click(buttons.at(-1) as HTMLElement);
  await settled();
}

test("it_is_off_and_the_very_bytes_are_there_to_be_read_before_it_is_on", async () => {
  const app = await opened({}, { at: "sharing" });
  await userEvent.click(screen.getByRole("button", { name: /^Counts without names/ }));
  await settled();
  expect(screen.getByRole<HTMLInputElement>("switch", { name: "Take part" }).checked).toBe(false);
  expect(document.querySelector("main pre")?.textContent).toBe(app.statistics.report.text);
  expect(text()).toContain("It says: Did you pay ten times or more? Yes.");
  expect(text()).toContain("Never in it: names, shops, sums, days.");
  expect(button("Send it")).toBeUndefined();
  expect(button("Save as a file")).toBeUndefined();
});

test("turning_it_on_sends_nothing", async () => {
  const app = await opened({}, { at: "statistics" });
  await takePart();
  expect(button("Send it")?.disabled).toBe(true);
  expect(app.calls.some(({ name }) => sent(name))).toBe(false);
});

test("it_is_sent_once_to_the_address_i_typed_after_a_yes", async () => {
  const app = await opened({}, { at: "statistics" });
  await takePart();
  await write("Send it to this address", "http://count.example/here");
  expect(button("Send it")?.disabled).toBe(true);
  await write("Send it to this address", " https://count.example/here ");
  await press("Send it");
  expect(app.count("post_statistics")).toBe(0);
  expect(text()).toContain("Send it to https://count.example/here?");
  await yes();
  expect(app.calls.filter(({ name }) => name === "post_statistics").map(({ request }) => request)).toEqual([
    { url: "https://count.example/here" },
  ]);
  expect(text()).toContain("It is not sent twice.");
  expect(button("Send it")).toBeUndefined();
});

test("it_can_be_kept_as_a_file_and_what_goes_wrong_is_told", async () => {
  const app = await opened({}, { at: "statistics" });
  await takePart();
  app.refuse("keep_statistics", refusal("file_unwritable"));
  await press("Save as a file");
  expect(text()).toContain("You still have your money.");
  await press("Save as a file");
  expect(text()).toContain("Saved with your downloads: Farthing 2026-10.json");
});

test("when_a_year_has_given_enough_there_is_nothing_to_send", async () => {
  const app = await opened();
  app.statistics.report = { ...app.statistics.report, on: true, can_send: false };
  await visited({ at: "statistics" });
  expect(text()).toContain("You gave as much as is safe this year.");
  expect(button("Send it")).toBeUndefined();
});

test("a_report_that_is_not_understood_is_only_shown_letter_by_letter", () => {
  for (const strange of ["", "no json", "null", "[]", '{"question":"paid_ten"}', '{"question":"toString","answer":true}']) {
    expect(inWords(strange), strange).toBeUndefined();
  }
});
