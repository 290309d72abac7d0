import { language } from "./language.svelte";

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;

/** How large a file is, roughly: “2 MB”. */
export function size(bytes: number): string {
  let left = bytes;
  let unit = 0;
  while (left >= 1000 && unit < UNITS.length - 1) {
    left /= 1000;
    unit += 1;
  }
  return new Intl.NumberFormat(language.tag, {
    style: "unit",
    unit: UNITS[unit] ?? "byte",
    unitDisplay: "short",
    maximumFractionDigits: left < 10 && unit > 0 ? 1 : 0,
  }).format(left);
}
