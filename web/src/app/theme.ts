/** The look: calm and exact. One accent (petrol), cool greys, small radii, figures of one width. */
import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from "@mantine/core";

const petrol: MantineColorsTuple = [
  "#e8f6f8",
  "#d3eaee",
  "#a6d5dd",
  "#74bfcb",
  "#4cacbb",
  "#2f9cae",
  "#178296",
  "#0b6e80",
  "#075a6a",
  "#044553",
];

/** Cool greys; `dark` 7 is the page, 6 the panels, 4 the lines. */
const dark: MantineColorsTuple = [
  "#d5dde2",
  "#b4c0c8",
  "#93a2ac",
  "#6b7b86",
  "#37454f",
  "#26323b",
  "#1a242b",
  "#12191f",
  "#0c1216",
  "#070b0e",
];

const gray: MantineColorsTuple = [
  "#f7f9fa",
  "#eff3f5",
  "#e3e9ec",
  "#d3dce0",
  "#bcc8ce",
  "#8e9da6",
  "#5d6c75",
  "#43515a",
  "#2b373f",
  "#182127",
];

const sheet = {
  content: { background: "var(--bb-panel)" },
  header: { background: "var(--bb-panel)" },
  title: { fontWeight: 620, fontSize: 17 },
};

export const theme = createTheme({
  primaryColor: "petrol",
  primaryShade: 7,
  autoContrast: true,
  luminanceThreshold: 0.35,
  colors: { petrol, dark, gray },
  fontFamily:
    '"Segoe UI Variable Text", "Segoe UI", system-ui, -apple-system, "Helvetica Neue", "Noto Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "Cascadia Mono", "SF Mono", Consolas, "Liberation Mono", monospace',
  headings: { fontWeight: "620" },
  defaultRadius: "sm",
  cursorType: "pointer",
  focusRing: "auto",
  respectReducedMotion: true,
  components: {
    Drawer: {
      defaultProps: { overlayProps: { backgroundOpacity: 0.35 }, transitionProps: { duration: 120 } },
      styles: sheet,
    },
    Modal: { defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.45 } }, styles: sheet },
    Tooltip: { defaultProps: { openDelay: 300, withArrow: true } },
  },
});

/** Colours with a meaning, of 4.5:1 and better on their grounds in both themes (tests/contrast checks them). */
export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--bb-ground": "#f2f5f7",
    "--bb-panel": "#ffffff",
    "--bb-line": "#dbe3e7",
    "--bb-text": "#182127",
    "--bb-quiet": "#51606a",
    "--bb-accent": "#075a6a",
    "--bb-accent-ground": "#e3f2f5",
    "--bb-stat": "#b3141d",
    "--bb-stat-ground": "#fdecec",
    "--bb-warn": "#7c4a00",
    "--bb-warn-ground": "#fff3dc",
    "--bb-good": "#1c6435",
    "--bb-good-ground": "#e5f5ea",
    "--mantine-color-body": "#f2f5f7",
    "--mantine-color-text": "#182127",
    "--mantine-color-dimmed": "#51606a",
    "--mantine-color-placeholder": "#5d6c75",
    "--mantine-color-error": "#b3141d",
    "--mantine-color-anchor": "#075a6a",
  },
  dark: {
    "--bb-ground": "#12191f",
    "--bb-panel": "#1a242b",
    "--bb-line": "#303d46",
    "--bb-text": "#e4eaee",
    "--bb-quiet": "#a3b1ba",
    "--bb-accent": "#74c3d0",
    "--bb-accent-ground": "#10323a",
    "--bb-stat": "#ff9a94",
    "--bb-stat-ground": "#44181b",
    "--bb-warn": "#f5c46b",
    "--bb-warn-ground": "#3b2c10",
    "--bb-good": "#84d6a0",
    "--bb-good-ground": "#143221",
    "--mantine-color-body": "#12191f",
    "--mantine-color-text": "#e4eaee",
    "--mantine-color-dimmed": "#a3b1ba",
    "--mantine-color-placeholder": "#93a2ac",
    "--mantine-color-disabled": "#26323b",
    "--mantine-color-disabled-color": "#93a2ac",
    "--mantine-color-error": "#ff9a94",
    "--mantine-color-anchor": "#74c3d0",
  },
});
