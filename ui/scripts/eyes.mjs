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

/** Runs `walk(open, another)`, says at once what is wrong, and ends the program with it; `another()` is
    one more way to open, in a browser of its own, for who looks at several things at once. `camera` is a film that every
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
  let complaints = 0;
  const began = Date.now();
  let views = 0;
  const browsers = [];

  /** A browser that has not shown too much yet: each time it is asked for one. */
  function browsing() {
    const at = browsers.push(undefined) - 1;
    let shown = 0;
    return async () => {
      shown += 1;
      if (shown % VIEWS_A_BROWSER !== 1 && browsers[at]?.isConnected()) return browsers[at];
      await browsers[at]?.close().catch(() => {});
      browsers[at] = await chromium.launch({
        executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
        args: ["--no-sandbox", ...(camera === undefined ? [] : filming(camera))],
      });
      return browsers[at];
    };
  }

  /** A page of its own, and a way to complain about it by name. */
  const opening = (fresh) => async (path, { width, height = width < 720 ? 800 : 900, name }) => {
    const page = await (await fresh()).newPage({ viewport: { width, height }, reducedMotion: "reduce" });
    views += 1;
    const complain = (what) => {
      complaints += 1;
      console.error(`${name}: ${what}`);
    };
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
  };

  try {
    const another = () => opening(browsing());
    await walk(another(), another);
  } finally {
    await Promise.all(browsers.map((browser) => browser?.close().catch(() => {})));
    await server.close();
  }
  const minutes = ((Date.now() - began) / 60_000).toFixed(1);
  console.log(`${views} views in ${minutes} minutes, ${complaints} complaints, pictures in ui/look`);
  process.exitCode = complaints > 0 ? 1 : 0;
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
  const over = await page.$$eval("main li + li", (all) =>
    all
      .filter((one) => one.checkVisibility() && one.previousElementSibling.checkVisibility())
      .filter((one) => {
        const [a, b] = [one.previousElementSibling, one].map((row) => row.getBoundingClientRect());
        const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        return across > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
      })
      .map((one) => one.textContent.trim()),
  );
  for (const text of over) complain(`«${text}» lies over what stands before it`);
}

/** A picture of the whole page, as if the window were as high as it. */
export async function picture(page, name) {
  await page.evaluate(() => {
    document.activeElement?.blur();
    scrollTo(0, 0);
  });
  const { width } = page.viewportSize();
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ width, height: Math.min(height, 6000) });
  await page.screenshot({ path: `look/${name}.png` });
}
