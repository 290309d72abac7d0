import { Channel, invoke } from "@tauri-apps/api/core";
import type { App } from ".";
import type { Event } from "./types";

/** The app around this window. */
export const tauri: App = {
  call(name, request) {
    // A picture goes over as it is; anything else by name.
    return invoke(name, request instanceof Uint8Array ? request : { request });
  },
  listen(handler) {
    let listening = true;
    const channel = new Channel<Event>((event) => {
      if (listening) handler(event);
    });
    void invoke("listen", { channel });
    return () => (listening = false);
  },
  awake() {
    // Nothing follows from it but that the wallet is locked a little later.
    invoke("awake").catch(() => {});
  },
};
