// Compiles the words of every room into typed functions. With --pseudo there is one more
// language, "en-XA", made from English here: longer and accented, so that what is
// cut off or was never translated shows. It is never part of a build.
import { compile } from "@inlang/paraglide-js";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { pseudo } from "./pseudo.mjs";
import { filesOf } from "./word-rooms.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
process.chdir(root);

const read = (path) => JSON.parse(readFileSync(path, "utf8"));
const write = (path, value) => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify(value, null, 2) + "\n");
};

function withPseudo() {
  rmSync(".pseudo", { recursive: true, force: true });
  const settings = read("project.inlang/settings.json");
  for (const locale of settings.locales) {
    for (const file of filesOf(locale)) write(`.pseudo/${file}`, read(file));
  }
  const made = filesOf("en-XA");
  for (const [at, file] of filesOf("en").entries()) {
    const { $schema, ...english } = read(file);
    write(`.pseudo/${made[at]}`, pseudo(english));
  }
  settings.locales.push("en-XA");
  settings.modules = settings.modules.map((path) => path.replace("./", "../"));
  write(".pseudo/project.inlang/settings.json", settings);
  return "./.pseudo/project.inlang";
}

const outdir = "./src/lib/words/generated";
const stamp = `${outdir}/made-from`;
const { locales } = read("project.inlang/settings.json");
const sources = [
  ...locales.flatMap(filesOf),
  "project.inlang/settings.json",
  "package-lock.json",
  "scripts/compile-words.mjs",
  "scripts/pseudo.mjs",
  "scripts/word-rooms.mjs",
];
const hash = createHash("sha256").update(process.argv.slice(2).join());
for (const source of sources) hash.update(readFileSync(source));
const made = hash.digest("hex");
if (existsSync(stamp) && readFileSync(stamp, "utf8") === made) process.exit(0);

const project = process.argv.includes("--pseudo") ? withPseudo() : "./project.inlang";
await compile({
  project,
  outdir,
  strategy: ["baseLocale"],
  outputStructure: "message-modules",
  emitTsDeclarations: true,
  emitGitIgnore: false,
  emitPrettierIgnore: false,
  emitReadme: false,
});

// A plugin that cannot be loaded is only a warning to the compiler, and gives no words at all.
const wanted = filesOf("en")
  .flatMap((file) => Object.keys(read(file)))
  .filter((key) => key !== "$schema").length;
const index = readFileSync(`${outdir}/messages/_index.js`, "utf8");
const compiled = [...index.matchAll(/^export /gm)].length;
if (compiled < wanted) {
  console.error(`only ${compiled} of ${wanted} messages were compiled`);
  process.exit(1);
}
writeFileSync(stamp, made);
