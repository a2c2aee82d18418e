/** The list when it has no rows: still loading, nothing there, nothing found, or failed. */
import { Trans } from "@lingui/react/macro";
import { Button, Center, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconInbox, IconSearchOff, IconSend } from "@tabler/icons-react";
import type { Direction } from "@/api/types";
import { usePatience } from "@/ui/Loading";
import classes from "./ListStates.module.css";

export function LoadingRows() {
  const stage = usePatience();
  return (
    <div role="status" className={classes.loading}>
      <span className="bb-hidden">
        <Trans>De lijst wordt geladen…</Trans>
      </span>
      {stage === 2 && (
        <Text size="sm" p="sm" ta="center">
          <Trans>Dit duurt langer dan gewoonlijk. Beelden die onderweg zijn, komen gewoon aan.</Trans>
        </Text>
      )}
      {stage > 0 && [0, 1, 2, 3, 4, 5].map((row) => <Skeleton key={row} height={62} radius="sm" aria-hidden />)}
    </div>
  );
}

interface EmptyProps {
  direction: Direction;
  filtered: boolean;
  onClear: () => void;
}

export function EmptyList({ direction, filtered, onClear }: EmptyProps) {
  if (filtered)
    return (
      <Center className={classes.empty}>
        <Stack align="center" gap="xs" maw={460}>
          <IconSearchOff size={36} stroke={1.3} aria-hidden />
          <Title order={2} size="h4">
            <Trans>Niets gevonden</Trans>
          </Title>
          <Text ta="center" c="dimmed">
            <Trans>
              Met deze zoektekst en filters is er niets. Probeer alleen de achternaam of het nummer, of wis de filters.
            </Trans>
          </Text>
          <Button variant="default" onClick={onClear} mt="xs">
            <Trans>Alles tonen</Trans>
          </Button>
        </Stack>
      </Center>
    );
  const Icon = direction === "in" ? IconInbox : IconSend;
  return (
    <Center className={classes.empty}>
      <Stack align="center" gap="xs" maw={460}>
        <Icon size={36} stroke={1.3} aria-hidden />
        <Title order={2} size="h4">
          {direction === "in" ? <Trans>Nog niets ontvangen</Trans> : <Trans>Nog niets verstuurd</Trans>}
        </Title>
        <Text ta="center" c="dimmed">
          {direction === "in" ? (
            <Trans>
              Zodra een ander ziekenhuis beelden stuurt, staan ze hier vanzelf: u hoeft niet te vernieuwen. Verwacht u
              iets, bel dan de afzender en vraag of het verstuurd is.
            </Trans>
          ) : (
            <Trans>Wat u verstuurt, staat hier met hoe ver het is: onderweg, gecontroleerd, bekeken of in PACS.</Trans>
          )}
        </Text>
      </Stack>
    </Center>
  );
}
