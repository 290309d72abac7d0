// Looks at every part as a person would: opens the gallery in Chromium, takes a picture at
// four widths in both themes and two directions, and lets axe look for what keeps people out.
// Pictures go to look/. CHROMIUM names another browser than /usr/bin/chromium.
import axe from "axe-core";
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { createServer } from "vite";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
mkdirSync("look", { recursive: true });

const WIDTHS = [320, 390, 768, 1280];
const THEMES = ["light", "dark"];
const LANGUAGES = ["en", "ar"];
const STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

const views = [];
for (const width of WIDTHS) {
  for (const theme of THEMES) {
    for (const lang of LANGUAGES) views.push({ width, query: { theme, lang } });
  }
}
for (const theme of THEMES) {
  views.push({ width: 390, query: { theme, lang: "en", sheet: "1" } });
  views.push({ width: 390, query: { theme, lang: "en", contrast: "more" } });
  views.push({ width: 390, query: { theme, lang: "en", contrast: "more", sheet: "1" } });
}
views.push({ width: 1280, query: { theme: "light", lang: "ar", sheet: "1" } });
views.push({ width: 390, query: { theme: "light", lang: "en", hide: "1" } });
for (const lang of ["en-XA", "hi", "ko"]) views.push({ width: 320, query: { theme: "light", lang } });

const server = await createServer({ logLevel: "error", server: { port: 0, host: "127.0.0.1" } });
await server.listen();
const { port } = server.httpServer.address();
const own = `http://127.0.0.1:${port}`;
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});

const complaints = [];
try {
  for (const { width, query } of views) {
    const name = [width, ...Object.entries(query).map(([key, value]) => (value === "1" ? key : value))];
    const page = await browser.newPage({
      viewport: { width, height: width < 720 ? 800 : 900 },
      reducedMotion: "reduce",
    });
    const complain = (what) => complaints.push(`${name.join(" ")}: ${what}`);
    page.on("pageerror", (error) => complain(error.message));
    page.on("console", (said) => said.type() === "error" && complain(said.text()));
    page.on("request", (request) => {
      if (!request.url().startsWith(own)) complain(`asked for ${request.url()}`);
    });
    await page.goto(`${own}/gallery.html?${new URLSearchParams(query)}`);
    await page.locator("main").waitFor({ state: "attached" });
    await page.evaluate(() => document.fonts.ready);
    const lang = await page.evaluate(() => document.documentElement.lang);
    if (lang !== query.lang) complain(`is in ${lang}`);
    await page.waitForTimeout(600);

    const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (over > 0) complain(`scrolls ${over} px sideways`);
    const small = await page.$$eval("button, a, input", (all) =>
      all
        .map((one) => [one.textContent.trim() || one.tagName, one.getBoundingClientRect()])
        .filter(([, box]) => box.width > 0 && (box.width < 48 || box.height < 48))
        .map(([text]) => text),
    );
    for (const text of small) complain(`«${text}» is smaller than 48 px`);

    await page.evaluate(axe.source);
    const { violations } = await page.evaluate(
      (values) => globalThis.axe.run(document, { runOnly: { type: "tag", values } }),
      STANDARD,
    );
    for (const { id, nodes } of violations) {
      for (const { html, failureSummary } of nodes.slice(0, 3)) {
        complain(`${id}: ${html.slice(0, 160)} (${failureSummary.split("\n")[1]?.trim()})`);
      }
    }
    if (query.sheet === undefined) {
      // A window as high as the page, or the bar below would lie across its middle.
      const height = await page.evaluate(() => document.documentElement.scrollHeight);
      await page.setViewportSize({ width, height });
    }
    await page.screenshot({ path: `look/${name.join("-")}.png` });
    await page.close();
  }
} finally {
  await browser.close();
  await server.close();
}

console.log(`${views.length} views, pictures in ui/look`);
for (const complaint of complaints) console.error(complaint);
process.exitCode = complaints.length > 0 ? 1 : 0;
