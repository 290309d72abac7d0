// Walks through every screen in Chromium, on the fake app: looks for what keeps people out and
// takes a picture of each into look/. `npm run walk -- welcome settings` walks only those whose
// name has one of these words in it, `--first` in the first manner only, `--wide` in the wide ones
// and `--as=320` in those whose name has this in it; what a browser did not survive is walked once
// more. CHROMIUM names another browser than /usr/bin/chromium.
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { examine, picture, read, walkThrough } from "./eyes.mjs";
import { film, movingParts } from "./film.mjs";
import { tabThrough } from "./keyboard.mjs";
import { MONEY_SCREENS } from "./money-screens.mjs";
import { SCREENS } from "./screens.mjs";
import { STATE_SCREENS } from "./state-screens.mjs";

const wanted = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const [first, wide] = ["--first", "--wide"].map((word) => process.argv.includes(word));
const as = process.argv.find((word) => word.startsWith("--as="))?.slice("--as=".length);

/** Every screen on a phone in both themes; each at least once wide, small, large and mirrored.
    What is only another state of a screen is seen in those of them that find most, and the tab key
    goes where things stand otherwise than before. */
const MANNERS = [
  { width: 390, query: { theme: "light", lang: "en" }, tab: true, states: true },
  { width: 390, query: { theme: "dark", lang: "en" } },
  { width: 320, query: { theme: "light", lang: "en", text: "200" }, tab: true, states: true },
  { width: 320, query: { theme: "light", lang: "en-XA" } },
  { width: 390, query: { theme: "light", lang: "ar" }, tab: true, states: true },
  { width: 768, query: { theme: "dark", lang: "hi" } },
  { width: 1280, query: { theme: "light", lang: "en" }, tab: true },
  { width: 1280, query: { theme: "dark", lang: "en" }, states: true },
  { width: 1280, query: { theme: "dark", lang: "ar", contrast: "more" }, tab: true },
];

const nameOf = ({ width, query }) => [width, ...Object.values(query)].join("-");

/** What every camera here sees: e-cash of many coins, as a code that moves. */
const camera = fileURLToPath(new URL("../look/camera.y4m", import.meta.url));
mkdirSync(new URL("../look/", import.meta.url), { recursive: true });
film(camera, movingParts(`cashuBmadefilm${"o2FteCJodHRwczovL21hcGxl".repeat(30)}`));

const manners = MANNERS.filter(
  (manner, at) =>
    (!first || at === 0) && (!wide || manner.width === 1280) && (as === undefined || nameOf(manner).includes(as)),
);
const screens = [...SCREENS, ...MONEY_SCREENS, ...STATE_SCREENS.map((one) => ({ ...one, state: true }))].filter(
  ({ name }) => wanted.length === 0 || wanted.some((word) => name.includes(word)),
);

async function look(open, { name, query = {}, steps, sheet = false }, manner) {
  const { width, query: how, tab } = manner;
  const full = `${name}-${nameOf(manner)}`;
  const path = `/?${new URLSearchParams({ ...how, ...query })}`;
  const { page, complain } = await open(path, { width, name: full });
  try {
    await page.locator("h1").first().waitFor({ state: "attached" });
    await steps?.(page);
  } catch (error) {
    complain(error.message.split("\n", 1)[0]);
  }
  await page.waitForTimeout(350);
  await examine(page, complain);
  await read(page, complain);
  if (tab) await tabThrough(page, complain);
  if (sheet) await page.screenshot({ path: `look/${full}.png` });
  else await picture(page, full);
  await page.close();
}

const views = screens
  .flatMap((screen) => manners.map((manner) => ({ screen, manner })))
  .filter(({ screen, manner }) => !screen.state || manner.states)
  .values();

await walkThrough(async (first, another) => {
  const walk = async (open) => {
    for (const { screen, manner } of views) {
      try {
        await look(open, screen, manner);
      } catch {
        await look(open, screen, manner);
      }
    }
  };
  // Much of a view is waiting, for what moves to come to rest.
  await Promise.all([walk(first), walk(another()), walk(another())]);
}, { camera });
