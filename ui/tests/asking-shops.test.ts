import { screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { places } from "$lib/places.svelte";
import { refusal } from "./app/errors";
import { closed, opened, settled, text, visited } from "./app/opened";
import { button, press, write } from "./hand";

afterEach(closed);

const paper = { at: "merchant", merchant: "3" } as const;

/** The window of somebody who has asked one shop twice: once lately, once too long ago. */
async function lived(at: Parameters<typeof visited>[0]) {
  const app = await opened();
  app.merchants.lived();
  await visited(at);
  return app;
}

/** The row that leads somewhere and begins with this. */
async function follow(name: string) {
  await userEvent.click(screen.getByRole("button", { name: new RegExp(`^${name.replace("?", "\\?")}`) }));
  await settled();
}

test("from_a_shops_page_a_letter_is_read_before_anything_is_marked", async () => {
  const app = await lived(paper);
  await follow("What do you know about me?");
  expect(places.current).toEqual({ at: "request", merchant: "3", kind: "access" });
  for (const said of ["Daily Paper", "privacy@paper.example", "Dear Daily Paper", "email, on 2026-11-20", "GDPR"]) {
    expect(text()).toContain(said);
  }
  expect(text()).toContain("Farthing sends nothing by itself.");
  expect(text()).toContain("they have until Dec 22, 2026 to answer");
  expect(app.count("request_sent")).toBe(0);
});

test("another_law_is_another_letter_and_another_clock", async () => {
  const app = await lived({ at: "request", merchant: "3", kind: "erasure" });
  await userEvent.click(screen.getByRole("radio", { name: "California" }));
  await settled();
  expect(text()).toContain("California Consumer Privacy Act");
  expect(text()).toContain("they have until Jan 6, 2027 to answer");
  await press("I sent it");
  expect(app.calls.filter(({ name }) => name === "request_sent").at(-1)?.request).toEqual({
    merchant: "3",
    kind: "erasure",
    law: "ccpa",
    language: "en",
  });
});

test("what_i_sent_stands_on_the_shops_page_with_its_clock", async () => {
  await lived({ at: "merchant", merchant: "1" });
  await follow("Delete what you have on me");
  await press("I sent it");
  expect(places.current).toEqual({ at: "merchant", merchant: "1" });
  expect(text()).toContain("Waiting for them You asked on Nov 22, 2026. They have until Dec 22, 2026.");
});

test("a_notice_is_offered_once_a_yes_was_taken_back_and_nobody_waits_for_an_answer", async () => {
  const app = await lived(paper);
  expect(text()).not.toContain("I take my yes back");
  await press("Stop sharing with this shop");
  await follow("I take my yes back");
  expect(text()).toContain("They need not answer. They must only stop.");
  await press("I sent it");
  expect(places.current).toEqual(paper);
  expect(text()).toContain("I take my yes back Told them You asked on Nov 22, 2026.");
  expect(button("They answered: I take my yes back")).toBeUndefined();
  await visited({ at: "sharing" });
  expect(app.merchants.sharing().requests.map(({ kind }) => kind)).toContain("notice");
  expect(text()).not.toContain("I take my yes back");
});

test("after_a_switch_was_turned_off_a_letter_is_offered_where_it_was_turned_off", async () => {
  await lived({ at: "sharing" });
  expect(button("Write to them")).toBeUndefined();
  await userEvent.click(screen.getByRole("switch", { name: "Your email" }));
  await settled();
  expect(text()).toContain("Daily Paper may keep what you told it before.");
  await press("Write to them");
  expect(places.current).toEqual({ at: "request", merchant: "3", kind: "notice" });
  await visited(paper);
  await press("Write to them");
  expect(places.current).toEqual({ at: "request", merchant: "3", kind: "notice" });
});

test("who_is_late_is_said_in_words_first_of_all_in_sharing", async () => {
  await lived({ at: "sharing" });
  const waiting = text(document.querySelector("main section"));
  expect(waiting).toMatch(/You are waiting for an answer What do you know about me\? Daily Paper They are late/);
  expect(waiting).toContain("They had until");
  expect(waiting.indexOf("They are late")).toBeLessThan(waiting.indexOf("Waiting for them"));
  await press("See this shop: Daily Paper");
  expect(places.current).toEqual(paper);
  expect(text()).toContain("Write to them again.");
});

test("an_answer_stops_the_clock", async () => {
  const app = await lived(paper);
  await press("They answered: What do you know about me?");
  expect(app.calls.find(({ name }) => name === "request_answered")?.request).toEqual({
    merchant: "3",
    request: "request-1",
  });
  expect(text()).toContain("Answered");
  expect(text()).not.toContain("They are late");
});

test("without_an_address_the_letter_is_there_and_an_address_can_be_found_or_typed", async () => {
  const app = await lived({ at: "request", merchant: "1", kind: "access" });
  expect(text()).toContain("We do not know their address yet.");
  expect(button("Open my mail app")).toBeUndefined();
  expect(app.count("find_contact")).toBe(0);
  await press("Find it on their site");
  expect(text()).toContain("privacy@corner.example");
  expect(button("Open my mail app")).toBeTruthy();
  await visited({ at: "merchant", merchant: "1" });
  expect(text()).toContain("We found it on their site.");
  await press("Change it");
  await write("Their address", "ada@corner.example");
  await press("Keep it");
  expect(text()).toContain("ada@corner.example You typed it.");
  await press("Change it");
  await press("Take it out");
  expect(text()).toContain("We do not know their address yet.");
});

test("mail_is_opened_by_the_app_and_where_it_does_not_open_the_letter_can_be_copied", async () => {
  const app = await lived({ at: "request", merchant: "3", kind: "access" });
  await press("Open my mail app");
  expect(app.calls.at(-1)).toEqual({ name: "open_mail", request: { merchant: "3", kind: "access", law: "gdpr", language: "en" } });
  app.refuse("open_mail", refusal("no_mail"));
  await press("Open my mail app");
  expect(text()).toContain("Your mail app did not open.");
  expect(button("Copy the letter")).toBeTruthy();
});

test("what_went_wrong_below_is_brought_before_my_eyes", async () => {
  const app = await lived(paper);
  const seen = vi.spyOn(Element.prototype, "scrollIntoView");
  app.refuse("find_contact", refusal("site_unreachable"));
  await press("Find it on their site");
  expect(text(seen.mock.contexts.at(-1) as Element)).toContain("You still have your money.");
  seen.mockRestore();
});
