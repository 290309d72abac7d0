// What a person does with a screen, by what they can read on it.
import { screen, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { settled, text } from "./app/opened";

const named = (role: string, name: string): HTMLElement[] =>
  screen.queryAllByRole(role).filter((one) => text(one) === name);

/** The button that says exactly this, if it is there. */
export const button = (name: string): HTMLButtonElement | undefined =>
  named("button", name)[0] as HTMLButtonElement | undefined;

export async function press(name: string): Promise<void> {
  const found = button(name);
  if (found === undefined) {
    const there = screen.queryAllByRole("button").map((one) => text(one));
    throw new Error(`nothing says «${name}»; there is ${there.join(", ")}`);
  }
  await userEvent.click(found);
  await settled();
}

export async function write(label: string, what: string): Promise<void> {
  const field = screen.getByLabelText<HTMLInputElement>(label);
  await userEvent.clear(field);
  await userEvent.click(field);
  await userEvent.paste(what);
  await settled();
}

/** The lines of the only table, as they read. */
export const lines = (): string[] =>
  within(screen.getByRole("table"))
    .getAllByRole("row")
    .slice(1)
    .map((row) => [...row.children].map((cell) => text(cell)).join(" "));

/** A picture of the fake town: the text of its codes. */
export const pictureOf = (...codes: string[]): File =>
  new File([codes.join("\n")], "code.png", { type: "image/png" });
