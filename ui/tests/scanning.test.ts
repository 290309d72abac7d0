import { fireEvent, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { go, places } from "$lib/places.svelte";
import { BREAD, COFFEE, GIFT } from "./app/codes";
import { closed, opened, settled, text } from "./app/opened";
import { button, pictureOf, press, write } from "./hand";

afterEach(() => {
  closed();
  vi.restoreAllMocks();
  Reflect.deleteProperty(navigator, "mediaDevices");
});

const check = (code: string) => ({ at: "check", code });

/** A device with a camera that answers like this, or without one. */
function camera(getUserMedia: (() => Promise<MediaStream>) | undefined) {
  const value = getUserMedia && { getUserMedia };
  Object.defineProperty(navigator, "mediaDevices", { configurable: true, value });
}

test("from_home_to_the_figures_it_is_two_taps", async () => {
  const app = await opened();
  app.town.copied = COFFEE.code;
  await userEvent.click(screen.getByRole("link", { name: "Scan" }));
  await settled();
  await press("Paste");
  expect(places.current).toEqual(check(COFFEE.code));
});

test("what_i_copied_is_looked_at_only_when_i_say_so", async () => {
  const app = await opened();
  app.town.copied = COFFEE.code;
  go({ at: "scan" });
  await settled();
  expect(app.count("clipboard")).toBe(0);
});

test("where_the_system_does_not_let_us_look_i_can_paste_by_hand", async () => {
  await opened({}, { at: "scan" });
  await press("Paste");
  expect(text()).toContain("Paste it in the field below.");
  expect(document.activeElement).toBe(screen.getByLabelText("Payment code"));
  await write("Payment code", COFFEE.code);
  await press("Check it");
  expect(places.current).toEqual(check(COFFEE.code));
});

test("a_picked_a_dropped_and_a_pasted_picture_each_lead_to_the_check", async () => {
  const ways = {
    picked: async () => {
      const field = document.querySelector<HTMLInputElement>("input[type=file]");
      if (field === null) throw new Error("there is no way to pick a picture");
      await userEvent.upload(field, pictureOf(COFFEE.code));
    },
    dropped: async () => {
      const dropped = new Event("drop", { cancelable: true });
      Object.assign(dropped, { dataTransfer: { files: [pictureOf(COFFEE.code)], getData: () => "" } });
      window.dispatchEvent(dropped);
    },
    pasted: async () => {
      const pasted = new Event("paste", { cancelable: true });
      Object.assign(pasted, { clipboardData: { files: [pictureOf(COFFEE.code)], getData: () => "" } });
      window.dispatchEvent(pasted);
    },
  };
  for (const [way, does] of Object.entries(ways)) {
    await opened({}, { at: "scan" });
    await does();
    await vi.waitFor(() => expect(places.current, way).toEqual(check(COFFEE.code)));
  }
});

test("of_several_codes_in_a_picture_i_choose_one", async () => {
  await opened({}, { at: "scan" });
  const dropped = new Event("drop", { cancelable: true });
  const files = [pictureOf(COFFEE.code, BREAD.code)];
  Object.assign(dropped, { dataTransfer: { files, getData: () => "" } });
  window.dispatchEvent(dropped);
  await vi.waitFor(() => expect(text()).toContain("Which code do you mean?"));
  const second = screen.getAllByRole("button").find((one) => text(one).includes("creqA"));
  if (second === undefined) throw new Error("the second code is not offered");
  await userEvent.click(second);
  await settled();
  expect(places.current).toEqual(check(BREAD.code));
});

test("e_cash_is_taken_in_and_never_paid", async () => {
  await opened({}, { at: "scan" });
  await write("Payment code", GIFT.code);
  await press("Check it");
  expect(places.current).toEqual({ at: "take_in", code: GIFT.code });
});

test("what_cannot_be_paid_says_so_and_stays", async () => {
  const app = await opened({}, { at: "scan" });
  await press("Check it");
  expect(text()).toContain("Paste a code here first.");
  await write("Payment code", "bc1qonchainaddress");
  await press("Check it");
  expect(text()).toContain("This is a bitcoin address.");
  expect(places.current.at).toBe("scan");
  expect(app.count("review")).toBe(0);
});

test("a_page_may_be_an_issuer_and_i_say_whether_it_is", async () => {
  await opened({}, { at: "scan" });
  await write("Payment code", "https://paper.example/article");
  await press("Check it");
  expect(places.current.at).toBe("scan");
  await press("It is an issuer: look at it");
  expect(places.current).toEqual({ at: "issuer", address: "https://paper.example/article" });
});

test("no_camera_is_a_normal_state", async () => {
  camera(undefined);
  await opened({}, { at: "scan" });
  expect(button("Use camera")).toBeUndefined();
  expect(text()).toContain("No camera? Paste a code, or pick a picture.");
  expect(button("Paste")).toBeTruthy();
});

test("a_camera_that_does_not_work_is_not_offered_again", async () => {
  camera(() => Promise.reject(new Error("no device")));
  await opened({}, { at: "scan" });
  await press("Use camera");
  await settled();
  expect(button("Use camera")).toBeUndefined();
  expect(text()).toContain("No camera? Paste a code, or pick a picture.");
});

test("the_camera_runs_only_after_a_tap_and_stops_when_i_leave", async () => {
  const stop = vi.fn();
  const asked = vi.fn(() =>
    Promise.resolve({ getTracks: () => [{ stop }, { stop }] } as unknown as MediaStream),
  );
  camera(asked);
  vi.spyOn(HTMLMediaElement.prototype, "play").mockResolvedValue();
  vi.spyOn(HTMLMediaElement.prototype, "srcObject", "set").mockReturnValue();
  await opened({}, { at: "scan" });
  expect(asked).not.toHaveBeenCalled();
  await press("Use camera");
  await settled();
  expect(text()).toContain("Point the camera at the code.");
  expect(stop).not.toHaveBeenCalled();
  go({ at: "home" });
  await settled();
  expect(stop).toHaveBeenCalledTimes(2);
});

test("a_text_pasted_anywhere_on_the_screen_is_read", async () => {
  await opened({}, { at: "scan" });
  const pasted = new Event("paste", { cancelable: true });
  Object.assign(pasted, { clipboardData: { files: [], getData: () => COFFEE.code } });
  fireEvent(window, pasted);
  await settled();
  expect(places.current).toEqual(check(COFFEE.code));
});
