// What screens look like when something else than usual is going on: it loads, it went wrong, it
// was refused, it ran out, there is nothing. As screens.mjs has the screens themselves.
import { arrived, check, coffee, filled, paid } from "./hands.mjs";

const PIN = "123456";
const WORDS = "abandon ability able about above absent absorb abstract absurd abuse access accident";

/** Something was done behind the window, and it is told of it. */
async function done(page, name, request) {
  await page.evaluate(
    async ([name, request]) => {
      await window.fake.call(name, request);
      window.fake.happen({ kind: "changed" });
    },
    [name, request],
  );
  await page.waitForTimeout(100);
}

async function picked(page, text) {
  const picture = { name: "codes.png", mimeType: "image/png", buffer: Buffer.from(text) };
  await page.locator("main input[type=file]").setInputFiles(picture);
}

/** The clock of the window goes ahead by so many seconds. */
async function later(page, seconds) {
  await filled(page).waitFor();
  await page.evaluate((ms) => {
    const now = Date.now.bind(Date);
    Date.now = () => now() + ms;
  }, seconds * 1000);
  await page.waitForTimeout(600);
}

async function bought(page) {
  await filled(page).click();
  await arrived(page, "main .facts");
}

/** Somebody pays the code that is shown, and a copy of this wallet takes it in. */
async function elsewhere(page) {
  await page.locator("main input[inputmode=decimal]").fill("1000");
  await filled(page).click();
  await arrived(page, "main svg.code");
  await page.evaluate(() => {
    const { elsewhere, payments } = window.fake.town;
    elsewhere.add(payments[0].payment);
  });
  await arrived(page, "main .notice");
}

const MERCHANT = { merchant: "3", called: null, note: null, blocked: null, limit: null };

