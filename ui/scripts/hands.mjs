// What a person does on many screens, for the lists of screens to walk.

export const coffee = { at: "check", code: "lnbc210n1pcoffeecornershop" };
export const check = (code, more = {}) => ({ at: "check", code, ...more });

/** The button that leads on. */
export const filled = (page) => page.locator("main .button.filled").last();
export const arrived = (page, what) => page.locator(what).first().waitFor();

export async function paid(page) {
  await filled(page).click();
  await arrived(page, "main .outcome");
}
