// The window asks the app and nobody else: in a test, a request is a mistake.
globalThis.fetch = () => Promise.reject(new Error("a test reached for the network"));
