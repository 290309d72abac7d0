const ZEROS = [0x660, 0x6f0, 0x966];

const latin = (char: string): string => {
  const code = char.codePointAt(0) ?? 0;
  const zero = ZEROS.find((zero) => code >= zero && code <= zero + 9);
  return zero === undefined ? char : String(code - zero);
};

/** Units whose smallest piece is a part of what people call one. */
const WITH_FRACTION: ReadonlySet<string> = new Set(["usd", "eur"]);

/** What a person typed as an amount, in the letters the app reads: 0–9 and one point. The app
    decides what it means. */
export function typedAmount(text: string, unit: string): string {
  const plain = [...text.slice(0, 40)].map(latin).join("");
  if (!WITH_FRACTION.has(unit)) return plain.replace(/\D/g, "").slice(0, 16);
  const [whole = "", ...rest] = plain.replace(/[,٫]/g, ".").replace(/[^\d.]/g, "").split(".");
  return (rest.length > 0 ? `${whole}.${rest.join("").slice(0, 2)}` : whole).slice(0, 16);
}

/** Whether it is an amount at all, and more than nothing. */
export const isAmount = (typed: string): boolean => /[1-9]/.test(typed);
