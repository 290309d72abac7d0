import { screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test } from "vitest";
import { preferences } from "$lib/wallet/preferences.svelte";
import { closed, opened, settled, text } from "./app/opened";

afterEach(closed);

const choose = async (name: string) => {
  await userEvent.click(screen.getByRole("radio", { name }));
  await settled();
};
const root = document.documentElement;

test("what_is_chosen_holds_at_once_and_after_a_restart", async () => {
  await opened({}, { at: "settings" });
  await choose("Dark");
  await choose("Twice as large");
  await userEvent.click(screen.getByRole("switch", { name: "High contrast" }));
  await userEvent.click(screen.getByRole("switch", { name: "Sounds" }));
  await settled();
  expect({ ...root.dataset }).toMatchObject({ theme: "dark", text: "200", contrast: "more" });
  const kept = localStorage.getItem("farthing.preferences");
  preferences.theme = "system";
  preferences.sounds = true;
  preferences.textSize = "100";
  localStorage.setItem("farthing.preferences", kept ?? "");
  preferences.read();
  expect(preferences).toMatchObject({ theme: "dark", textSize: "200", highContrast: true, sounds: false });
});

test("a_language_is_changed_without_losing_ones_place", async () => {
  await opened({}, { at: "settings" });
  await choose("العربية");
  expect(root.dir).toBe("rtl");
  expect(root.lang).toBe("ar");
  expect(text(screen.getByRole("heading", { level: 1 }))).toBe("الإعدادات");
  await userEvent.click(screen.getByRole("switch", { name: "اكتب الأرقام هكذا: 0 1 2 3" }));
  await settled();
  expect(preferences.latinDigits).toBe(true);
});

test("settings_nobody_can_read_are_as_if_never_made", () => {
  for (const kept of ["{", "null", '"x"', '{"theme":"pink","textSize":900,"sounds":"no","language":"xx"}']) {
    localStorage.setItem("farthing.preferences", kept);
    preferences.read();
    expect(preferences).toMatchObject({ theme: "system", textSize: "100", sounds: true, language: undefined });
  }
});

test("nothing_of_the_wallet_is_kept_outside_the_app", async () => {
  await opened({}, { at: "settings" });
  await choose("Light");
  expect(Object.keys(localStorage)).toEqual(["farthing.preferences"]);
  expect(localStorage.getItem("farthing.preferences")).not.toMatch(/4821|Maple|lnbc/);
});
