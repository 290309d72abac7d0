import type { UnnamedPayee } from "$lib/bridge";
import { m } from "./language.svelte";

/** What a payee is called: its own name, or in the person's language what it is. */
export function payeeName(name: string, unnamed: UnnamedPayee | undefined): string {
  if (unnamed?.who === "lightning") return m.payee_lightning({ key: `${unnamed.key}…` });
  return unnamed?.who === "bearer" ? m.payee_bearer() : name;
}
