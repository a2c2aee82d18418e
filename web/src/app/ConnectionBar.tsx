/** Says when what is on screen may be old, and that it is being mended. */
import { Trans } from "@lingui/react/macro";
import { Text } from "@mantine/core";
import { useEffect, useState } from "react";
import { connectionSince, useConnection } from "@/api/live";
import { showMoment } from "@/words/dates";

/** A connection that breaks and comes back at once is not worth a word. */
const WORTH_A_WORD_MS = 5000;

export function ConnectionBar() {
  const connection = useConnection();
  const [late, setLate] = useState(false);
  useEffect(() => {
    setLate(false);
    if (connection === "live") return;
    const timer = window.setTimeout(() => setLate(true), WORTH_A_WORD_MS);
    return () => window.clearTimeout(timer);
  }, [connection]);
  if (!late) return null;
  const since = showMoment(connectionSince() / 1000, Date.now() / 1000);
  return (
    <Text role="status" size="sm" px="md" py={6} bg="var(--bb-warn-ground)" c="var(--bb-warn)" fw={560}>
      <Trans>
        Geen verbinding met Beeldbrug sinds {since}. Wat u ziet, kan achterlopen; er gaat niets verloren. De verbinding
        wordt vanzelf hersteld.
      </Trans>
    </Text>
  );
}
