import { screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { nearest, startingWith } from "../src/views/welcome/near";
import { WORD_LIST } from "../src/views/welcome/word-list";
import { refusal } from "./app/errors";
import { closed, opened, settled, text } from "./app/opened";

afterEach(closed);

const fresh = { glance: { state: "none" as const } };
const press = async (name: string | RegExp) => {
  await userEvent.click(screen.getByRole("button", { name }));
  await settled();
};
const pin = async (digits: string) => {
  await userEvent.click(screen.getByLabelText("PIN"));
  await userEvent.paste(digits);
  await settled();
};

test("from_nothing_to_home_takes_two_taps_and_a_pin", async () => {
  const app = await opened(fresh);
  let taps = 0;
  document.addEventListener("click", () => (taps += 1));
  await press("English");
  await press(/play money/);
  await pin("482913");
  await pin("482913");
  expect(await screen.findByRole("navigation", { name: "Main places" })).toBeTruthy();
  expect(app.calls.find(({ name }) => name === "make")?.request).toEqual({
    secret: "482913",
    practice: true,
    words: null,
  });
  // Two choices, and one into each of the two fields.
  expect(taps).toBeLessThanOrEqual(5);
});

test("a_new_wallet_holds_real_money_unless_play_money_was_chosen", async () => {
  const app = await opened(fresh);
  await press("English");
  await press(/Make a new wallet/);
  await pin("482913");
  await pin("482913");
  expect(app.calls.find(({ name }) => name === "make")?.request).toMatchObject({ practice: false });
});

test("where_there_is_no_town_nobody_is_offered_play_money", async () => {
  await opened({ glance: { state: "none", practice_town: false } });
  await press("English");
  expect(screen.queryByRole("button", { name: /play money/ })).toBeNull();
});

test("every_language_stands_there_in_its_own_script", async () => {
  await opened(fresh);
  const names = screen.getAllByRole("listitem").map((one) => text(one));
  expect(names).toEqual([
    "English",
    "Español",
    "Français",
    "Português",
    "Kiswahili",
    "हिन्दी",
    "العربية",
    "한국어",
  ]);
});

test("the_chosen_language_is_there_at_once_and_stays", async () => {
  await opened(fresh);
  await press("العربية");
  expect(document.documentElement.dir).toBe("rtl");
  expect(text(screen.getByRole("heading", { level: 1 }))).toBe("كيف تريد أن تبدأ؟");
  expect(localStorage.getItem("farthing.preferences")).toContain('"ar"');
});

test("two_pins_that_differ_make_no_wallet", async () => {
  const app = await opened(fresh);
  await press("English");
  await press(/Make a new wallet/);
  await pin("482913");
  await pin("482914");
  expect(screen.getByText("The two are not the same. Start again.")).toBeTruthy();
  expect(text(screen.getByRole("heading", { level: 1 }))).toBe("Choose a PIN");
  expect(app.count("make")).toBe(0);
});

test("without_a_keychain_a_passphrase_is_asked_for", async () => {
  const app = await opened({ glance: { state: "none", secret: "passphrase" } });
  await press("English");
  await press(/Make a new wallet/);
  await userEvent.type(screen.getByLabelText("Passphrase"), "five small birds sit still");
  await userEvent.type(screen.getByLabelText("Type the passphrase again"), "five small birds sit still{Enter}");
  await settled();
  expect(app.count("make")).toBe(1);
  expect(screen.getByRole("navigation", { name: "Main places" })).toBeTruthy();
});

test("a_wallet_that_could_not_be_made_says_why_and_lets_me_try_again", async () => {
  const app = await opened(fresh);
  app.refuse("make", refusal("disk_full"));
  await press("English");
  await press(/Make a new wallet/);
  await pin("482913");
  await pin("482913");
  expect(text()).toContain("This device has no room left.");
  expect(text()).toContain("You still have your money.");
  await pin("482913");
  await pin("482913");
  expect(screen.getByRole("navigation", { name: "Main places" })).toBeTruthy();
});

const PHRASE =
  "legal winner thank year wave sausage worth useful legal winner thank yellow";

async function toTheWords() {
  const app = await opened(fresh);
  await press("English");
  await press(/Bring a wallet back/);
  await vi.waitFor(() => expect(screen.getByText(/Words still missing/)).toBeTruthy());
  return app;
}

test("twelve_words_pasted_at_once_fill_every_field", async () => {
  const app = await toTheWords();
  await userEvent.click(screen.getByLabelText("Word 1"));
  await userEvent.paste(`1. ${PHRASE.split(" ").join("\n2. ")}`);
  await settled();
  await vi.waitFor(() => expect(screen.queryByText(/Words still missing/)).toBeNull());
  await press("Go on");
  await pin("482913");
  await pin("482913");
  expect(app.calls.find(({ name }) => name === "make")?.request).toMatchObject({
    words: PHRASE,
    practice: false,
  });
});

test("a_word_is_offered_after_its_first_letters", async () => {
  await toTheWords();
  await userEvent.type(screen.getByLabelText("Word 1"), "zeb");
  await vi.waitFor(() => expect(screen.getByRole("button", { name: "zebra" })).toBeTruthy());
  await userEvent.click(screen.getByRole("button", { name: "zebra" }));
  await settled();
  expect(screen.getByLabelText<HTMLInputElement>("Word 1").value).toBe("zebra");
  expect(document.activeElement).toBe(screen.getByLabelText("Word 2"));
});

test("a_misspelt_word_is_seen_and_the_right_one_is_offered", async () => {
  await toTheWords();
  await userEvent.type(screen.getByLabelText("Word 1"), "abuot");
  await settled();
  await vi.waitFor(() => expect(text()).toContain("Did you mean about?"));
  expect(screen.getByRole<HTMLButtonElement>("button", { name: "Go on" }).disabled).toBe(true);
});

test("the_nearest_word_is_one_slip_away", () => {
  expect(nearest("zeebra", WORD_LIST)).toBe("zebra");
  expect(nearest("zbra", WORD_LIST)).toBe("zebra");
  expect(nearest("xebra", WORD_LIST)).toBe("zebra");
  expect(nearest("zerba", WORD_LIST)).toBe("zebra");
  expect(nearest("qqqqqq", WORD_LIST)).toBeUndefined();
  expect(startingWith("abo", WORD_LIST, 2)).toEqual(["about", "above"]);
  expect(WORD_LIST).toHaveLength(2048);
});
