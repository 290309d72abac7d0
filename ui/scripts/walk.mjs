// Walks through every screen in Chromium, on the fake app: looks for what keeps people out and
// takes a picture of each into look/. `npm run walk -- welcome settings` walks only those whose
// name has one of these words in it, `--first` in the first manner only. CHROMIUM names another browser than /usr/bin/chromium.
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { examine, picture, tabThrough, walkThrough } from "./eyes.mjs";
import { film, movingParts } from "./film.mjs";
import { MONEY_SCREENS } from "./money-screens.mjs";
import { SCREENS } from "./screens.mjs";

const wanted = process.argv.slice(2).filter((word) => word !== "--first");
const only = process.argv.includes("--first") ? 1 : undefined;

/** Every screen on a phone in both themes; each at least once wide, small, large and mirrored. */
const MANNERS = [
  { width: 390, query: { theme: "light", lang: "en" }, tab: true },
  { width: 390, query: { theme: "dark", lang: "en" } },
  { width: 320, query: { theme: "light", lang: "en", text: "200" } },
  { width: 320, query: { theme: "light", lang: "en-XA" } },
  { width: 390, query: { theme: "light", lang: "ar" } },
  { width: 768, query: { theme: "dark", lang: "hi" } },
  { width: 1280, query: { theme: "light", lang: "en" }, tab: true },
  { width: 1280, query: { theme: "dark", lang: "ar", contrast: "more" } },
];

/** What every camera here sees: e-cash of many coins, as a code that moves. */
const camera = fileURLToPath(new URL("../look/camera.y4m", import.meta.url));
mkdirSync(new URL("../look/", import.meta.url), { recursive: true });
film(camera, movingParts(`cashuBmadefilm${"o2FteCJodHRwczovL21hcGxl".repeat(30)}`));

await walkThrough(async (open) => {
  for (const { name, query = {}, steps, sheet = false } of [...SCREENS, ...MONEY_SCREENS]) {
    if (wanted.length > 0 && !wanted.some((word) => name.includes(word))) continue;
    for (const manner of MANNERS.slice(0, only)) {
      const { width } = manner;
      const full = [name, width, ...Object.values(manner.query)].join("-");
      const path = `/?${new URLSearchParams({ ...manner.query, ...query })}`;
      const { page, complain } = await open(path, { width, name: full });
      try {
        await page.locator("h1").first().waitFor({ state: "attached" });
        await steps?.(page);
      } catch (error) {
        complain(error.message.split("\n", 1)[0]);
      }
      await page.waitForTimeout(350);
      await examine(page, complain);
      if (manner.tab && !sheet) await tabThrough(page, complain);
      if (sheet) await page.screenshot({ path: `look/${full}.png` });
      else await picture(page, full);
      await page.close();
    }
  }
}, { camera });
