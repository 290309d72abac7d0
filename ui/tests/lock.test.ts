import { screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { go, places } from "$lib/places.svelte";
import { preferences } from "$lib/wallet/preferences.svelte";
import { refusal } from "./app/errors";
import { closed, opened, settled, text } from "./app/opened";
import { PASSPHRASE, payments, PIN } from "./app/town";

beforeEach(() => {
  vi.useRealTimers();
});
afterEach(() => {
  vi.useRealTimers();
  closed();
});

const locked = { glance: { state: "locked" as const }, payments: payments(8) };
const paste = async (label: string, secret: string) => {
  await userEvent.click(screen.getByLabelText(label));
  await userEvent.paste(secret);
  await userEvent.keyboard("{Enter}");
  await settled();
};

/** What the fake wallet holds and has done, as it would be read. */
const SECRETS = /4,?821|Corner Shop|Arcade|Busker|Kiosk|coffee with Ada|Maple/;

test("a_locked_window_holds_no_balance_no_name_and_no_history", async () => {
  await opened(locked);
  expect(document.documentElement.outerHTML).not.toMatch(SECRETS);
});

test("what_was_open_is_gone_the_moment_it_is_locked", async () => {
  const app = await opened({ payments: payments(8) });
  expect(document.documentElement.outerHTML).toMatch(SECRETS);
  app.happen({ kind: "locked" });
  await settled();
  expect(document.documentElement.outerHTML).not.toMatch(SECRETS);
  expect(screen.getByRole("heading", { level: 1, name: "Your wallet is locked" })).toBeTruthy();
});

test("locking_empties_the_screen_even_when_the_app_takes_its_time", async () => {
  const app = await opened({ payments: payments(8) });
  const release = app.hold("lock");
  await userEvent.keyboard("l");
  await settled();
  expect(document.documentElement.outerHTML).not.toMatch(SECRETS);
  release();
  await settled();
  expect(app.count("lock")).toBe(1);
});

test("a_pasted_pin_opens_the_wallet", async () => {
  await opened(locked);
  await paste("PIN", ` ${PIN} `);
  expect(screen.getByRole("navigation", { name: "Main places" })).toBeTruthy();
});

test("a_pin_of_another_length_is_not_tried_before_all_of_it_is_in", async () => {
  const app = await opened({ ...locked, secret: "25802580" });
  await userEvent.type(screen.getByLabelText("PIN"), "25802580");
  await settled();
  expect(app.count("unlock")).toBe(0);
  await userEvent.click(screen.getByRole("button", { name: "Open my wallet" }));
  await settled();
  expect(screen.getByRole("navigation", { name: "Main places" })).toBeTruthy();
});

test("a_wrong_pin_says_how_many_tries_are_left_and_empties_the_field", async () => {
  await opened(locked);
  await paste("PIN", "000000");
  expect(text(screen.getByRole("alert"))).toBe("This is not right. Tries left before a wait: 4");
  expect(screen.getByLabelText<HTMLInputElement>("PIN").value).toBe("");
  expect(document.activeElement).toBe(screen.getByLabelText("PIN"));
});

test("after_too_many_wrong_pins_one_waits_and_sees_how_long", async () => {
  const app = await opened(locked);
  app.refuse("unlock", refusal("wait_before_next_try", "Wait.", "safe", { wait_seconds: 2 }));
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "Date"] });
  await paste("PIN", "000000");
  expect(text(screen.getByRole("timer"))).toBe("You can try again in 2 seconds.");
  expect(screen.getByLabelText<HTMLInputElement>("PIN").disabled).toBe(true);
  vi.advanceTimersByTime(1000);
  await settled();
  expect(text(screen.getByRole("timer"))).toBe("You can try again in 1 second.");
  vi.advanceTimersByTime(1000);
  await settled();
  expect(screen.queryByRole("timer")).toBeNull();
  expect(text()).toContain("You can try again now.");
  vi.useRealTimers();
  await paste("PIN", PIN);
  expect(screen.getByRole("navigation", { name: "Main places" })).toBeTruthy();
});

test("a_passphrase_is_shown_when_asked_and_opens_with_enter", async () => {
  await opened({ glance: { state: "locked", secret: "passphrase" } });
  const field = screen.getByLabelText<HTMLInputElement>("Passphrase");
  expect(field.type).toBe("password");
  await userEvent.click(screen.getByRole("button", { name: /Show/ }));
  expect(field.type).toBe("text");
  await userEvent.type(field, `${PASSPHRASE}{Enter}`);
  await settled();
  expect(screen.getByRole("navigation", { name: "Main places" })).toBeTruthy();
});

test("who_forgot_is_told_the_way_back_and_that_nobody_else_has_one", async () => {
  await opened(locked);
  await userEvent.click(screen.getByRole("button", { name: "I forgot it" }));
  const sheet = await screen.findByRole("dialog", { name: "If you forgot it" });
  expect(text(sheet)).toContain("Your 12 words open it again.");
  expect(text(sheet)).toContain("No one else can open it, not even us.");
});

test("an_error_that_is_no_wrong_pin_is_told_as_it_is", async () => {
  const app = await opened(locked);
  app.refuse("unlock", refusal("keychain_locked"));
  await paste("PIN", PIN);
  expect(text()).toContain("The place where this device keeps keys is locked.");
  expect(text()).toContain("You still have your money.");
});

test("a_link_that_came_while_locked_is_checked_after_unlocking", async () => {
  const app = await opened(locked);
  app.happen({ kind: "code", code: "lnbc210n1pcoffeecornershop" });
  await settled();
  expect(document.documentElement.outerHTML).not.toContain("lnbc210n1pcoffee");
  await paste("PIN", PIN);
  expect(places.current).toEqual({ at: "check", code: "lnbc210n1pcoffeecornershop" });
  expect(app.count("pay")).toBe(0);
});

test("after_a_lock_nobody_is_back_where_they_were", async () => {
  const app = await opened({ payments: payments(8) });
  go({ at: "receipt", payment: "payment-8" });
  await settled();
  app.happen({ kind: "locked" });
  await settled();
  await paste("PIN", PIN);
  expect(places.current).toEqual({ at: "home" });
  expect(places.canGoBack).toBe(false);
});

test("an_untouched_window_asks_for_its_lock", async () => {
  const app = await opened();
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  preferences.lockAfter = "1";
  await Promise.resolve();
  const { flushSync } = await import("svelte");
  flushSync();
  vi.advanceTimersByTime(59_000);
  window.dispatchEvent(new Event("pointerdown"));
  window.dispatchEvent(new Event("pointermove"));
  expect(app.wakings).toBe(1);
  vi.advanceTimersByTime(59_000);
  expect(app.count("lock")).toBe(0);
  vi.advanceTimersByTime(1_000);
  vi.useRealTimers();
  await settled();
  expect(app.count("lock")).toBe(1);
  expect(screen.getByRole("heading", { level: 1, name: "Your wallet is locked" })).toBeTruthy();
});
