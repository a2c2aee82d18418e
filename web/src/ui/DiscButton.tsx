/** Hands out an exchange as a file to burn or to give along; the node makes it while it is downloaded. */
import { Trans } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import type { Exchange } from "@/api/types";
import { Boundary } from "./Boundary";

/** Few need it, and nobody at once. */
const HandOut = lazy(async () => ({ default: (await import("./HandOut")).HandOut }));

export function DiscButton({ exchange, size }: { exchange: Exchange; size: "xs" | "md" }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button
        size={size}
        leftSection={<IconDownload size={size === "md" ? 19 : 16} aria-hidden />}
        onClick={() => setOpen(true)}
      >
        <Trans>Downloaden om mee te geven…</Trans>
      </Button>
      {open && (
        <Boundary compact>
          <Suspense fallback={null}>
            <HandOut exchange={exchange} onClose={() => setOpen(false)} />
          </Suspense>
        </Boundary>
      )}
    </>
  );
}
