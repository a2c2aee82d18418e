/** Recovery codes, shown once: to print or to copy, and a tick before going on. */
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Checkbox, CopyButton, Group, Stack } from "@mantine/core";
import { IconCheck, IconCopy, IconPrinter } from "@tabler/icons-react";
import { useState } from "react";
import classes from "./RecoveryCodes.module.css";

interface Props {
  codes: string[];
  organisation: string;
  onDone: () => void;
}

export function RecoveryCodes({ codes, organisation, onDone }: Props) {
  const { t } = useLingui();
  const [kept, setKept] = useState(false);
  return (
    <Stack className={classes.sheet}>
      <div className={classes.heading}>
        <Trans>Herstelcodes voor Beeldbrug, {organisation}</Trans>
      </div>
      <ol className={classes.codes}>
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ol>
      <Group className="bb-screen-only" gap="xs">
        <Button variant="default" leftSection={<IconPrinter size={16} aria-hidden />} onClick={() => window.print()}>
          <Trans>Afdrukken</Trans>
        </Button>
        <CopyButton value={codes.join("\n")}>
          {({ copied, copy }) => (
            <Button
              variant="default"
              leftSection={copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
              onClick={copy}
            >
              {copied ? <Trans>Gekopieerd</Trans> : <Trans>Kopiëren</Trans>}
            </Button>
          )}
        </CopyButton>
      </Group>
      <Checkbox
        className="bb-screen-only"
        label={t`Ik heb de codes op een veilige plek bewaard.`}
        checked={kept}
        onChange={(event) => setKept(event.currentTarget.checked)}
      />
      <Button className="bb-screen-only" size="md" disabled={!kept} onClick={onDone}>
        <Trans>Verder</Trans>
      </Button>
    </Stack>
  );
}
