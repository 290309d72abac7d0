import { svelte } from "@sveltejs/vite-plugin-svelte";
import { svelteTesting } from "@testing-library/svelte/vite";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  plugins: [svelte(), svelteTesting()],
  resolve: {
    alias: {
      $components: here("./src/components"),
      $lib: here("./src/lib"),
      $icons: here("../icons"),
    },
  },
  clearScreen: false,
  server: { fs: { allow: [here("."), here("../icons")] } },
  build: {
    target: ["chrome123", "safari17.5"],
    // What is inlined cannot be cached, and a strict CSP refuses `data:` fonts.
    assetsInlineLimit: 0,
  },
  test: {
    environment: "happy-dom",
    // Slow machines are slow and not wrong.
    testTimeout: 60_000,
    include: ["src/**/*.test.ts", "tests/**/*.test.ts"],
    // A test that reaches for the network is a mistake.
    setupFiles: ["./tests/no-network.ts"],
  },
});
