/** Builds the page of the pixel tests, with the portal's own settings, into the folder that `PIXELS_OUT` names. */
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here("."),
  base: "/",
  resolve: { alias: { "@": here("../../src"), xmlbuilder2: here("../../stubs/xmlbuilder2.ts") } },
  worker: { format: "es" },
  build: {
    outDir: process.env.PIXELS_OUT ?? here("../../node_modules/.pixels"),
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 4000,
  },
});