export const STATE_SCREENS = [
  { name: "opening", query: { hold: "look" } },
  {
    name: "welcome-5-differ",
    query: { state: "none" },
    steps: async (page) => {
      await page.locator("main li button[aria-current]").click();
      await page.locator("main .ways .row").first().click();
      await page.locator("main input").fill(PIN);
      await page.locator("main input:not([value='123456'])").fill("654321");
      await arrived(page, "main [role=alert], main .error");
    },
  },
  {
    name: "lock-6-trouble",
    query: { state: "locked", refuse: "unlock:keychain_locked" },
    steps: async (page) => {
      await page.locator("main input").fill(PIN);
      await page.keyboard.press("Enter");
      await arrived(page, "main .notice");
    },
  },
  { name: "home-6-coming", query: { hold: "balance,history" } },
  { name: "home-7-trouble", query: { refuse: "balance:files_unusable,history:files_unusable" } },
  {
    name: "home-8-offline",
    query: { real: "1" },
    steps: async (page) => {
      await page.context().setOffline(true);
      await arrived(page, ".offline");
    },
  },
  {
    name: "home-9-stale",
    query: {},
    steps: async (page) => {
      await page.evaluate(() => {
        const error = { code: "files_unusable", text: "", money: "safe", next: null };
        window.fake.refuse("balance", error);
        window.fake.refuse("history", error);
        window.fake.happen({ kind: "changed" });
      });
      await arrived(page, "main .notice");
    },
  },
  {
    name: "words-5-wrong",
    query: { at: "words", words_unseen: "1" },
    steps: async (page) => {
      // Without chance the right word is offered first.
      await page.evaluate(() => (crypto.getRandomValues = (all) => all.fill(0)));
      await page.locator("main input").fill(PIN);
      await page.keyboard.press("Enter");
      await page.locator("main ol").waitFor();
      await filled(page).click();
      await page.locator("main .offers button").last().click();
    },
  },
  {
    name: "merchants-2-none",
    query: { at: "merchants" },
    steps: (page) =>
      page.evaluate(() => {
        window.fake.merchants.all.clear();
        window.fake.happen({ kind: "changed" });
      }),
  },
  {
    name: "merchant-4-blocked",
    query: { at: "merchant", merchant: "3", lived: "1" },
    steps: (page) =>
      done(page, "change_merchant", { ...MERCHANT, called: "My paper", note: "Every Sunday", blocked: true, limit: "500" }),
  },
  {
    name: "sharing-4-told-before",
    query: { at: "sharing", lived: "1" },
    steps: async (page) => {
      await page.locator("main .switch").nth(2).click();
      await arrived(page, "main .notice");
    },
  },
  {
    name: "sharing-5-stopped",
    query: { at: "sharing", lived: "1" },
    steps: async (page) => {
      await page.locator("main .stop .button").click();
      await arrived(page, "main .empty");
    },
  },
  {
    name: "statistics-3-send",
    query: { at: "statistics" },
    sheet: true,
    steps: async (page) => {
      await page.locator("main .switch").first().click();
      await page.locator("main input[type=text]").fill("https://count.example/here");
      await page.locator("main .button").first().click();
      await arrived(page, ".sheet");
    },
  },
  {
    name: "statistics-4-sent",
    query: { at: "statistics" },
    steps: async (page) => {
      await page.locator("main .switch").first().click();
      await page.locator("main input[type=text]").waitFor();
      await done(page, "post_statistics", { url: "https://count.example/here" });
    },
  },
  {
    name: "erase-5-codes",
    query: { at: "erase", payments: "0" },
    steps: (page) => done(page, "top_up", { amount: "1000", unit: null, purse: null, memo: null }),
  },
  {
    name: "erase-6-other-words",
    query: { at: "erase", payments: "0", refuse: "erase_wallet:other_words" },
    steps: async (page) => {
      await page.locator("main .button").last().click();
      await page.locator("main ol input").first().evaluate((input, words) => {
        input.value = words;
        input.dispatchEvent(new Event("input", { bubbles: true }));
      }, WORDS);
      await page.locator("main .filled").click();
      await page.locator("main input").last().fill(PIN);
      await page.locator("main .danger").last().click();
      await page.locator(".sheet .danger").click();
      await arrived(page, "main .notice");
    },
  },
  {
    name: "details-3-age",
    query: { at: "details", lived: "1" },
    steps: (page) => page.locator("main .button").nth(5).click(),
  },
  {
    name: "problems-2-unreachable",
    query: { at: "problems", offline: "1" },
    steps: async (page) => {
      await page.locator("main .button").first().click();
      await page.waitForTimeout(100);
    },
  },
  {
    name: "problems-3-open",
    query: { at: "problems", payments: "40" },
    steps: (page) =>
      page.evaluate(() => {
        window.fake.town.payments.slice(2, 4).forEach((line) => (line.outcome = "still_deciding"));
        window.fake.happen({ kind: "changed" });
      }),
  },
  {
    name: "scan-4-not-pasted",
    query: { at: "scan" },
    steps: async (page) => {
      await page.locator("main [data-does=paste] button").click();
      await arrived(page, "main .notice");
    },
  },
  {
    name: "scan-5-no-code",
    query: { at: "scan" },
    steps: async (page) => {
      await page.locator("main textarea").fill("hello");
      await page.locator("main .button").last().click();
      await arrived(page, "main .notice");
    },
  },
  {
    name: "scan-6-several",
    query: { at: "scan" },
    steps: async (page) => {
      await picked(page, "lnbc210n1pcoffeecornershop\ncreqAbreadcornershop\ncashuBgiftfromada");
      await arrived(page, "main .several");
    },
  },
  {
    name: "scan-7-no-code-in-picture",
    query: { at: "scan" },
    steps: async (page) => {
      await picked(page, "only a flower");
      await arrived(page, "main .notice");
    },
  },
  {
    name: "scan-8-filming",
    query: { at: "scan", hold: "collect" },
    steps: async (page) => {
      await page.locator("main .button.filled").first().click();
      await arrived(page, "main video");
    },
  },
  { name: "check-17-coming", query: { ...coffee, hold: "review" } },
  {
    name: "check-18-stop-window",
    query: check("lnbc25u1pnewcomer"),
    steps: async (page) => {
      await page.locator("main input").last().fill(PIN);
      await filled(page).click();
      await arrived(page, "main .sending");
    },
  },
  { name: "check-19-soon", query: coffee, steps: (page) => later(page, 560) },
  { name: "check-20-ran-out", query: coffee, steps: (page) => later(page, 620) },
  {
    name: "check-21-other-ways",
    query: coffee,
    steps: async (page) => {
      await page.evaluate(() => {
        const real = window.fake.call.bind(window.fake);
        window.fake.call = async (name, request) => {
          const answer = await real(name, request);
          if (name !== "review") return answer;
          const way = { purse: "purse-birch", issuer: "http://127.0.0.1:3339", unit: "sat", kind: "cashu_request" };
          const alternatives = [
            { ...way, total_at_most: { value: "26", unit: "sat" }, code: "costs_more" },
            { ...way, issuer: "https://fig.example", kind: null, total_at_most: null, code: "not_enough" },
            { ...way, issuer: "https://elm.example", kind: null, total_at_most: { value: "4", unit: "usd" }, code: "no_rate" },
          ];
          return { ...answer, alternatives };
        };
        window.go({ at: "home" });
        window.go({ at: "check", code: "lnbc210n1pcoffeecornershop" });
      });
      await page.locator("main details summary").last().click();
    },
  },
  {
    name: "check-22-note",
    query: coffee,
    steps: async (page) => {
      await filled(page).waitFor();
      await page.locator("main .note .button").click();
      await arrived(page, "main .write input");
    },
  },
  { name: "check-23-blocked", query: { ...coffee, refuse: "review:payee_blocked" } },
  { name: "check-24-too-old", query: check("lnbc210n1pexpired") },
  {
    name: "check-25-answer-lost",
    query: { ...coffee, refuse: "pay:issuer_answer_lost:unknown" },
    steps: async (page) => {
      await filled(page).click();
      await arrived(page, "main .notice");
    },
  },
  { name: "check-26-paid-unknown", query: check("lnbc210n1palreadypaid", { payments: "0" }) },
  {
    name: "check-27-page-paid",
    query: check("https://paper.example/article"),
    steps: async (page) => {
      await bought(page);
      await page.evaluate(() => window.go({ at: "check", code: "https://paper.example/article" }));
      await arrived(page, "main .notice");
    },
  },
  {
    name: "receipt-5-page",
    query: check("https://paper.example/article"),
    steps: async (page) => {
      await bought(page);
      await page.locator("main .button:not(.filled)").first().click();
      await arrived(page, "main .outcome");
    },
  },
  {
    name: "receipt-6-they-say",
    query: check("lnbc1popenbusker"),
    steps: async (page) => {
      await page.locator("main input[inputmode=decimal]").fill("100");
      await filled(page).click();
      await arrived(page, "main table");
      await paid(page);
    },
  },
  {
    name: "receipt-7-saved",
    query: { at: "receipt", payment: "payment-12" },
    steps: async (page) => {
      await page.locator("main .ways .button").first().click();
      await page.locator("main summary").last().click();
      await page.waitForTimeout(100);
    },
  },
  { name: "receipt-8-trouble", query: { at: "receipt", payment: "payment-12", refuse: "receipt:files_unusable" } },
  {
    name: "receipt-9-elsewhere",
    query: { at: "add_money" },
    steps: async (page) => {
      await elsewhere(page);
      await filled(page).click();
      await arrived(page, "main .outcome");
    },
  },
  {
    name: "receipt-10-they-say-no",
    query: { at: "receipt", payment: "payment-12" },
    steps: async (page) => {
      await page.evaluate(async () => {
        const payment = "payment-12";
        const receipt = await window.fake.call("receipt", { payment });
        window.fake.town.receipts.set(payment, { ...receipt, why: "it said no", why_code: "refused_but_taken" });
        window.go({ at: "home" });
      });
      await arrived(page, "main .balance, main .row, main");
      await page.evaluate(() => window.go({ at: "receipt", payment: "payment-12" }));
      await arrived(page, "main .why");
    },
  },
  {
    name: "activity-5-shop",
    query: { at: "activity" },
    steps: async (page) => {
      await page.locator("main input").fill("corner");
      await arrived(page, "main .row");
    },
  },
  {
    name: "activity-8-long",
    query: { at: "activity" },
    steps: async (page) => {
      await page.evaluate(() => {
        const [first, second] = window.fake.town.payments;
        first.payee = "The Old Harbour Bakery and Coffee House of Saint Mary";
        first.note = "Breakfast for all of us, and a loaf of bread for the neighbours on Sunday";
        first.amount = { value: "12345678", unit: "sat" };
        second.payee = "pay.a-very-long-name-of-a-shop-without-any-space.example";
        window.fake.happen({ kind: "changed" });
      });
      await page.waitForTimeout(100);
    },
  },
  { name: "activity-6-coming", query: { at: "activity", hold: "history" } },
  { name: "activity-7-trouble", query: { at: "activity", refuse: "history:files_unusable" } },
  { name: "fees-3-none", query: { at: "fees", payments: "0" } },
  {
    name: "add-money-6-ran-out",
    query: { at: "add_money" },
    steps: async (page) => {
      await page.evaluate(() => {
        const real = window.fake.call.bind(window.fake);
        window.fake.call = (name, request) =>
          name === "wait_for_money" ? Promise.resolve({ outcome: "not_paid", received: null }) : real(name, request);
      });
      await page.locator("main input[inputmode=decimal]").fill("1000");
      await filled(page).click();
      await arrived(page, "main .notice");
    },
  },
  { name: "add-money-7-elsewhere", query: { at: "add_money" }, steps: elsewhere },
  {
    name: "get-paid-4-too-much",
    query: { at: "get_paid" },
    steps: async (page) => {
      await page.locator("main input[inputmode=decimal]").fill("600000");
      await filled(page).click();
      await arrived(page, "main .notice");
    },
  },
  {
    name: "give-6-pin",
    query: { at: "give" },
    steps: async (page) => {
      await page.locator("main input[inputmode=decimal]").fill("2500");
      await filled(page).click();
      await arrived(page, "main table");
      await filled(page).click();
    },
  },
  { name: "take-in-6-offline", query: { at: "take_in", code: "cashuBgiftfromada", offline: "1" } },
  {
    name: "take-in-7-elsewhere",
    query: { at: "take_in", code: "lnurl1voucherkiosk", refuse: "redeem:collected_elsewhere:unknown" },
    steps: async (page) => {
      await filled(page).click();
      await arrived(page, "main .notice");
    },
  },
  {
    name: "page-5-broken-off",
    query: { at: "page", code: "https://paper.example/free", refuse: "get_page:paid_page_broken_off:moved" },
  },
  {
    name: "page-6-paid-without",
    query: { at: "home" },
    steps: async (page) => {
      await page.evaluate(() => {
        const { payment } = window.fake.town.payments[0];
        window.fake.refuse("get_page", { code: "already_paid", text: "", money: "safe", next: null, payment });
        window.go({ at: "page", code: "https://paper.example/article" });
      });
      await arrived(page, "main .notice");
    },
  },
];
