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
  await page.locator("main .ways .row").last().click();
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
      await nth(page, ".ways .row", 0).click();
      await page.locator("main input").fill("12345");
    },
  },
  {
    name: "welcome-3-passphrase",
    query: { ...welcome, passphrase: "1" },
    steps: async (page) => {
      await toStart(page);
      await nth(page, ".ways .row", 0).click();
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
  { name: "settings-1", query: { at: "settings" } },
  { name: "about", query: { at: "about" } },
  { name: "more", query: { at: "more" } },
  { name: "sharing-1-none", query: { at: "sharing" } },
  { name: "sharing-2-lived", query: { at: "sharing", lived: "1" } },
  {
    name: "sharing-3-by-item",
    query: { at: "sharing", lived: "1" },
    steps: (page) => page.locator("main fieldset label").last().click(),
  },
  { name: "merchants-1", query: { at: "merchants", lived: "1" } },
  { name: "merchant-1-knows", query: { at: "merchant", merchant: "3", lived: "1" } },
  {
    name: "merchant-2-nothing",
    query: { at: "merchant", merchant: "1", lived: "1" },
    steps: (page) => page.locator("main summary").first().click(),
  },
  {
    name: "merchant-3-forget",
    query: { at: "merchant", merchant: "3", lived: "1" },
    sheet: true,
    steps: (page) => page.locator("main .ways .button").last().click(),
  },
  { name: "statement-1-shop", query: { at: "statement", merchant: "1", payments: "40" } },
  {
    name: "statement-2-locked",
    query: { at: "statement", payments: "3" },
    steps: async (page) => {
      await page.locator("main input[type=text]").first().fill("Ada");
      await page.locator("main fieldset").first().locator("label").last().click();
      await page.locator("main .days input").first().fill("2026-11-01");
      await page.locator("main .days input").last().fill("");
      await page.locator("main fieldset").last().locator("label").last().click();
      await page.locator("main input[type=password]").waitFor();
      await page.locator("main summary").click();
    },
  },
  { name: "statement-3-none", query: { at: "statement", merchant: "1", payments: "0" } },
  { name: "statistics-1", query: { at: "statistics" } },
  {
    name: "statistics-2-on",
    query: { at: "statistics" },
    steps: async (page) => {
      await page.locator("main .switch").first().click();
      await page.locator("main input[type=text]").waitFor();
      await page.locator("main summary").click();
    },
  },
  { name: "erase-1-lost", query: { at: "erase", birch: "1", payments: "0" } },
  { name: "erase-2-deciding", query: { at: "erase", words_unseen: "1", payments: "12" } },
  {
    name: "erase-3-words",
    query: { at: "erase", payments: "0" },
    steps: (page) => page.locator("main .button").last().click(),
  },
  {
    name: "erase-4-last",
    query: { at: "erase", payments: "0" },
    sheet: true,
    steps: async (page) => {
      await page.locator("main .button").last().click();
      await page.locator("main ol input").first().waitFor();
      await page.locator("main ol input").first().evaluate((input) => {
        input.value = "abandon ability able about above absent absorb abstract absurd abuse access accident";
        input.dispatchEvent(new Event("input", { bubbles: true }));
      });
      await page.locator("main .filled").click();
      await page.locator("main input").last().fill("123456");
      await page.locator("main .danger").last().click();
    },
  },
  { name: "request-1-erasure", query: { at: "request", merchant: "3", kind: "erasure", lived: "1" } },
  { name: "request-2-nowhere", query: { at: "request", merchant: "1", kind: "access", lived: "1" } },
  { name: "details-1", query: { at: "details", lived: "1" } },
  {
    name: "details-2-write",
    query: { at: "details", lived: "1" },
    steps: (page) => page.locator("main .button").nth(2).click(),
  },
  { name: "consents-1", query: { at: "consents", lived: "1" } },
  { name: "consents-2-none", query: { at: "consents" } },
  { name: "problems", query: { at: "problems" } },
  { name: "unusable", query: { state: "unusable" } },
  { name: "keys", query: { at: "more" }, sheet: true, steps: (page) => page.keyboard.press("?") },
];
