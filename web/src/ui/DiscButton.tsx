/** Downloads an exchange as a ZIP to burn or to hand out; the node makes it while it is read. */
import { Trans } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { BASE } from "@/api/client";
import { currentLanguage } from "@/words/catalogues";

export function DiscButton({ id, size }: { id: string; size: "xs" | "md" }) {
  return (
    <Button
      component="a"
      size={size}
      href={`${BASE}/exchanges/${id}/disc?language=${currentLanguage()}`}
      download
      leftSection={<IconDownload size={size === "md" ? 19 : 16} aria-hidden />}
    >
      <Trans>ZIP downloaden</Trans>
    </Button>
  );
}
