// Looks at every part as a person would: opens the gallery in Chromium, takes a picture at
// four widths in both themes and two directions, and lets axe look for what keeps people out.
// Pictures go to look/. CHROMIUM names another browser than /usr/bin/chromium.
import { examine, picture, walkThrough } from "./eyes.mjs";

const views = [];
for (const width of [320, 390, 768, 1280]) {
  for (const theme of ["light", "dark"]) {
    for (const lang of ["en", "ar"]) views.push({ width, query: { theme, lang } });
  }
}
for (const theme of ["light", "dark"]) {
  views.push({ width: 390, query: { theme, lang: "en", sheet: "1" } });
  views.push({ width: 390, query: { theme, lang: "en", contrast: "more" } });
  views.push({ width: 390, query: { theme, lang: "en", contrast: "more", sheet: "1" } });
}
views.push({ width: 1280, query: { theme: "light", lang: "ar", sheet: "1" } });
views.push({ width: 390, query: { theme: "light", lang: "en", hide: "1" } });
for (const lang of ["en-XA", "hi", "ko"]) views.push({ width: 320, query: { theme: "light", lang } });

await walkThrough(async (open) => {
  for (const { width, query } of views) {
    const name = [width, ...Object.entries(query).map(([key, value]) => (value === "1" ? key : value))].join("-");
    const { page, complain } = await open(`/gallery.html?${new URLSearchParams(query)}`, { width, name });
    const lang = await page.evaluate(() => document.documentElement.lang);
    if (lang !== query.lang) complain(`is in ${lang}`);
    await page.waitForTimeout(600);
    await examine(page, complain);
    if (query.sheet === undefined) await picture(page, name);
    else await page.screenshot({ path: `look/${name}.png` });
    await page.close();
  }
});
