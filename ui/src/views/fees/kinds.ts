import type { CostReport } from "$lib/bridge";
import { m } from "$lib/words/language.svelte";
import { kindName } from "../receipt/kinds";

/** The lines that are always there, in this order, whether anything stands in them or not. */
const FIXED: readonly { readonly kind: string; readonly name: () => string }[] = [
  { kind: "lightning_invoice", name: m.fees_lightning },
  { kind: "cashu_request", name: m.fees_ecash },
  { kind: "top_up", name: m.fees_adding },
  { kind: "redeem", name: m.fees_taking_in },
];

export interface Row {
  readonly name: string;
  /** One for each unit; none where nothing of the kind was done. */
  readonly costs: readonly CostReport[];
}

/** The four fixed lines, and those of other kinds that were used. */
export function rowsOf(kinds: readonly CostReport[]): readonly Row[] {
  const fixed = FIXED.map(({ kind, name }) => ({
    name: name(),
    costs: kinds.filter(({ of }) => of === kind),
  }));
  const others = [...new Set(kinds.map(({ of }) => of ?? ""))]
    .filter((kind) => !FIXED.some((one) => one.kind === kind))
    .map((kind) => ({ name: kindName(kind), costs: kinds.filter(({ of }) => (of ?? "") === kind) }));
  return [...fixed, ...others];
}
