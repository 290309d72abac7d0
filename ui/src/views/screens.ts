import type { Component } from "svelte";
import type { PlaceName } from "$lib/places.svelte";
import Home from "./Home.svelte";

type Screen = Component<any>;

/** Home is there at once; every other screen comes when one first goes there. */
const COMING: Readonly<Record<Exclude<PlaceName, "home">, () => Promise<{ default: Screen }>>> = {
  scan: () => import("./Scan.svelte"),
  check: () => import("./Check.svelte"),
  receipt: () => import("./Receipt.svelte"),
  activity: () => import("./Activity.svelte"),
  add_money: () => import("./AddMoney.svelte"),
  get_paid: () => import("./GetPaid.svelte"),
  give: () => import("./Give.svelte"),
  sign_in: () => import("./SignIn.svelte"),
  take_in: () => import("./TakeIn.svelte"),
  issuers: () => import("./Issuers.svelte"),
  move: () => import("./Move.svelte"),
  issuer: () => import("./Issuer.svelte"),
  page: () => import("./Page.svelte"),
  fees: () => import("./Fees.svelte"),
  library: () => import("./Library.svelte"),
  words: () => import("./Words.svelte"),
  settings: () => import("./Settings.svelte"),
  about: () => import("./About.svelte"),
  more: () => import("./More.svelte"),
  sharing: () => import("./Sharing.svelte"),
  merchants: () => import("./Merchants.svelte"),
  merchant: () => import("./Merchant.svelte"),
  statement: () => import("./Statement.svelte"),
  statistics: () => import("./Statistics.svelte"),
  erase: () => import("./Erase.svelte"),
  request: () => import("./Request.svelte"),
  details: () => import("./Details.svelte"),
  consents: () => import("./Consents.svelte"),
  problems: () => import("./Problems.svelte"),
};

const here = new Map<PlaceName, Screen>([["home", Home]]);

/** The screen of a place, if it has come. */
export const screenNow = (at: PlaceName): Screen | undefined => here.get(at);

export async function screenOf(at: PlaceName): Promise<Screen> {
  const known = here.get(at);
  if (known !== undefined || at === "home") return known ?? Home;
  const { default: screen } = await COMING[at]();
  here.set(at, screen);
  return screen;
}

/** All of them, for whoever cannot wait. */
export async function everyScreen(): Promise<void> {
  await Promise.all((Object.keys(COMING) as PlaceName[]).map(screenOf));
}
