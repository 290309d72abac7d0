/** The part of an address a person can compare; the whole of what cannot be read as one. */
export function hostOf(address: string): string {
  try {
    return new URL(address).host || address;
  } catch {
    return address;
  }
}

/** What an issuer calls itself, or else where it is. */
export const nameOf = (one: { issuer: string; issuer_name: string | null }): string =>
  one.issuer_name?.trim() || hostOf(one.issuer);
