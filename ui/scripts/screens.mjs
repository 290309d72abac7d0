// Every screen and how one gets to each of its states. A step is what a person does: by position
// where the language is not known.
const PIN = "123456";

const welcome = { state: "none" };
const nth = (page, role, at) => page.locator(`main ${role}`).nth(at);

async function toStart(page) {
  await page.locator("main li button[aria-current]").click();
}

async function toWords(page) {
  await toStart(page);
  await page.locator("main .ways > button").last().click();
}

/** A PIN there is may be longer than six digits: one says when it is all of it. */
async function typePin(page, pin) {
  await page.locator("main input").fill(pin);
  await page.keyboard.press("Enter");
}

async function showWords(page) {
  await typePin(page, PIN);
  await page.locator("main ol").waitFor();
}

export const SCREENS = [
  { name: "welcome-1-language", query: welcome },
  { name: "welcome-2-start", query: welcome, steps: toStart },
  {
    name: "welcome-3-pin",
    query: welcome,
    steps: async (page) => {
      await toStart(page);
      await nth(page, ".ways > button", 0).click();
      await page.locator("main input").fill("12345");
    },
  },
  {
    name: "welcome-3-passphrase",
    query: { ...welcome, passphrase: "1" },
    steps: async (page) => {
      await toStart(page);
      await nth(page, ".ways > button", 0).click();
    },
  },
  {
    name: "welcome-4-restore",
    query: welcome,
    steps: async (page) => {
      await toWords(page);
      await nth(page, "input", 0).fill("abandon ability able abuot zzz");
      await nth(page, "input", 5).fill("ab");
    },
  },
  { name: "lock-1", query: { state: "locked" } },
  {
    name: "lock-2-wrong",
    query: { state: "locked" },
    steps: async (page) => {
      await typePin(page, "111111");
      await page.locator("[role=alert]").waitFor();
    },
  },
  {
    name: "lock-3-wait",
    query: { state: "locked" },
    steps: async (page) => {
      for (let turn = 0; turn < 6; turn += 1) {
        await typePin(page, "111111");
        await page.waitForTimeout(80);
      }
      await page.locator("[role=timer]").waitFor();
    },
  },
  {
    name: "lock-4-forgot",
    query: { state: "locked", passphrase: "1" },
    sheet: true,
    steps: (page) => page.locator("main .quiet").click(),
  },
  {
    name: "lock-5-come-back",
    query: { state: "locked" },
    steps: async (page) => {
      await page.locator("main .quiet").click();
      await page.locator(".sheet .filled").click();
      await page.locator("main ol").waitFor();
    },
  },
  { name: "home-1", query: { payments: "12" } },
  { name: "home-2-practice-empty", query: { money: "0", payments: "0" } },
  { name: "home-3-real-empty", query: { money: "none", payments: "0", real: "1" } },
  { name: "home-4-real-full", query: { real: "1", birch: "1", words_unseen: "1", cash: "1" } },
  { name: "home-5-hidden", query: { hide: "1" } },
  { name: "words-1", query: { at: "words", words_unseen: "1" } },
  { name: "words-2-list", query: { at: "words", words_unseen: "1" }, steps: showWords },
  {
    name: "words-3-check",
    query: { at: "words", words_unseen: "1" },
    steps: async (page) => {
      await showWords(page);
      await page.locator("main .button.filled").click();
    },
  },
  { name: "words-4-written", query: { at: "words" } },
  { name: "settings", query: { at: "settings" } },
  { name: "about", query: { at: "about" } },
  { name: "more", query: { at: "more" } },
  { name: "sharing", query: { at: "sharing" } },
  { name: "problems", query: { at: "problems" } },
  { name: "unusable", query: { state: "unusable" } },
  { name: "keys", query: { at: "more" }, sheet: true, steps: (page) => page.keyboard.press("?") },
];
