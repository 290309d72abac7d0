// Walks through a page by the tab key alone, as who has no pointer does.

/** What is run in the page: which controls there are, and what each step of the tab key led to. */
function inThePage() {
  const CONTROLS = "a[href], button, input, textarea, select, summary, [tabindex='0']";
  /** Each of them is walked through by itself: a bar that is fixed is neither before nor after the rest. */
  const REGIONS = "nav, aside, main, [role=dialog]";

  const scope = () => [...document.querySelectorAll("[role=dialog]")].at(-1) ?? document.body;
  const said = (one) => one.getAttribute("aria-label") ?? one.textContent.trim().replace(/\s+/g, " ").slice(0, 60);
  const nameOf = (one) => said(one.closest("label") ?? one) || one.tagName;
  /** What carries the look of a covered radio or switch is its label. */
  const seen = (one) => (one.matches("input.spoken") ? (one.closest("label") ?? one) : one);

  /** Of a group of radios one is reached, the chosen one if there is any; the arrows go on from there. */
  function speaks(one) {
    const group = [...scope().querySelectorAll("input[type=radio]")].filter(({ name }) => name === one.name);
    return one === (group.find(({ checked }) => checked) ?? group[0]);
  }

  const controls = () =>
    [...scope().querySelectorAll(CONTROLS)].filter(
      (one) =>
        !one.disabled && one.tabIndex >= 0 && !one.closest("[inert]") && one.checkVisibility() &&
        (one.type !== "radio" || speaks(one)),
    );

  /** The boxes of the two where their ways down from what holds both part. */
  function parted(one, other) {
    const above = new Set();
    for (let at = one; at !== null; at = at.parentElement) above.add(at);
    let [first, second] = [one, other];
    while (!above.has(second.parentElement)) second = second.parentElement;
    const both = second.parentElement;
    while (first.parentElement !== both) first = first.parentElement;
    const boxOf = (holder, held) => {
      const box = holder.getBoundingClientRect();
      return box.width === 0 && box.height === 0 ? held.getBoundingClientRect() : box;
    };
    return { both, first: boxOf(first, one), second: boxOf(second, other) };
  }

  /** Whether who reads would come to the second after the first. */
  function inOrder(one, other) {
    if (one.contains(other) || other.contains(one)) return true;
    const { both, first, second } = parted(one, other);
    const overlap = Math.min(first.bottom, second.bottom) - Math.max(first.top, second.top);
    if (overlap <= Math.min(first.height, second.height) / 2) return second.top >= first.top;
    return getComputedStyle(both).direction === "rtl"
      ? second.right <= first.right + 1
      : second.left >= first.left - 1;
  }

  /** The ring around what has the focus, and whether something cuts it off. */
  function ring(one) {
    const bearers = one.matches("input.spoken")
      ? [...(one.closest("label")?.querySelectorAll("*") ?? [])].filter((other) => other !== one)
      : [one, one.parentElement];
    for (const bearer of bearers) {
      // Where nobody wants movement a change takes no time, but it is one still: not in the midst of it.
      getComputedStyle(bearer).outlineOffset;
      for (const change of bearer.getAnimations()) change.finish();
      const { outlineStyle, outlineWidth, outlineOffset } = getComputedStyle(bearer);
      const width = Number.parseFloat(outlineWidth);
      if (outlineStyle === "none" || !(width >= 2)) continue;
      const out = Math.max(0, Number.parseFloat(outlineOffset) + width) - 1;
      const box = bearer.getBoundingClientRect();
      const [left, right] = [box.left - out, box.right + out];
      if (left < 0 || right > innerWidth) return "cut off by the window";
      for (let at = bearer.parentElement; at !== null && at !== document.body; at = at.parentElement) {
        if (getComputedStyle(at).overflowX === "visible") continue;
        const edge = at.getBoundingClientRect();
        if (left < edge.left || right > edge.right || box.top - out < edge.top || box.bottom + out > edge.bottom) {
          return "cut off by what it stands in";
        }
      }
      return "";
    }
    return "not to be seen";
  }

  function covered(one) {
    const box = seen(one).getBoundingClientRect();
    // What is higher than the window may begin above it.
    const y = box.top < 0 ? Math.min(box.bottom, innerHeight) / 2 : box.y + Math.min(box.height / 2, 24);
    const there = document.elementFromPoint(box.x + box.width / 2, y);
    return there === null || !(seen(one).contains(there) || there.contains(seen(one)));
  }

  const regionOf = (one) => one.closest(REGIONS);
  const reached = new Set();
  const left = new Set();
  let all = [];
  let last;

  globalThis.tabbing = {
    begin() {
      all = controls();
      reached.clear();
      left.clear();
      last = undefined;
      // A sheet holds the focus: there, the way begins where one is.
      if (scope() !== document.body) return all.length;
      document.activeElement?.blur();
      scrollTo(0, 0);
      // The way begins where something that had the focus has been taken away.
      const start = document.createElement("span");
      start.tabIndex = -1;
      document.body.prepend(start);
      start.focus();
      start.remove();
      return all.length;
    },
    /** What somebody can tap and no key leads to. */
    untabbed() {
      const pointed = (one) => getComputedStyle(one).cursor === "pointer";
      return [...scope().querySelectorAll("*")]
        .filter((one) => pointed(one) && !pointed(one.parentElement) && one.checkVisibility())
        .filter((one) => !one.closest("a, button, input, textarea, select, summary, label, [tabindex]"))
        .map(nameOf);
    },
    /** Where the focus is after a step. */
    step() {
      const one = document.activeElement;
      if (one === null || one === document.body) return { over: true };
      if (!scope().contains(one)) return { over: true, wrong: [`«${nameOf(one)}» has the focus behind the sheet`] };
      if (one === last) return { over: true, wrong: [`«${nameOf(one)}» keeps the focus`] };
      if (reached.has(one)) return { over: true };
      reached.add(one);
      const wrong = [];
      const name = nameOf(one);
      if (covered(one)) wrong.push(`«${name}» has the focus and is covered`);
      const about = one.matches("[role=dialog]") ? "" : ring(one);
      if (about !== "") wrong.push(`the ring around «${name}» is ${about}`);
      const region = regionOf(one);
      const before = last && regionOf(last);
      if (last !== undefined && before !== region) {
        if (region !== null && left.has(region)) wrong.push(`«${name}» is where the focus has been before`);
        left.add(before);
      }
      const fixed = [region, before].some((some) => some?.matches("nav"));
      // The way through a sheet is round: after the last comes the first.
      const around = region?.matches("[role=dialog]") && one === all[0];
      if (last?.isConnected && !fixed && !around && !inOrder(seen(last), seen(one))) {
        wrong.push(`«${name}» comes after «${nameOf(last)}» and stands before it`);
      }
      last = one;
      return { over: false, wrong };
    },
    missed: () => all.filter((one) => one.isConnected && !reached.has(one)).map(nameOf),
  };
}

/** More than any screen has, with the lists that go on. */
const MOST = 600;

/** Complains about what the tab key does not reach, reaches in another order than one reads, or where
    one does not see that one is there. In a sheet the focus stays within it. */
export async function tabThrough(page, complain) {
  await page.evaluate(inThePage);
  const all = await page.evaluate(() => globalThis.tabbing.begin());
  for (const name of await page.evaluate(() => globalThis.tabbing.untabbed())) {
    complain(`«${name}» can be tapped and has no key`);
  }
  for (let step = 0; step < MOST; step += 1) {
    await page.keyboard.press("Tab");
    const { over, wrong = [] } = await page.evaluate(() => globalThis.tabbing.step());
    wrong.forEach(complain);
    if (over) break;
  }
  const missed = await page.evaluate(() => globalThis.tabbing.missed());
  if (missed.length > 0) complain(`the tab key does not reach ${missed.length} of ${all}: ${missed.join(", ")}`);
}
