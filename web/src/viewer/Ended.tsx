/** What is shown instead of pictures when they may not, or cannot, be shown: nothing of the patient, and what to do. */
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Stack, Text, Title } from "@mantine/core";
import { IconArrowLeft, IconLock, IconRefresh, IconTrash, IconZoomExclamation } from "@tabler/icons-react";
import { Failure } from "@/api/failure";
import type { Fault, StudyState } from "@/join";
import { explain } from "@/words/errors";
import { leave } from "./leave";
import styles from "./viewer.module.css";

export function Ended({ state, fault, onAgain }: { state: StudyState; fault: Fault | null; onAgain: () => void }) {
  const { t } = useLingui();
  const words = fault ? explain(new Failure("unavailable", fault.code, fault.text, fault.remedy)) : null;
  const [Icon, title, text] =
    state === "withdrawn"
      ? [
          IconTrash,
          t`Dit onderzoek is ingetrokken.`,
          t`Het is niet meer bij u: beelden en naam zijn van uw scherm en uit het geheugen gehaald. Bel de afzender als u het nog nodig hebt.`,
        ]
      : state === "signed-out"
        ? [
            IconLock,
            t`U bent afgemeld.`,
            t`Beelden en naam zijn van het scherm gehaald. Meld u aan om verder te kijken; wat binnenkomt, gaat door.`,
          ]
        : [
            IconZoomExclamation,
            words?.what ?? t`Dit onderzoek kan niet worden geopend.`,
            words?.remedy ?? t`Er is niets verloren. Probeer het opnieuw, of bel uw beeldenbalie.`,
          ];
  return (
    <main className={styles.ended} role="alert">
      <Stack align="center" gap="md" maw={460} ta="center">
        <Icon size={40} stroke={1.5} aria-hidden />
        <Title order={1} size="h3">
          {title}
        </Title>
        <Text c="dimmed">{text}</Text>
        {state === "failed" && (
          <Button leftSection={<IconRefresh size={16} aria-hidden />} onClick={onAgain}>
            <Trans>Opnieuw proberen</Trans>
          </Button>
        )}
        {state === "signed-out" ? (
          <Button onClick={() => window.location.assign("/")}>
            <Trans>Aanmelden</Trans>
          </Button>
        ) : (
          <Button variant="default" leftSection={<IconArrowLeft size={16} aria-hidden />} onClick={leave}>
            <Trans>Terug naar de lijst</Trans>
          </Button>
        )}
      </Stack>
    </main>
  );
}
