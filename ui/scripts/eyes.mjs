// What both walks through the window share: a browser on the window as it is being made, and
// what is looked for on every page.
import axe from "axe-core";
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { build, preview } from "vite";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));

const filming = (film) => [
  "--use-fake-ui-for-media-stream",
  "--use-fake-device-for-media-stream",
  `--use-file-for-fake-video-capture=${film}`,
];

/** One that had shown hundreds died of it: each is let go after so many. */
const VIEWS_A_BROWSER = 60;

const STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Runs `walk(open)`, says what was wrong, and ends the program with it. `camera` is a film that every
    page's camera shows; `shipped` builds as for people, without what only helps to make it. */
export async function walkThrough(walk, { shipped = false, camera = undefined } = {}) {
  mkdirSync("look", { recursive: true });
  // Built as for making it, with the fake app and the gallery, so that each view opens at once.
  process.env.NODE_ENV = shipped ? "production" : "development";
  const outDir = ".walk";
  await build({
    logLevel: "error",
    define: { "import.meta.env.DEV": "true" },
    build: { outDir, minify: shipped, rolldownOptions: { input: ["index.html", "gallery.html"] } },
  });
  const server = await preview({
    logLevel: "error",
    build: { outDir },
    preview: { port: 0, host: "127.0.0.1" },
  });
  const own = `http://127.0.0.1:${server.httpServer.address().port}`;
  const complaints = [];
  const began = Date.now();
  let views = 0;
  let browser;

  /** A browser that has not shown too much yet. */
  async function fresh() {
    if (views % VIEWS_A_BROWSER !== 0 && browser?.isConnected()) return browser;
    await browser?.close().catch(() => {});
    browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: ["--no-sandbox", ...(camera === undefined ? [] : filming(camera))],
    });
    return browser;
  }

  /** A page of its own, and a way to complain about it by name. */
  async function open(path, { width, height = width < 720 ? 800 : 900, name }) {
    const page = await (await fresh()).newPage({ viewport: { width, height }, reducedMotion: "reduce" });
    views += 1;
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
    await browser?.close().catch(() => {});
    await server.close();
  }
  const minutes = ((Date.now() - began) / 60_000).toFixed(1);
  console.log(`${views} views in ${minutes} minutes, pictures in ui/look`);
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

/** Complains about what a screen says twice, or not whole. */
export async function read(page, complain) {
  const leading = await page.$$eval("main .filled", (all) =>
    all.filter((one) => one.checkVisibility()).map((one) => one.textContent.trim()),
  );
  if (leading.length > 1) complain(`leads to more than one thing: ${leading.join(", ")}`);
  const cut = await page.$$eval("main *, nav *, .sheet *", (all) => {
    // Said to those who listen alone.
    const covered = (one) => one !== null && (getComputedStyle(one).clipPath !== "none" || covered(one.parentElement));
    return all
      .filter((one) => one.checkVisibility() && !one.closest("svg, select") && !covered(one))
      .filter((one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== ""))
      .filter((one) => {
        const { overflowX, textOverflow, display } = getComputedStyle(one);
        if (display === "inline" || textOverflow === "ellipsis" || /auto|scroll/.test(overflowX)) return false;
        return one.scrollWidth > one.clientWidth + 1;
      })
      .map((one) => one.textContent.trim());
  });
  for (const text of cut) complain(`«${text}» is wider than its place`);
}

/** Goes through the page by the tab key: everything is reached, seen, and left again. */
export async function tabThrough(page, complain) {
  const all = await page.evaluate(() => {
    const found = [...document.querySelectorAll("a, button, input, textarea, select, summary, [tabindex='0']")];
    const radios = new Set();
    return found.filter((one) => {
      if (one.disabled || one.tabIndex < 0 || !one.checkVisibility()) return false;
      // Of a group of radios one is reached; the arrows go on from there.
      if (one.type !== "radio") return true;
      return !radios.has(one.name) && radios.add(one.name);
    }).length;
  });
  await page.evaluate(() => {
    document.activeElement?.blur();
    scrollTo(0, 0);
  });
  const reached = new Set();
  for (let step = 0; step < all + 3; step += 1) {
    await page.keyboard.press("Tab");
    const { at, hidden } = await page.evaluate(() => {
      const one = document.activeElement;
      if (one === null || one === document.body) return { at: "" };
      globalThis.tabbed ??= new Map();
      if (!globalThis.tabbed.has(one)) globalThis.tabbed.set(one, globalThis.tabbed.size);
      const at = `${globalThis.tabbed.get(one)} ${one.textContent.trim() || one.tagName}`;
      // What carries the look of a covered radio or switch is its label.
      const seen = one.matches("input.spoken") ? one.closest("label") : one;
      const box = seen.getBoundingClientRect();
      const [x, y] = [box.x + box.width / 2, box.y + Math.min(box.height / 2, 24)];
      const there = document.elementFromPoint(x, y);
      const hidden = there === null || !(seen.contains(there) || there.contains(seen));
      return { at, hidden };
    });
    if (at === "") continue;
    if (hidden) complain(`«${at}» has the focus and is covered`);
    reached.add(at);
  }
  if (reached.size < all) complain(`the tab key reaches ${reached.size} of ${all}: ${[...reached].join(", ")}`);
}

/** A picture of the whole page, as if the window were as high as it. */
export async function picture(page, name) {
  const { width } = page.viewportSize();
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ width, height: Math.min(height, 6000) });
  await page.screenshot({ path: `look/${name}.png` });
}
