// Weighs what a first start loads, and fails when it has become too heavy: whatever the page names,
// and whatever that imports at once. What comes later comes when it is needed.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const MOST_SCRIPT = 120 * 1024;

const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const page = readFileSync(`${dist}index.html`, "utf8");
const named = [...page.matchAll(/(?:src|href)="\.?\/([^"]+)"/g)].map(([, path]) => path);

/** What a script imports at once: not what it may import later. */
const imports = (text) =>
  [...text.matchAll(/(?:^|[;}\s])(?:import|export)\s*(?:[\w*{}$,\s]+?from)?\s*["']\.\/([^"']+)["']/g)].map(
    ([, file]) => `assets/${file}`,
  );

const scripts = new Map();
const visit = (path) => {
  if (scripts.has(path)) return;
  const text = readFileSync(`${dist}${path}`, "utf8");
  scripts.set(path, gzipSync(text, { level: 9 }).length);
  imports(text).forEach(visit);
};
named.filter((path) => path.endsWith(".js")).forEach(visit);

const sum = (sizes) => [...sizes].reduce((all, one) => all + one, 0);
const kb = (bytes) => `${(bytes / 1024).toFixed(1)} KB`;
const script = sum(scripts.values());
const style = sum(
  named.filter((path) => path.endsWith(".css")).map((path) => gzipSync(readFileSync(`${dist}${path}`)).length),
);
console.log(`at first: ${kb(script)} of script in ${scripts.size} files, ${kb(style)} of style (gzip)`);

const complaints = [];
if (scripts.size === 0) complaints.push("the page names no script");
if (script > MOST_SCRIPT) complaints.push(`more script at first than ${kb(MOST_SCRIPT)}`);
const korean = readdirSync(`${dist}assets`).filter((file) => /\b(kr|korean|cjk)\b/i.test(file));
if (korean.length > 0) complaints.push(`a Korean font weighs more than the app: ${korean.join(", ")}`);
for (const complaint of complaints) console.error(complaint);
process.exitCode = complaints.length > 0 ? 1 : 0;
