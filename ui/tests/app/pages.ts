// Pages behind a price, as the fake town's paper has them.
import type { Commands, GotPage, PageReport } from "$lib/bridge";
import { ARTICLE, FREE_PAGE } from "./codes";
import { refusal } from "./errors";
import { NOW } from "./town";

export class Pages {
  #kept: PageReport[] = [];
  /** The payment each address was paid with. */
  readonly paid = new Map<string, string>();
  /** The site breaks off after so many bytes, once. */
  breaksOff = false;

  all(): PageReport[] {
    return [...this.#kept];
  }

  named(page: string): PageReport {
    const found = this.#kept.find((one) => one.page === page);
    if (found === undefined) throw refusal("no_such_page", "There is no such page.");
    return found;
  }

  get({ code, payment }: Commands["get_page"]["request"]): GotPage {
    const bought = [...this.paid].find(([url, id]) => url === code || id === payment);
    if (bought === undefined && code !== FREE_PAGE) return { page: null };
    if (this.breaksOff) {
      this.breaksOff = false;
      throw refusal("paid_page_broken_off", "It did not come whole.", "moved");
    }
    const url = bought?.[0] ?? FREE_PAGE;
    const kept = this.#kept.find((one) => one.url === url);
    if (kept !== undefined) return { page: kept };
    const page: PageReport = {
      page: `page-${this.#kept.length + 1}`,
      url,
      title: bought === undefined ? "Why this page costs nothing" : ARTICLE.description,
      name: bought === undefined ? "free.html" : "a-history-of-the-farthing.html",
      media_type: "text/html",
      bytes: "214000",
      at: new Date(NOW).toISOString(),
      payment: bought?.[1] ?? null,
    };
    this.#kept.unshift(page);
    return { page };
  }

  remove(page: string): Record<string, never> {
    this.#kept = this.#kept.filter((one) => one.page !== page);
    return {};
  }
}
