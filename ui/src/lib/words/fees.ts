import { isolated } from "./isolated";
import { m } from "./language.svelte";

const NAMES: Readonly<Record<string, () => string>> = {
  issuer_input: m.fee_issuer_input,
  swap: m.fee_swap,
  network: m.fee_network,
  service: m.fee_service,
  conversion: m.fee_conversion,
  rounding: m.fee_rounding,
  payee: m.fee_payee,
};

/** Who gets a fee of this kind, where that is nobody with a name. */
const NAMELESS: Readonly<Record<string, () => string>> = {
  network: m.fee_to_network,
  payee: m.fee_to_payee,
};

/** How the app calls whoever is paid and has no name. */
const THE_PAYEE = "the payee";

/** What a fee is for. */
export const feeName = (kind: string): string => (NAMES[kind] ?? m.fee_other)();

/** Who gets it. */
export const feeTo = ({ kind, to }: { kind: string; to: string }): string =>
  to === THE_PAYEE ? m.fee_to_payee() : (NAMELESS[kind]?.() ?? m.fee_to({ name: isolated(to) }));
