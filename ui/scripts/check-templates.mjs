// Words live in messages/, not in templates: complains about every text and every spoken
// attribute a person could read that stands in a .svelte file. The gallery is for us only.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { wordsIn } from "./words-in.mjs";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));

const files = readdirSync("src", { recursive: true })
  .map((file) => `src/${file}`)
  .filter((file) => file.endsWith(".svelte") && !file.startsWith("src/gallery/"));

const complaints = files.flatMap((file) =>
  wordsIn(readFileSync(file, "utf8")).map(({ line, text }) => `${file}:${line} says «${text}»`),
);
for (const complaint of complaints) console.error(complaint);
if (complaints.length > 0 || files.length === 0) process.exit(1);
