/** The secret was wrong, or cannot be tried yet: whoever typed it is told beside it. */
export const WRONG_SECRET: ReadonlySet<string> = new Set(["wrong_secret", "wait_before_next_try"]);

/** Errors which mean only that the figures are too old: nothing moved, so they are asked for again. */
export const OUT_OF_DATE: ReadonlySet<string> = new Set([
  "dearer_than_reviewed",
  "review_expired",
  "no_such_review",
  "rules_changed",
]);
