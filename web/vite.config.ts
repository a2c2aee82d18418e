/**
 * Builds the portal into the Python package, from where the node serves it.
 *
 * The node's content security policy allows neither inline scripts nor `eval`, and code and WebAssembly from the same
 * origin only: nothing is inlined as a data URL, and workers are ES modules in files of their own.
 */
import { fileURLToPath } from "node:url";
import { lingui, linguiTransformerBabelPreset } from "@lingui/vite-plugin";
import babel from "@rolldown/plugin-babel";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const node = process.env.BEELDBRUG_NODE ?? "http://127.0.0.1:8080";

/** The page names what its first script will ask for, so that the browser fetches it beside that script, not after it. */
function programAhead(): Plugin {
  return {
    name: "program-ahead",
    transformIndexHtml: {
      order: "post",
      handler(_html, { bundle }) {
        const chunks = Object.values(bundle ?? {}).filter((one) => one.type === "chunk");
        const program = chunks.find((chunk) => chunk.facadeModuleId?.endsWith("/src/app/main.tsx"));
        if (!program) return [];
        const link = (attrs: Record<string, string | boolean>) => ({ tag: "link", attrs, injectTo: "head" as const });
        const scripts = [program.fileName, ...program.imports].map((file) =>
          link({ rel: "modulepreload", crossorigin: true, href: `/${file}` }),
        );
        const styles = [...(program.viteMetadata?.importedCss ?? [])].map((file) =>
          link({ rel: "preload", as: "style", crossorigin: true, href: `/${file}` }),
        );
        return [...scripts, ...styles];
      },
    },
  };
}

export default defineConfig({
  base: "/",
  plugins: [
    react(),
    lingui({ failOnCompileError: true }),
    babel({ presets: [linguiTransformerBabelPreset()] }),
    programAhead(),
  ],
  resolve: {
    alias: {
      "@": here("./src"),
      // vtk.js (in Cornerstone3D) imports xmlbuilder2 for files that the portal never reads; bundled by rolldown it throws
      // at page load
      xmlbuilder2: here("./stubs/xmlbuilder2.ts"),
    },
  },
  worker: { format: "es" },
  optimizeDeps: {
    exclude: ["@cornerstonejs/dicom-image-loader"],
    include: ["dicom-parser"],
  },
  build: {
    outDir: here("../src/beeldbrug/node/protocols/portal/site"),
    emptyOutDir: true,
    target: "es2022",
    assetsDir: "assets",
    assetsInlineLimit: 0,
    manifest: true,
    sourcemap: false,
    chunkSizeWarningLimit: 2000,
  },
  server: { host: "127.0.0.1", proxy: { "/api": { target: node, changeOrigin: false } } },
});
