/** Unit tests of the portal: jsdom, no network, the same transforms as the build. */
import { mergeConfig } from "vite";
import { defineConfig } from "vitest/config";
import base from "./vite.config";

export default mergeConfig(
  base,
  defineConfig({
    test: {
      environment: "jsdom",
      include: ["src/**/*.test.{ts,tsx}", "tests/**/*.test.{ts,tsx}"],
      restoreMocks: true,
      testTimeout: 20_000,
      maxWorkers: 2,
    },
  }),
);
