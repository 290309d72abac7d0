import ArrowDownLeft from "@lucide/svelte/icons/arrow-down-left";
import ArrowRightLeft from "@lucide/svelte/icons/arrow-right-left";
import ArrowUpRight from "@lucide/svelte/icons/arrow-up-right";
import CircleX from "@lucide/svelte/icons/circle-x";
import Hourglass from "@lucide/svelte/icons/hourglass";
import type { PaymentLine } from "$lib/bridge";

/** The picture beside a payment's words: which way the money went, or that it did not. */
export function iconOf({ outcome, direction, kind }: PaymentLine) {
  if (outcome === "still_deciding") return Hourglass;
  if (outcome === "not_paid") return CircleX;
  if (kind === "move") return ArrowRightLeft;
  return direction === "in" ? ArrowDownLeft : ArrowUpRight;
}
