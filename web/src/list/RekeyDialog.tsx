/** Who is this emergency patient, whose study stands in the PACS under an emergency number? And how that goes on. */
import { Trans, useLingui } from "@lingui/react/macro";
import { Alert, Button, Group, Modal, Stack, Text } from "@mantine/core";
import { IconUrgent } from "@tabler/icons-react";
import type { Exchange } from "@/api/types";
import { PatientLine } from "@/ui/PatientLine";
import { Trouble } from "@/ui/Trouble";
import { showMomentFully } from "@/words/dates";
import { clean, ownNumber } from "@/words/person";
import { inLanguage } from "@/words/reasons";
import { useAct } from "./actions";
import { ChooseOwn, useOwn } from "./ChooseOwn";
import classes from "./ImportDialog.module.css";
import { Taken } from "./ImportParts";
import { type Rekeying, useClaim, useImportOf } from "./useDesk";

export function RekeyDialog({ row, onClose }: { row: Exchange; onClose: () => void }) {
  const { t } = useLingui();
  const asked = useOwn(row);
  const claim = useClaim(row.id);
  const act = useAct();
  const current = claim.row ?? row;
  const { own, issuer } = asked;
  const send = () =>
    act.mutate({ id: row.id, kind: "rekey", number: own, issuer, asOf: current.updated }, { onSuccess: onClose });
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={t`Wie is deze spoedpatiënt?`}
      closeButtonProps={{ "aria-label": t`Sluiten` }}
    >
      <Stack>
        <div className={classes.arrived}>
          <Text size="sm" c="dimmed">
            <Trans>Ontvangen beelden zijn van</Trans>
          </Text>
          <PatientLine patient={row.patient} large />
          <Text size="sm">
            <Trans>
              In het PACS staan ze onder spoednummer <b>{ownNumber(row.local_number)}</b>.
            </Trans>
          </Text>
        </div>
        {claim.taken && <Taken name={row.busy?.name ?? ""} onTakeOver={claim.takeOver} pending={claim.pending} />}
        {claim.failure !== null && <Trouble error={claim.failure} compact />}
        {row.reason?.code === "emergency-question" && <Text size="sm">{inLanguage(row.reason).text}</Text>}
        <ChooseOwn asked={asked} />
        <Text size="sm" c="dimmed">
          <Trans>
            Beeldbrug kijkt daarna of het PACS het nummer ook vervangt. Doet het dat niet op tijd, dan wordt de import
            ongedaan gemaakt en hoort u wat u in het PACS moet weghalen.
          </Trans>
        </Text>
        {act.error !== null && <Trouble error={act.error} compact />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            <Trans>Annuleren</Trans>
          </Button>
          <Button disabled={own === "" || claim.taken} loading={act.isPending} onClick={send}>
            <Trans>Dit is de patiënt</Trans>
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function Standing({ rekeying }: { rekeying: Rekeying }) {
  const into = clean(rekeying.into);
  switch (rekeying.state) {
    case "looking":
      return (
        <Trans>
          Het spoednummer is vervangen door <b>{into}</b>. Beeldbrug wacht tot {showMomentFully(rekeying.until)} of het
          PACS dat ook doet; tot dan gaat er niets van dit onderzoek naar het PACS.
        </Trans>
      );
    case "aside":
      return (
        <Trans>
          Het PACS heeft het spoednummer niet vervangen. Zodra u bevestigt dat het onderzoek daar weg is, gaat het
          vanzelf onder <b>{into}</b> het PACS in.
        </Trans>
      );
    case "asked":
    case "question":
      return (
        <Trans>
          Het RIS of EPD zegt dat dit patiënt <b>{into}</b> is.
        </Trans>
      );
    default:
      return <Trans>Het PACS heeft het onderzoek onder het eigen nummer; dat wordt hier overgenomen.</Trans>;
  }
}

/** An emergency number that is being replaced: how that stands, and what the desk can do about it. */
export function RekeyLine({ row }: { row: Exchange }) {
  const asked = useImportOf(row.id);
  const act = useAct();
  const rekeying = asked.data?.rekeying ?? null;
  const shown = ["asked", "question", "looking", "moved", "aside"];
  if (rekeying === null || !shown.includes(rekeying.state)) return null;
  const can = (action: string) => row.may.includes(action);
  return (
    <Alert color="yellow" variant="light" icon={<IconUrgent size={20} aria-hidden />}>
      <Stack gap="sm">
        <Text size="sm">
          <Standing rekeying={rekeying} />
        </Text>
        {act.error !== null && <Trouble error={act.error} compact />}
        <Group gap="xs">
          {can("re-key-confirm") && (
            <Button size="sm" loading={act.isPending} onClick={() => act.mutate({ id: row.id, kind: "rekey-confirm" })}>
              <Trans>In het PACS staat het al goed</Trans>
            </Button>
          )}
          {can("re-key-undo") && (
            <Button
              size="sm"
              variant="default"
              loading={act.isPending}
              onClick={() => act.mutate({ id: row.id, kind: "rekey-undo" })}
            >
              <Trans>Terugnemen</Trans>
            </Button>
          )}
        </Group>
      </Stack>
    </Alert>
  );
}
