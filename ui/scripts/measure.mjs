// How fast the window is, in Chromium and on the fake app: the first picture on a machine that is
// made four times slower, and the frames while 100,000 payments scroll by. Figures, and no verdict.
import { walkThrough } from "./eyes.mjs";

const SLOWER = 4;
const TURNS = 7;

const median = (all) => [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)];
const ms = (time) => `${time.toFixed(0)} ms`;

/** Remembers when the first heading of a real screen was there: what is shown before cannot be used. */
const WHEN_USABLE = () => {
  const look = () => {
    if (document.querySelector("h1[tabindex]")) globalThis.usableAt = performance.now();
    else requestAnimationFrame(look);
  };
  look();
};

async function firstPicture(open, name, path) {
  const times = [];
  const usable = [];
  for (let turn = 0; turn < TURNS; turn += 1) {
    const { page } = await open("/gallery.html", { width: 390, name });
    const session = await page.context().newCDPSession(page);
    await session.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
    await page.addInitScript(WHEN_USABLE);
    await page.goto(new URL(path, page.url()).href);
    await page.waitForFunction(() => globalThis.usableAt !== undefined);
    usable.push(await page.evaluate(() => globalThis.usableAt));
    times.push(
      await page.evaluate(
        () =>
          new Promise((done) => {
            const found = performance.getEntriesByName("first-contentful-paint")[0];
            if (found) return done(found.startTime);
            new PerformanceObserver((list) => {
              const paint = list.getEntriesByName("first-contentful-paint")[0];
              if (paint) done(paint.startTime);
            }).observe({ type: "paint", buffered: true });
          }),
      ),
    );
    await page.close();
  }
  console.log(
    `${name}: first picture after ${ms(median(times))}, usable after ${ms(median(usable))} ` +
      `(medians of ${TURNS}, ${SLOWER} times slower)`,
  );
}

/** Where somebody scrolls: from the newest on, or up from the middle once all was looked at. */
const NEWEST = { name: "from the newest", text: "100", by: 400 };
const FAR_BACK = { name: "from the middle, in letters twice as large", text: "200", by: -400, all: true };

async function scrolling(open, { name, text, by, all = false }) {
  const path = `/?at=activity&payments=100000&text=${text}`;
  const { page } = await open(path, { width: 390, name: `scrolling-${text}` });
  await page.locator("main li").first().waitFor();
  const found = await page.evaluate(
    async ({ by, all }) => {
      const frame = () => new Promise(requestAnimationFrame);
      const whole = () => document.documentElement.scrollHeight;
      // A page of the history came when the end is further away than it was.
      for (let high = 0, still = 0; all && still < 30; ) {
        scrollTo(0, whole());
        await frame();
        still = whole() === high ? still + 1 : 0;
        high = whole();
      }
      if (all) scrollTo(0, whole() / 2);
      for (let settling = 0; settling < 20; settling += 1) await frame();
      const frames = [];
      const from = scrollY;
      let rows = 0;
      let before = performance.now();
      for (let turn = 0; turn < 600; turn += 1) {
        scrollBy(0, by);
        await frame();
        const now = performance.now();
        frames.push(now - before);
        before = now;
        rows = Math.max(rows, document.querySelectorAll("main .list li").length);
      }
      const size = Number(document.querySelector("main .list li").getAttribute("aria-setsize"));
      return { frames, rows, size, far: Math.abs(scrollY - from) };
    },
    { by, all },
  );
  const sorted = [...found.frames].sort((a, b) => a - b);
  const slow = found.frames.filter((time) => time > 34).length;
  console.log(
    `scrolling ${found.far} px ${name}, ${found.size} rows known of 100,000 payments: ` +
      `median frame ${ms(median(sorted))}, 95 % within ${ms(sorted[Math.floor(sorted.length * 0.95)])}, ` +
      `${slow} of 600 longer than two; at most ${found.rows} rows in the page`,
  );
}

await walkThrough(async (open) => {
  await firstPicture(open, "welcome", "/?state=none");
  await firstPicture(open, "home", "/?payments=12");
  for (const where of [NEWEST, FAR_BACK]) await scrolling(open, where);
}, { shipped: true });
