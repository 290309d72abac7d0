import type { ErrorDetail, Money } from "$lib/bridge";

/** An error as the app tells it. */
export const refusal = (
  code: string,
  text = "It was not done.",
  money: Money = "safe",
  more: Partial<ErrorDetail> = {},
): ErrorDetail => ({ code, text, money, next: null, ...more });
