/** How many points high a letter of the page is: people choose that. */
export const rem = (): number =>
  Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
