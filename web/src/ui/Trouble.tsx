/** What happened, what is safe, what to do: the one way in which something that failed is shown. */
import { Trans } from "@lingui/react/macro";
import { Button, Group, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconRefresh } from "@tabler/icons-react";
import { type ReactNode, useEffect } from "react";
import { failureOf } from "@/api/failure";
import { explain } from "@/words/errors";
import { useLanguage } from "@/words/useLanguage";
import { uncover } from "./cover";
import classes from "./Trouble.module.css";

interface Props {
  error: unknown;
  /** What is safe: the sentence that takes the worry away. */
  safe?: ReactNode;
  /** Tries again, when trying again makes sense. */
  retry?: (() => void) | undefined;
  retrying?: boolean;
  /** In the flow of a form: one quiet box. */
  compact?: boolean;
  children?: ReactNode;
}

export function Trouble({ error, safe, retry, retrying = false, compact = false, children }: Props) {
  const language = useLanguage();
  const failure = failureOf(error);
  useEffect(() => {
    if (!compact) uncover();
  }, [compact]);
  const { what, remedy, detail } = explain(failure, language);
  return (
    <div className={compact ? classes.compact : classes.box} role="alert">
      <IconAlertTriangle size={compact ? 18 : 26} stroke={1.7} aria-hidden className={classes.icon} />
      <Stack gap={compact ? 2 : 6}>
        <Text fw={620} size={compact ? "sm" : "md"}>
          {what}
        </Text>
        {safe !== undefined && <Text size="sm">{safe}</Text>}
        <Text size="sm">{remedy}</Text>
        {detail !== "" && (
          <Text size="sm" lang="en">
            {detail}
          </Text>
        )}
        {!compact && (
          <Text size="xs" c="dimmed">
            <Trans>Code: {failure.code}</Trans>
          </Text>
        )}
        {(retry !== undefined || children !== undefined) && (
          <Group mt={compact ? 4 : "xs"} gap="xs">
            {retry !== undefined && (
              <Button
                size={compact ? "xs" : "sm"}
                variant="default"
                loading={retrying}
                leftSection={<IconRefresh size={16} aria-hidden />}
                onClick={retry}
              >
                <Trans>Opnieuw proberen</Trans>
              </Button>
            )}
            {children}
          </Group>
        )}
      </Stack>
    </div>
  );
}
