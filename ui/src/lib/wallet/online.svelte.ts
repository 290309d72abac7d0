/** Whether this device says that it has a connection. A payment finds out for itself. */
class Online {
  yes = $state(navigator.onLine);

  /** Call once; returns how to stop. */
  watch(): () => void {
    const look = () => (this.yes = navigator.onLine);
    look();
    addEventListener("online", look);
    addEventListener("offline", look);
    return () => {
      removeEventListener("online", look);
      removeEventListener("offline", look);
    };
  }
}

export const online = new Online();
