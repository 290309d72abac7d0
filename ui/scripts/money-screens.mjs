// The screens of money and paying, as screens.mjs has the others.
import { arrived, check, coffee, filled, paid } from "./hands.mjs";

const signIn = { at: "sign_in", code: "keyauth://forum.example/?tag=login&k1=aa&action=register" };

const pay = async (page) => {
  await filled(page).click();
};

async function typed(page, amount) {
  await page.locator("main input[inputmode=decimal]").fill(amount);
  await filled(page).click();
}

async function codeShown(page) {
  await typed(page, "1000");
  await arrived(page, "main svg.code");
}

async function given(page) {
  await typed(page, "64");
  await arrived(page, "main table");
  await filled(page).click();
  await arrived(page, "main svg.code");
}

export const MONEY_SCREENS = [
  { name: "scan-1", query: { at: "scan" } },
  {
    name: "scan-2-page",
    query: { at: "scan" },
    steps: async (page) => {
      await page.locator("main textarea").fill("https://paper.example/article");
      await page.locator("main .button").last().click();
      await arrived(page, "main .notice");
    },
  },
  {
    name: "scan-3-camera",
    query: { at: "scan" },
    steps: async (page) => {
      await page.locator("main .button.filled").first().click();
      await arrived(page, "main video");
      // Part by part, until the whole of it leads on by itself.
      await page.waitForFunction(() => document.querySelector("main video") === null);
      await arrived(page, "main .notice");
    },
  },
  { name: "check-1-coffee", query: coffee },
  { name: "check-2-hidden", query: { ...coffee, hide: "1", cash: "1" } },
  { name: "check-3-pin", query: check("lnbc30u1pbootsmarket") },
  {
    name: "check-4-wrong-pin",
    query: check("lnbc30u1pbootsmarket"),
    steps: async (page) => {
      await page.locator("main input").last().fill("111111");
      await filled(page).click();
      await arrived(page, "main [role=alert]");
    },
  },
  { name: "check-5-risk", query: check("lnbc100n1phostile") },
  { name: "check-6-open", query: check("lnbc1popenbusker") },
  {
    name: "check-7-open-said",
    query: check("lnbc1popenbusker"),
    steps: async (page) => {
      await typed(page, "1.50");
      await arrived(page, "main table");
    },
  },
  { name: "check-8-not-enough", query: check("lnbc9m1phouse") },
  { name: "check-9-paid-before", query: check("lnbc210n1palreadypaid") },
  { name: "check-10-offline", query: check("lnbc210n1pcoffeecornershop", { offline: "1" }) },
  { name: "check-11-no-issuer", query: check("lnbc210n1pcoffeecornershop", { money: "none" }) },
  {
    name: "check-12-dearer",
    query: check("lnbc600n1pdearercafe"),
    steps: async (page) => {
      await filled(page).waitFor();
      await pay(page);
      await page.waitForTimeout(200);
    },
  },
  { name: "check-14-asks", query: check("lnbc700n1pcuriousbakery", { lived: "1" }) },
  {
    name: "check-15-shared",
    query: check("lnbc700n1pcuriousbakery", { lived: "1" }),
    steps: async (page) => {
      await page.locator("main .switch").first().click();
      await page.locator("main .switch input:checked").first().waitFor({ state: "attached" });
    },
  },
  { name: "check-16-demands", query: check("lnbc800n1pdemandingclub", { lived: "1" }) },
  { name: "check-17-still-deciding", query: check("lnbc200n1pslowarcade") },
  { name: "receipt-1-paid", query: coffee, steps: paid },
  { name: "receipt-2-deciding", query: check("lnbc500n1pslowarcade", { payments: "0" }), steps: paid },
  { name: "receipt-3-not-paid", query: check("lnbc400n1plostkiosk"), steps: paid },
  { name: "receipt-4-in", query: { at: "receipt", payment: "payment-7" } },
  { name: "activity-1", query: { at: "activity", payments: "60" } },
  { name: "activity-2-empty", query: { at: "activity", payments: "0" } },
  {
    name: "activity-3-no-match",
    query: { at: "activity" },
    steps: async (page) => {
      await page.locator("main input").fill("zzzz");
      await arrived(page, "main .empty");
    },
  },
  {
    name: "activity-4-table",
    query: { at: "activity", payments: "60" },
    steps: (page) => page.locator("main figure .button").click(),
  },
  { name: "fees-1", query: { at: "fees", payments: "40" } },
  {
    name: "fees-2-table",
    query: { at: "fees", payments: "40" },
    steps: (page) => page.locator("main figure .button").first().click(),
  },
  { name: "add-money-1", query: { at: "add_money" } },
  { name: "add-money-2-purses", query: { at: "add_money", birch: "1" } },
  { name: "add-money-3-code", query: { at: "add_money" }, steps: codeShown },
  {
    name: "add-money-4-received",
    query: { at: "add_money" },
    steps: async (page) => {
      await codeShown(page);
      await page.locator("main .button").last().click();
      await arrived(page, "main .done");
    },
  },
  { name: "add-money-5-no-issuer", query: { at: "add_money", money: "none", real: "1" } },
  { name: "get-paid-1", query: { at: "get_paid" } },
  { name: "get-paid-2-code", query: { at: "get_paid" }, steps: codeShown },
  {
    name: "get-paid-3-ecash",
    query: { at: "get_paid" },
    steps: async (page) => {
      await codeShown(page);
      await page.locator("main .tab").last().click();
    },
  },
  { name: "give-1", query: { at: "give" } },
  {
    name: "give-2-plan",
    query: { at: "give" },
    steps: async (page) => {
      await typed(page, "64");
      await arrived(page, "main table");
    },
  },
  { name: "give-3-given", query: { at: "give" }, steps: given },
  {
    name: "give-4-moving",
    query: { at: "give" },
    steps: async (page) => {
      await typed(page, "640");
      await arrived(page, "main table");
      await filled(page).click();
      await arrived(page, "main .moving");
    },
  },
  {
    name: "give-5-not-enough",
    query: { at: "give" },
    steps: async (page) => {
      await typed(page, "64000");
      await arrived(page, "main .notice");
    },
  },
  { name: "take-in-1", query: { at: "take_in", code: "cashuBgiftfromada" } },
  { name: "take-in-2-stranger", query: { at: "take_in", code: "cashuBgiftfromstranger" } },
  { name: "take-in-3-spent", query: { at: "take_in", code: "cashuBgiftspent" } },
  {
    name: "take-in-4-taken",
    query: { at: "take_in", code: "cashuBgiftfromada" },
    steps: paid,
  },
  { name: "take-in-5-voucher", query: { at: "take_in", code: "lnurl1voucherkiosk" } },
  { name: "sign-in-1", query: signIn },
  {
    name: "sign-in-2-done",
    query: signIn,
    steps: async (page) => {
      await filled(page).click();
      await arrived(page, "main .done");
    },
  },
  { name: "check-13-currency", query: { ...coffee, currency: "EUR" } },
  { name: "settings-2-currency", query: { at: "settings", currency: "EUR" } },
  { name: "page-1-check", query: check("https://paper.example/article") },
  {
    name: "page-2-here",
    query: check("https://paper.example/article"),
    steps: async (page) => {
      await filled(page).waitFor();
      await pay(page);
      await arrived(page, "main .facts");
    },
  },
  {
    name: "page-3-coming",
    query: { at: "page", code: "https://paper.example/free" },
    steps: async (page) => {
      await page.evaluate(() => {
        window.fake.hold("get_page");
        window.go({ at: "page", code: "https://paper.example/free?again" });
      });
      await arrived(page, "main .word");
      await page.evaluate(() => window.fake.happen({ kind: "download", here: 31000000, whole: 200000000 }));
      await arrived(page, "main progress");
    },
  },
  { name: "page-4-free", query: check("https://paper.example/free") },
  { name: "library-1-empty", query: { at: "library" } },
  {
    name: "library-2",
    query: check("https://paper.example/article"),
    steps: async (page) => {
      await filled(page).waitFor();
      await pay(page);
      await arrived(page, "main .facts");
      await page.evaluate(() => window.go({ at: "library" }));
      await arrived(page, "main .row");
    },
  },
  { name: "issuers-1", query: { at: "issuers", birch: "1" } },
  { name: "move-1", query: { at: "move", birch: "1" } },
  {
    name: "move-2-figures",
    query: { at: "move", birch: "1" },
    steps: async (page) => {
      await typed(page, "1.50");
      await arrived(page, "main table");
    },
  },
  { name: "move-3-nothing", query: { at: "move" } },
  { name: "issuers-2-none", query: { at: "issuers", money: "none" } },
  { name: "issuer-1-known", query: { at: "issuer", address: "http://127.0.0.1:3338" } },
  { name: "issuer-2-new", query: { at: "issuer", address: "http://127.0.0.1:3339" } },
  { name: "issuer-3-poor", query: { at: "issuer", address: "http://127.0.0.1:3999" } },
  { name: "issuer-4-unreachable", query: { at: "issuer", address: "http://127.0.0.1:1" } },
];
