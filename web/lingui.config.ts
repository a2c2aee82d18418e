/**
 * Catalogues of the screen's texts: Dutch is written in the source, English stands beside it in src/locales/en.
 * One catalogue a room, so that a lazily loaded room brings its own texts.
 */
import { defineConfig } from "@lingui/cli";
import { formatter } from "@lingui/format-po";

const ROOMS = [
  "app",
  "sign-in",
  "setup",
  "list",
  "send",
  "intake",
  "consult",
  "missing",
  "admin",
  "roster",
  "audit",
  "viewer",
  "join",
  "words",
  "ui",
];

export default defineConfig({
  sourceLocale: "nl",
  locales: ["nl", "en"],
  catalogs: ROOMS.map((room) => ({
    path: `<rootDir>/src/locales/{locale}/${room}`,
    include: [`<rootDir>/src/${room}`],
    exclude: ["**/*.test.ts", "**/*.test.tsx", "**/*.d.ts"],
  })),
  format: formatter({ lineNumbers: false, origins: true }),
  orderBy: "origin",
});
