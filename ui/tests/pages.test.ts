import { screen } from "@testing-library/svelte";
import { afterEach, expect, test } from "vitest";
import { go } from "$lib/places.svelte";
import { ARTICLE, FREE_PAGE } from "./app/codes";
import { refusal } from "./app/errors";
import { closed, opened, settled, text, visited } from "./app/opened";
import { button, press, write } from "./hand";

afterEach(closed);

const title = () => text(screen.getByRole("heading", { level: 1 }));

async function bought() {
  const app = await opened({}, { at: "scan" });
  await write("Payment code", ARTICLE.code);
  await press("Check it");
  await press("Get this page");
  return app;
}

test("an_article_is_reviewed_paid_and_here_and_the_site_learns_no_name", async () => {
  const app = await bought();
  expect(text()).toContain("A history of the farthing");
  expect(text()).toContain("The site sees which page you get. It does not learn your name.");
  await press("Pay 22 sat");
  expect(title()).toBe("Page or file");
  expect(text()).toContain("It is here, and kept in your library.");
  expect(text()).toContain("214 kB");
  await press("Save to downloads");
  expect(text()).toContain("Saved with your downloads: a-history-of-the-farthing.html");
  await press("See the receipt");
  expect(text()).toContain("You paid 21 sat.");
  expect(app.count("pay")).toBe(1);
});

test("what_was_paid_for_is_got_again_and_not_paid_again", async () => {
  const app = await bought();
  await press("Pay 22 sat");
  await press("Take it out of the library");
  await write("Payment code", ARTICLE.code);
  await press("Check it");
  await press("Get this page");
  expect(text()).toContain("You already paid this, or");
  await press("Get it again");
  expect(text()).toContain("It is here, and kept in your library.");
  expect(app.count("pay")).toBe(1);
});

test("a_page_that_costs_nothing_is_got_without_paying", async () => {
  const app = await opened({}, { at: "check", code: FREE_PAGE });
  expect(text()).toContain("Why this page costs nothing");
  expect(button("See the receipt")).toBeUndefined();
  expect(app.count("pay")).toBe(0);
});

test("a_site_that_says_now_free_and_now_not_is_not_asked_for_ever", async () => {
  const app = await opened({}, { at: "scan" });
  app.refuse("review", ...Array.from({ length: 50 }, () => refusal("page_is_free")));
  await visited({ at: "check", code: ARTICLE.code });
  expect(text()).toContain("This page costs nothing.");
  expect([app.count("review"), app.count("get_page")]).toEqual([2, 1]);
  await press("Get this page");
  expect([app.count("review"), app.count("get_page")]).toEqual([3, 2]);
});

test("what_was_paid_and_is_not_given_leads_to_activity_and_not_in_circles", async () => {
  const app = await opened({}, { at: "scan" });
  const paid = refusal("already_paid");
  app.refuse("review", paid, paid, paid);
  await visited({ at: "check", code: ARTICLE.code });
  await press("Get it again");
  expect(text()).toContain("You already paid this, or");
  expect(button("Get it again")).toBeUndefined();
  await press("Not now");
  expect(title()).toBe("Scan or paste");

  app.refuse("get_page", paid);
  await visited({ at: "check", code: ARTICLE.code });
  await press("Get it again");
  expect(title()).toBe("Page or file");
  expect(button("Try again")).toBeUndefined();
  await press("See what became of it");
  expect(title()).toBe("Activity");
});

test("what_was_paid_already_leads_to_its_receipt", async () => {
  const app = await bought();
  await press("Pay 22 sat");
  const payment = app.town.payments[0]?.payment ?? "";
  const paid = refusal("already_paid", "", "safe", { payment });
  app.refuse("review", paid, paid);
  await visited({ at: "check", code: ARTICLE.code });
  expect(button("Get it again")).toBeDefined();
  expect(text()).toContain("You did not pay a second time. Look at the receipt before you pay again.");
  expect(text()).not.toContain("You still have your money.");
  await press("See the receipt");
  expect(text()).toContain("You paid 21 sat.");

  app.refuse("get_page", paid);
  await visited({ at: "page", code: ARTICLE.code });
  expect(button("See what became of it")).toBeUndefined();
  await press("See the receipt");
  expect(text()).toContain("You paid 21 sat.");
});

test("one_sees_how_far_a_file_is_and_whose_fault_a_broken_one_is", async () => {
  const app = await bought();
  const release = app.hold("get_page");
  await press("Pay 22 sat");
  expect(text()).toContain("It is on its way…");
  app.happen({ kind: "download", here: 3_100_000, whole: 200_000_000 });
  await settled();
  expect(text()).toContain("3.1 MB of 200 MB");
  release();
  await settled();
  expect(text()).toContain("It is here, and kept in your library.");
});

test("a_paid_page_that_broke_off_says_so_and_is_tried_again_without_paying", async () => {
  const app = await bought();
  app.refuse("get_page", refusal("paid_page_broken_off", "", "moved"));
  await press("Pay 22 sat");
  expect(text()).toContain("You paid for this, but not all of it came.");
  await press("Try again");
  expect(text()).toContain("It is here, and kept in your library.");
  expect(app.count("pay")).toBe(1);
});

test("the_library_has_its_pages_and_its_empty_state", async () => {
  await opened({}, { at: "library" });
  expect(text()).toContain("Nothing here yet");
  await bought();
  await press("Pay 22 sat");
  go({ at: "library" });
  await settled();
  expect(text()).toContain("A history of the farthing");
  expect(text()).toContain("paper.example · 214 kB");
});
