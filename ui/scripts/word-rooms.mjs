import { readFileSync } from "node:fs";

const settings = JSON.parse(
  readFileSync(new URL("../project.inlang/settings.json", import.meta.url), "utf8"),
);

/** The files of a language: the words all screens share, then room by room. */
export const filesOf = (locale) =>
  settings["plugin.inlang.messageFormat"].pathPattern.map((pattern) =>
    pattern.replace("./", "").replace("{locale}", locale),
  );
