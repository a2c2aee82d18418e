/** Sends an exchange's study on, or another of the same patient: opens the sending for that patient. */
import { Trans } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { IconSend } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { may, useMe } from "@/api/queries";
import type { Exchange } from "@/api/types";

export function Forward({ exchange }: { exchange: Exchange }) {
  const navigate = useNavigate();
  const me = useMe();
  if (!may(me, "send") || exchange.patient === null) return null;
  return (
    <Button
      size="md"
      variant="default"
      leftSection={<IconSend size={19} aria-hidden />}
      onClick={() => void navigate({ to: "/versturen", search: { uitwisseling: exchange.id } })}
    >
      <Trans>Doorsturen</Trans>
    </Button>
  );
}
