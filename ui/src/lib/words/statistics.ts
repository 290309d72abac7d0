import { m } from "./language.svelte";

const QUESTIONS: ReadonlyMap<unknown, () => string> = new Map([
  ["paid_anything", m.question_paid_anything],
  ["paid_ten", m.question_paid_ten],
  ["paid_hundred", m.question_paid_hundred],
  ["paid_three_payees", m.question_paid_three_payees],
  ["paid_by_lightning", m.question_paid_by_lightning],
  ["paid_by_ecash", m.question_paid_by_ecash],
  ["paid_for_pages", m.question_paid_for_pages],
  ["something_failed", m.question_something_failed],
]);

/** What a report says, in words; nothing for one that asks what is not known here. */
export function inWords(text: string): string | undefined {
  let said: unknown;
  try {
    said = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { question, answer } = (said ?? {}) as { question?: unknown; answer?: unknown };
  const asked = QUESTIONS.get(question)?.();
  if (asked === undefined || typeof answer !== "boolean") return undefined;
  return m.statistics_says({ question: asked, answer: answer ? m.statistics_yes() : m.statistics_no() });
}
