import type { WarningReport } from "$lib/bridge";
import { m } from "$lib/words/language.svelte";

/** How much a warning has to stand in the way. */
export type Weight = "said" | "shown" | "stop";

interface Look {
  readonly weight: Weight;
  /** In the person's language, where there are words for it. */
  readonly says?: () => string;
}

const LOOKS: Readonly<Record<string, Look>> = {
  // Said beside the payee's name.
  first_time_payee: { weight: "said" },
  fee_high: { weight: "shown", says: m.risk_fee_high },
  looks_like: { weight: "stop", says: m.risk_lookalike },
  still_deciding: { weight: "stop", says: m.risk_still_deciding },
  told_to_pay: { weight: "stop", says: m.risk_told_to_pay },
};

/** What the window does not know it takes for the worst: the app had a reason to say it. */
const UNKNOWN: Look = { weight: "stop" };

const HEAVIER: readonly Weight[] = ["stop", "shown"];

/** The one warning there is room for: the heaviest, and of those the first. */
export function theWarning(
  warnings: readonly WarningReport[],
): { weight: Weight; says: string; known: boolean } | undefined {
  for (const weight of HEAVIER) {
    for (const { code, text } of warnings) {
      const look = LOOKS[code] ?? UNKNOWN;
      if (look.weight === weight) {
        return { weight, says: look.says?.() ?? text, known: look.says !== undefined };
      }
    }
  }
  return undefined;
}
