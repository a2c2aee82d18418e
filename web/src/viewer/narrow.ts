/** What is a narrow screen, which hangs one pane: as the style sheets have it. */
export const NARROW = "(max-width: 700px)";
