import { mount } from "svelte";
import { language } from "$lib/words/language.svelte";
import "./styles/index.css";
import Opening from "./views/Opening.svelte";

const place = document.getElementById("app");
if (place === null) throw new Error("index.html has no place for the app");

language.useFirstOf(navigator.languages);
mount(Opening, { target: place });
