// The only door to the app.
import type { Commands, ErrorDetail, Event } from "./types";

export type * from "./types";

export type Command = keyof Commands;
export type Request<Name extends Command> = Commands[Name]["request"];
export type Answer<Name extends Command> = Commands[Name]["answer"];

/** Whoever answers: the app itself, or a practice one in tests and while the window is made. */
export interface App {
  /** Rejects with an `ErrorDetail`. */
  call<Name extends Command>(name: Name, request: Request<Name>): Promise<Answer<Name>>;
  /** From now on, tells what happens without having been asked. */
  listen(handler: (event: Event) => void): () => void;
  /** The person is here: the wallet stays open a while longer. */
  awake(): void;
}

let app: App | undefined;

/** Says who answers. Once, before anything is shown. */
export function answeredBy(whom: App): void {
  app = whom;
}

/** A command without a request of its own. */
type Bare = { [Name in Command]: Request<Name> extends Record<string, never> ? Name : never }[Command];

/** Asks the app for something; rejects with an `ErrorDetail`. */
export function call<Name extends Bare>(name: Name): Promise<Answer<Name>>;
export function call<Name extends Command>(
  name: Name,
  request: Request<Name>,
): Promise<Answer<Name>>;
export async function call<Name extends Command>(
  name: Name,
  request?: Request<Name>,
): Promise<Answer<Name>> {
  if (app === undefined) throw unheard;
  try {
    return await app.call(name, request ?? ({} as Request<Name>));
  } catch (error) {
    throw asDetail(error);
  }
}

export function listen(handler: (event: Event) => void): () => void {
  return app?.listen(handler) ?? (() => {});
}

export function awake(): void {
  app?.awake();
}

/** Nobody said what became of it, so nobody may say that the money is safe. */
const unheard: ErrorDetail = { code: "internal", text: "", money: "unknown", next: null };

/** What a call was refused with. Whatever is not an error of the app's is one of the worst kind. */
export function asDetail(error: unknown): ErrorDetail {
  const known =
    typeof error === "object" && error !== null && "code" in error && "money" in error;
  return known ? (error as ErrorDetail) : unheard;
}
