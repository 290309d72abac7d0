import { mount } from "svelte";
import { preferences } from "$lib/wallet/preferences.svelte";
import { language, type Locale } from "$lib/words/language.svelte";
import { locales } from "$lib/words/generated/runtime.js";
import "../styles/index.css";
import Gallery from "./Gallery.svelte";

// gallery.html?lang=ar&theme=dark&contrast=more&hide=1&sheet=1
const asked = new URLSearchParams(location.search);
const isLocale = (text: string | null): text is Locale => locales.some((one) => one === text);

const lang = asked.get("lang");
language.use(isLocale(lang) ? lang : "en");
preferences.hideMoney = asked.has("hide");
const root = document.documentElement;
for (const name of ["theme", "contrast"] as const) {
  const value = asked.get(name);
  if (value !== null) root.dataset[name] = value;
}

const place = document.getElementById("app");
if (place === null) throw new Error("gallery.html has no place for the parts");
mount(Gallery, { target: place, props: { sheetOpen: asked.has("sheet") } });
