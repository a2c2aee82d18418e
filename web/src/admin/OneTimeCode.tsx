/** A one-time code, shown once, to be handed over: as words on the screen and as a sheet to print. */
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, CopyButton, Group, Modal, Stack, Text } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import type { components } from "@/api/schema";
import { showMoment } from "@/words/dates";
import { shapes } from "./parts";

export type Handed = components["schemas"]["OneTimeCode"];

export function OneTimeCode({ handed, onClose }: { handed: Handed; onClose: () => void }) {
  const { t } = useLingui();
  return (
    <Modal
      opened
      onClose={onClose}
      closeOnClickOutside={false}
      title={t`Eenmalige code voor ${handed.login}`}
      closeButtonProps={{ "aria-label": t`Sluiten` }}
    >
      <Stack gap="sm">
        <Text size="sm">
          <Trans>
            Deze code wordt maar één keer getoond en werkt tot {showMoment(handed.expires, Date.now() / 1000)}.
            Overhandig hem persoonlijk, of noem hem over een telefoonnummer dat u al kende; stuur hem niet per e-mail.
          </Trans>
        </Text>
        <Group wrap="nowrap">
          <Text className={shapes.mono} size="md" style={{ overflowWrap: "anywhere" }} data-testid="one-time-code">
            {handed.code}
          </Text>
          <CopyButton value={handed.code} timeout={3000}>
            {({ copied, copy }) => (
              <Button
                variant="default"
                size="xs"
                style={{ flexShrink: 0 }}
                onClick={copy}
                leftSection={copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
              >
                {copied ? <Trans>Gekopieerd</Trans> : <Trans>Kopiëren</Trans>}
              </Button>
            )}
          </CopyButton>
        </Group>
        <Text size="sm">
          <Trans>
            Ga naar {handed.page}, kies “Wachtwoord of tweede stap kwijt?” en vul de code in. Daarna kiest de houder een
            wachtwoord en een tweede stap.
          </Trans>
        </Text>
        <Group justify="flex-end">
          <Button onClick={onClose}>
            <Trans>Overhandigd</Trans>
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
