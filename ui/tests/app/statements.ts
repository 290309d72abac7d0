// Lists of payments for others, as the fake app writes them.
import type { PaymentLine, PlanStatement, Request, StatementPlan, StatementReport } from "$lib/bridge";
import type { Town } from ".";
import { refusal } from "./errors";
import { NOW } from "./town";

const MORE = ["note", "proof", "fees"] as const;

/** How much of a file the app shows. */
const SHOWN = 4096;

/** How a report begins; in English where it is not known. */
const TITLES: Readonly<Record<string, string>> = { es: "Relación de pagos, para", ar: "كشف مدفوعات لأجل" };

export class Statements {
  /** What was written, and for whom. */
  readonly made: Request<"make_statement">[] = [];

  constructor(private readonly town: Town) {}

  plan(asked: PlanStatement): StatementPlan {
    if (asked.merchant === null && asked.payment === null && asked.since === null) {
      throw refusal("statement_of_everything");
    }
    const found = this.#found(asked);
    if (found.length === 0) throw refusal("statement_empty");
    const left_out: string[] = MORE.filter((one) => !asked.with.includes(one));
    if (asked.merchant !== null || asked.payment !== null) left_out.push("other_payees");
    const text = this.#written(asked, found);
    return {
      payments: found.length,
      first: found.at(-1)?.at ?? null,
      last: found[0]?.at ?? null,
      text: text.slice(0, SHOWN),
      goes_on: text.length > SHOWN,
      left_out,
    };
  }

  make(asked: Request<"make_statement">): { name: string } {
    if (asked.passphrase !== null && asked.passphrase.length < 12) throw refusal("secret_too_weak");
    if (asked.recipient !== null && !asked.recipient.startsWith("age1")) throw refusal("bad_value");
    this.made.push(asked);
    const ending = asked.format === "report" ? "txt" : asked.format;
    const sealed = asked.passphrase !== null || asked.recipient !== null ? ".age" : "";
    return { name: `Farthing list 2026-11-22.${ending}${sealed}` };
  }

  /** What was handed over, the newest first. */
  given(): StatementReport[] {
    return this.made.toReversed().map((one) => ({
      at: new Date(NOW).toISOString(),
      whom: one.whom,
      merchant: one.merchant,
      name: null,
      payments: this.#found(one).length,
      since: one.since,
      until: one.until,
      left_out: [],
      form: one.format,
      sealed: one.passphrase !== null || one.recipient !== null,
      hash: "ab".repeat(32),
    }));
  }

  #found({ merchant, payment, since, until }: PlanStatement): PaymentLine[] {
    return this.town.payments.filter(
      (one) =>
        one.direction === "out" &&
        (merchant === null || (one.payee !== null && this.town.merchantOf(one.payee) === merchant)) &&
        (payment === null || one.payment === payment) &&
        (since === null || one.at.slice(0, 10) >= since) &&
        (until === null || one.at.slice(0, 10) <= until),
    );
  }

  #written({ with: more, whom, format, language }: PlanStatement, found: readonly PaymentLine[]): string {
    const rows = found.map((one) => [
      one.at.slice(0, 10),
      one.payee ?? "",
      `${one.amount.value} ${one.amount.unit}`,
      ...(more.includes("fees") ? [`fees ${one.fees.value} ${one.fees.unit}`] : []),
      ...(more.includes("note") && one.note ? [one.note] : []),
      ...(more.includes("proof") ? ["5e".repeat(32)] : []),
    ]);
    if (format === "json") return JSON.stringify({ for: whom, payments: rows }, null, 2);
    const lines = rows.map((row) => row.join(format === "csv" ? "," : "  "));
    const title = `${TITLES[language] ?? "Payments, for"} ${whom || "…"}`;
    return format === "csv" ? lines.join("\n") : [title, "", ...lines].join("\n");
  }
}
