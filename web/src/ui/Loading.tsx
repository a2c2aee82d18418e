/** Waiting: nothing for a moment, then a sign of life, then a word when it takes longer than it should. */
import { Trans } from "@lingui/react/macro";
import { Center, Loader, Stack, Text } from "@mantine/core";
import { useEffect, useState } from "react";

const SIGN_MS = 250;
const SLOW_MS = 4000;

/** 0 at first, 1 when a sign of life is due, 2 when it is slow. */
export function usePatience(): 0 | 1 | 2 {
  const [stage, setStage] = useState<0 | 1 | 2>(0);
  useEffect(() => {
    const sign = window.setTimeout(() => setStage(1), SIGN_MS);
    const slow = window.setTimeout(() => setStage(2), SLOW_MS);
    return () => {
      window.clearTimeout(sign);
      window.clearTimeout(slow);
    };
  }, []);
  return stage;
}

export function Loading({ height = "60vh" }: { height?: string | number }) {
  const stage = usePatience();
  return (
    <Center h={height} role="status" aria-live="polite">
      {stage > 0 && (
        <Stack align="center" gap="sm">
          <Loader size="sm" aria-hidden />
          <Text size="sm" c="dimmed">
            {stage === 2 ? (
              <Trans>Dit duurt langer dan gewoonlijk. Beeldbrug is nog bezig; u hoeft niets te doen.</Trans>
            ) : (
              <Trans>Een ogenblik…</Trans>
            )}
          </Text>
        </Stack>
      )}
    </Center>
  );
}
