import { screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { language } from "$lib/words/language.svelte";
import { preferences } from "$lib/wallet/preferences.svelte";
import { closed, opened, settled } from "./app/opened";

interface Said {
  text: string;
  lang: string;
}

/** A system with these voices. */
function speaking(...voices: { lang: string; localService: boolean }[]): Said[] {
  const said: Said[] = [];
  vi.stubGlobal(
    "SpeechSynthesisUtterance",
    class {
      lang = "";
      constructor(readonly text: string) {}
      addEventListener() {}
    },
  );
  vi.stubGlobal("speechSynthesis", {
    getVoices: () => voices,
    cancel: () => {},
    speak: (words: Said) => said.push({ text: words.text, lang: words.lang }),
  });
  return said;
}

afterEach(() => {
  vi.unstubAllGlobals();
  closed();
});

const english = { lang: "en-GB", localService: true };

test("what_i_have_is_read_to_me_in_one_tap", async () => {
  const said = speaking(english);
  await opened();
  await userEvent.click(screen.getByRole("button", { name: "Read it to me" }));
  expect(said).toEqual([{ text: "You have 4,821\u00a0sat.", lang: "en-GB" }]);
});

test("without_a_voice_for_my_language_there_is_no_button_for_it", async () => {
  speaking(english);
  await opened();
  preferences.language = "ko";
  await settled();
  expect(language.locale).toBe("ko");
  expect(screen.queryByRole("button", { name: "읽어 주세요" })).toBeNull();
});

test("a_voice_from_the_network_hears_nothing", async () => {
  speaking({ lang: "en-US", localService: false });
  await opened();
  expect(screen.queryByRole("button", { name: "Read it to me" })).toBeNull();
});

test("hidden_money_is_not_read_out", async () => {
  speaking(english);
  await opened();
  preferences.hideMoney = true;
  await settled();
  expect(screen.queryByRole("button", { name: "Read it to me" })).toBeNull();
});
