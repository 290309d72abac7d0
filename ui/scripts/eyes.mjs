// What both walks through the window share: a browser on the window as it is being made, and
// what is looked for on every page.
import axe from "axe-core";
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { build, preview } from "vite";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));

const STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Runs `walk(open)`, says what was wrong, and ends the program with it. */
export async function walkThrough(walk) {
  mkdirSync("look", { recursive: true });
  // Built as for making it, with the fake app and the gallery, so that each view opens at once.
  process.env.NODE_ENV = "development";
  const outDir = ".walk";
  await build({
    logLevel: "error",
    build: { outDir, minify: false, rolldownOptions: { input: ["index.html", "gallery.html"] } },
  });
  const server = await preview({
    logLevel: "error",
    build: { outDir },
    preview: { port: 0, host: "127.0.0.1" },
  });
  const own = `http://127.0.0.1:${server.httpServer.address().port}`;
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox"],
  });
  const complaints = [];
  let views = 0;

  /** A page of its own, and a way to complain about it by name. */
  async function open(path, { width, height = width < 720 ? 800 : 900, name }) {
    views += 1;
    const page = await browser.newPage({ viewport: { width, height }, reducedMotion: "reduce" });
    const complain = (what) => complaints.push(`${name}: ${what}`);
    page.on("pageerror", (error) => complain(error.message));
    page.on("console", (said) => said.type() === "error" && complain(said.text()));
    page.on("request", (request) => {
      if (!request.url().startsWith(own)) complain(`asked for ${request.url()}`);
    });
    page.setDefaultTimeout(20_000);
    await page.goto(`${own}${path}`);
    await page.locator("main").waitFor({ state: "attached" });
    await page.evaluate(() => document.fonts.ready);
    return { page, complain };
  }

  try {
    await walk(open);
  } finally {
    await browser.close();
    await server.close();
  }
  console.log(`${views} views, pictures in ui/look`);
  for (const complaint of complaints) console.error(complaint);
  process.exitCode = complaints.length > 0 ? 1 : 0;
}

/** Complains about what keeps people out. */
export async function examine(page, complain) {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (over > 0) complain(`scrolls ${over} px sideways`);
  const small = await page.$$eval("button, a, input:not(.spoken), select, summary", (all) =>
    all
      .map((one) => [one.textContent.trim() || one.tagName, one.getBoundingClientRect()])
      .filter(([, box]) => box.width > 1 && (box.width < 48 || box.height < 48))
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
}

/** A picture of the whole page, as if the window were as high as it. */
export async function picture(page, name) {
  const { width } = page.viewportSize();
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ width, height: Math.min(height, 6000) });
  await page.screenshot({ path: `look/${name}.png` });
}
