/** Dark around pictures, whatever the rest of the portal looks like: a Mantine provider of its own for this room. */
import { MantineProvider, mergeThemeOverrides, useMantineTheme } from "@mantine/core";
import { type ReactNode, useState } from "react";
import styles from "./viewer.module.css";

export function ViewerTheme({ children }: { children: ReactNode }) {
  const outer = useMantineTheme();
  const [root, setRoot] = useState<HTMLDivElement | null>(null);
  const theme = mergeThemeOverrides(outer, {
    components: {
      Portal: { defaultProps: { target: root ?? undefined } },
      Tooltip: { defaultProps: { openDelay: 350, fz: "xs" } },
    },
  });
  return (
    <div ref={setRoot} className={styles.viewer} data-viewer data-mantine-color-scheme="dark">
      {root && (
        <MantineProvider
          theme={theme}
          forceColorScheme="dark"
          cssVariablesSelector="[data-viewer]"
          getRootElement={() => root}
          withGlobalClasses={false}
        >
          {children}
        </MantineProvider>
      )}
    </div>
  );
}
