/** An import that waits for the order that was asked for: how that stands, and what the desk can do about it. */
import { Trans, useLingui } from "@lingui/react/macro";
import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { IconClipboardList } from "@tabler/icons-react";
import { showMomentFully } from "@/words/dates";
import { clean } from "@/words/person";
import { NO_ORDER } from "./ImportParts";
import type { MadeOrder } from "./useDesk";

interface Props {
  order: MadeOrder | null;
  blocked: boolean;
  pending: boolean;
  /** The empty text is: without an order; null asks again. */
  onDecide: (order: string | null) => void;
}

export function OrderWaits({ order, blocked, pending, onDecide }: Props) {
  const { t } = useLingui();
  const since = order === null ? "" : showMomentFully(order.changed);
  return (
    <Alert color="yellow" variant="light" icon={<IconClipboardList size={20} aria-hidden />}>
      <Stack gap="sm">
        <Text size="sm" fw={600}>
          <Trans>Opdracht</Trans>
        </Text>
        {order !== null && (
          <Text size="sm">
            {clean(order.accession_number)} · {order.state === "refused" ? t`niet gelukt` : t`gevraagd, niet bevestigd`}{" "}
            · {since}
            {order.reason !== "" && (
              <>
                {" "}
                · <code>{order.reason}</code>
              </>
            )}
          </Text>
        )}
        <Group gap="xs">
          <Button size="sm" disabled={blocked} loading={pending} onClick={() => onDecide(null)}>
            <Trans>Opnieuw vragen</Trans>
          </Button>
          <Button size="sm" variant="default" disabled={blocked} loading={pending} onClick={() => onDecide(NO_ORDER)}>
            <Trans>Importeren zonder opdracht</Trans>
          </Button>
        </Group>
        <Text size="sm" c="dimmed">
          <Trans>Of kies hieronder een andere patiënt of opdracht; dan vervalt deze.</Trans>
        </Text>
      </Stack>
    </Alert>
  );
}
