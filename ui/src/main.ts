import { mount } from "svelte";
import { answeredBy } from "$lib/bridge";
import { tauri } from "$lib/bridge/tauri";
import { preferences } from "$lib/wallet/preferences.svelte";
import App from "./App.svelte";
import "./styles/index.css";

const place = document.getElementById("app");
if (place === null) throw new Error("index.html has no place for the app");

preferences.read();
if (import.meta.env.DEV && !("__TAURI_INTERNALS__" in window)) {
  const { inTheBrowser } = await import("../tests/app/browser");
  inTheBrowser();
} else {
  answeredBy(tauri);
}
place.replaceChildren();
mount(App, { target: place });
