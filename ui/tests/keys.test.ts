import { screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { places } from "$lib/places.svelte";
import { COFFEE } from "./app/codes";
import { closed, opened, settled, visited } from "./app/opened";
import { payments } from "./app/town";

afterEach(closed);

const press = async (keys: string) => {
  await userEvent.keyboard(keys);
  await settled();
};

test("each_key_does_what_the_list_says", async () => {
  const app = await opened();
  for (const [keys, at] of [
    ["n", "scan"],
    ["2", "activity"],
    ["3", "sharing"],
    ["4", "more"],
    ["1", "home"],
    ["{Control>}k{/Control}", "activity"],
  ] as const) {
    await press(keys);
    expect(places.current.at, keys).toBe(at);
  }
  await press("l");
  expect(app.count("lock")).toBe(1);
});

test("v_pastes_as_the_button_for_it_would", async () => {
  const app = await opened();
  app.town.copied = COFFEE.code;
  await press("v");
  await vi.waitFor(() => expect(places.current).toEqual({ at: "check", code: COFFEE.code }));
  expect(app.count("pay")).toBe(0);
});

test("searching_begins_in_the_field_for_it", async () => {
  await opened({ payments: payments(8) });
  await press("{Control>}k{/Control}");
  expect(document.activeElement).toBe(screen.getByRole("searchbox"));
});

test("escape_goes_back_and_never_out_of_home", async () => {
  await opened({}, { at: "more" });
  await visited({ at: "settings" });
  await press("{Escape}");
  expect(places.current.at).toBe("more");
  await press("{Escape}{Escape}{Escape}");
  expect(places.current.at).toBe("home");
});

test("the_list_of_keys_opens_with_a_question_mark_and_closes_with_escape", async () => {
  await opened();
  await press("?");
  expect(await screen.findByRole("dialog", { name: "Keyboard keys" })).toBeTruthy();
  await press("n");
  expect(places.current.at).toBe("home");
  await press("{Escape}");
  expect(places.current.at).toBe("home");
});

test("what_is_typed_into_a_field_is_text_and_no_command", async () => {
  const app = await opened({ glance: { words_unseen: true } }, { at: "words" });
  await userEvent.type(screen.getByLabelText("PIN"), "1nl4");
  await settled();
  expect(places.current.at).toBe("words");
  expect(app.count("lock")).toBe(0);
});

test("a_code_pasted_anywhere_is_looked_at_and_not_paid", async () => {
  const app = await opened();
  const clipboard = new DataTransfer();
  clipboard.setData("text/plain", " lnbc210n1pcoffeecornershop\n");
  const pasting = new Event("paste", { bubbles: true });
  Object.assign(pasting, { clipboardData: clipboard });
  document.body.dispatchEvent(pasting);
  await settled();
  expect(["scan", "check"]).toContain(places.current.at);
  expect(app.count("pay")).toBe(0);
});
