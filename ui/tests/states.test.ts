import { screen } from "@testing-library/svelte";
import { afterEach, expect, test } from "vitest";
import type { Command } from "$lib/bridge";
import { places, type Place } from "$lib/places.svelte";
import { COFFEE, GIFT, SIGN_IN } from "./app/codes";
import { refusal } from "./app/errors";
import { closed, opened, settled, text, visited } from "./app/opened";
import { MAPLE, payments } from "./app/town";
import { button } from "./hand";

afterEach(closed);

/** The screens that ask the app for something as they open, and for what. */
const ASKING: readonly (readonly [Place, Command])[] = [
  [{ at: "home" }, "history"],
  [{ at: "problems" }, "doctor"],
  [{ at: "activity" }, "history"],
  [{ at: "receipt", payment: "payment-8" }, "receipt"],
  [{ at: "check", code: COFFEE.code }, "review"],
  [{ at: "take_in", code: GIFT.code }, "look_at_gift"],
  [{ at: "sign_in", code: SIGN_IN }, "look_at_sign_in"],
  [{ at: "sharing" }, "sharing"],
  [{ at: "merchants" }, "merchants"],
  [{ at: "merchant", merchant: "1" }, "merchant"],
  [{ at: "statement", merchant: "1" }, "plan_statement"],
  [{ at: "statistics" }, "statistics"],
  [{ at: "erase" }, "erase_plan"],
  [{ at: "request", merchant: "1", kind: "access" }, "merchant"],
  [{ at: "request", merchant: "1", kind: "access" }, "draft_request"],
  [{ at: "details" }, "details"],
  [{ at: "consents" }, "consent_receipts"],
  [{ at: "issuer", address: MAPLE }, "look_at_issuer"],
];

const main = () => screen.getByRole("main");

test("an_error_on_any_screen_says_where_the_money_is", async () => {
  for (const [place, command] of ASKING) {
    for (const [money, sentence] of [
      ["safe", "You still have your money."],
      ["unknown", "We ask again until we know where your money is."],
    ] as const) {
      const app = await opened({ payments: payments(8) }, { at: "about" });
      app.refuse(command, refusal("files_unusable", "", money));
      await visited(place);
      expect(text(main()), `${place.at} ${command} ${money}`).toContain(sentence);
    }
  }
});

test("an_error_that_says_open_problems_has_a_button_for_it_on_any_screen", async () => {
  for (const [place, command] of ASKING) {
    const app = await opened({ payments: payments(8) }, { at: "about" });
    app.refuse(command, refusal("files_unusable"));
    await visited(place);
    expect(text(main()), place.at).toContain("Open Problems. It says what is wrong.");
    const way = button("Open Problems");
    // There is nowhere to go where one is already.
    expect(way === undefined, place.at).toBe(place.at === "problems");
    way?.click();
    await settled();
    expect(places.current.at).toBe("problems");
  }
});

test("what_went_wrong_can_be_tried_again_on_any_screen", async () => {
  for (const [place, command] of ASKING) {
    const app = await opened({ payments: payments(8) }, { at: "about" });
    app.refuse(command, refusal("files_unusable"));
    await visited(place);
    screen.getByRole("button", { name: "Try again" }).click();
    await settled();
    expect(text(main()), place.at).not.toContain("A file of your wallet is broken.");
  }
});

test("while_the_app_thinks_a_screen_says_that_it_loads", async () => {
  for (const [place, command] of ASKING) {
    const app = await opened({ payments: payments(8) }, { at: "about" });
    const release = app.hold(command);
    await visited(place);
    expect(screen.getAllByText("Loading…").length, place.at).toBeGreaterThan(0);
    release();
    await settled();
    expect(screen.queryByText("Loading…"), place.at).toBeNull();
  }
});
