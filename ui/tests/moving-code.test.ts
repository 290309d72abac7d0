import { render, screen } from "@testing-library/svelte";
import encodeQR from "qr";
import decodeQR from "qr/decode.js";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import MovingCode from "$components/shared/MovingCode.svelte";
import { isPart } from "../src/views/scan/frame";
import { Collector, framesOf } from "./app/frames";
import { closed, opened, text } from "./app/opened";
import { press, write } from "./hand";

const lessMotion = (less: boolean) =>
  vi.stubGlobal("matchMedia", () => ({ matches: less, addEventListener() {}, removeEventListener() {} }));

beforeEach(() => lessMotion(false));
afterEach(() => {
  closed();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const FRAMES = ["UR:BYTES/1-3/ONE", "UR:BYTES/2-3/TWO", "UR:BYTES/3-3/THREE"];
const shown = () => document.querySelector("svg.code path")?.getAttribute("d");

test("a_gift_of_many_coins_is_a_code_that_moves_and_can_be_held_still", async () => {
  await opened({}, { at: "give" });
  await write("How much do you want to give?", "640");
  await press("See what it costs");
  await press("Give 640 sat");
  expect(text()).toContain("This code moves.");
  await press("Pause");
  const first = shown();
  await press("Next picture");
  expect(shown()).not.toBe(first);
  expect(text()).not.toContain("too long");
});

test("a_small_gift_is_one_still_picture", async () => {
  const app = await opened({}, { at: "give" });
  await write("How much do you want to give?", "64");
  await press("See what it costs");
  await press("Give 64 sat");
  expect(text()).not.toContain("This code moves.");
  expect(app.count("frames")).toBe(0);
});

test("who_wants_less_motion_sees_it_still_until_they_say_so", async () => {
  vi.useFakeTimers();
  lessMotion(true);
  render(MovingCode, { frames: FRAMES, title: "Code" });
  const first = shown();
  await vi.advanceTimersByTimeAsync(5000);
  expect(shown()).toBe(first);
  screen.getByRole("button", { name: "Let it move" }).click();
  await vi.advanceTimersByTimeAsync(300);
  expect(shown()).not.toBe(first);
});

test("every_picture_of_it_has_the_same_size", async () => {
  vi.useFakeTimers();
  const parts = ["UR:BYTES/1-2/A", `UR:BYTES/2-2/${"B".repeat(300)}`];
  render(MovingCode, { frames: parts, title: "Code" });
  const size = () => document.querySelector("svg.code")?.getAttribute("viewBox");
  const first = size();
  await vi.advanceTimersByTimeAsync(300);
  expect(size()).toBe(first);
});

/** The squares of a code as a camera's picture of them. */
function pictured(code: string) {
  const rows = encodeQR(code, "raw", { border: 4, ecc: "medium" });
  const dot = 4;
  const side = rows.length * dot;
  const data = new Uint8ClampedArray(side * side * 4);
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      const grey = rows[Math.floor(y / dot)]?.[Math.floor(x / dot)] ? 20 : 235;
      data.set([grey, grey, grey, 255], (y * side + x) * 4);
    }
  }
  return { width: side, height: side, data };
}

test("what_the_camera_sees_of_a_moving_code_becomes_the_whole_of_it_in_any_order", () => {
  const token = `cashuBmade${"o2FteCJodHRwczovL21hcGxl".repeat(60)}`;
  const collector = new Collector();
  const seen = framesOf(token).reverse().map((frame) => decodeQR(pictured(frame)));
  expect(seen.length).toBeGreaterThan(2);
  expect(seen.every(isPart)).toBe(true);
  const answers = seen.map((frame) => collector.take(frame));
  expect(answers.slice(0, -1).every(({ code }) => code === null)).toBe(true);
  expect(answers.at(-1)?.code).toBe(token);
});

test("an_ordinary_code_is_no_part", () => {
  for (const code of ["lnbc1abc", "cashuBabc", "bitcoin:?lightning=LNBC1"]) expect(isPart(code)).toBe(false);
});
