/** After an import: what was left out, taking that in after all, undoing it, and saying that it is out of the PACS. */
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, Loader, Modal, Radio, Stack, Text } from "@mantine/core";
import { useState } from "react";
import type { Exchange } from "@/api/types";
import { Trouble } from "@/ui/Trouble";
import { showNumber } from "@/words/dates";
import { clean, ownNumber } from "@/words/person";
import { type Act, useAct } from "./actions";
import classes from "./Details.module.css";
import { ChooseSeries, TakenBack } from "./ImportParts";
import { noteImport } from "./importing";
import { RekeyDialog, RekeyLine } from "./RekeyDialog";
import { useImportOf } from "./useDesk";

type Asking = "rest" | "undo" | "removed" | "rekey" | null;

/** "2 van 3 reeksen in het PACS". */
export function SeriesInPacs({ row }: { row: Exchange }) {
  const { t } = useLingui();
  if (row.left_series === 0 || row.state !== "imported") return null;
  const [some, all] = [showNumber(row.series - row.left_series), showNumber(row.series)];
  return <>{t`${some} van ${all} reeksen in het PACS`}</>;
}

interface DialogProps {
  title: string;
  button: string;
  act: Act | null;
  danger?: boolean;
  onClose: () => void;
  children: React.ReactNode;
}

function Dialog({ title, button, act, danger = false, onClose, children }: DialogProps) {
  const { t } = useLingui();
  const { mutate, isPending, error } = useAct();
  const carryOut = () =>
    act !== null &&
    mutate(act, {
      onSuccess: (row) => {
        if (act.kind === "rest") noteImport(row);
        onClose();
      },
    });
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ "aria-label": t`Sluiten` }}>
      <Stack>
        {children}
        {error !== null && <Trouble error={error} compact />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            <Trans>Annuleren</Trans>
          </Button>
          <Button
            {...(danger ? { color: "#b3141d" } : {})}
            disabled={act === null}
            loading={isPending}
            onClick={carryOut}
          >
            {button}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function Rest({ row, onClose }: { row: Exchange; onClose: () => void }) {
  const { t } = useLingui();
  const asked = useImportOf(row.id);
  const [chosen, setChosen] = useState<string[]>([]);
  const [rejected, setRejected] = useState(false);
  const series = asked.data?.series ?? [];
  const left = series.filter((one) => one.left_out);
  const back = asked.data?.with_rejected === true ? [] : series;
  return (
    <Dialog
      title={t`De rest naar mijn PACS`}
      button={t`Naar mijn PACS`}
      act={chosen.length === 0 && !rejected ? null : { id: row.id, kind: "rest", series: chosen, rejected }}
      onClose={onClose}
    >
      {asked.isPending && <Loader size="sm" aria-label={t`Reeksen worden opgehaald`} />}
      {asked.isError && <Trouble error={asked.error} retry={() => void asked.refetch()} compact />}
      {asked.isSuccess && <TakenBack series={back} checked={rejected} onChange={setRejected} />}
      {asked.isSuccess && left.length > 0 && (
        <ChooseSeries
          series={left}
          chosen={chosen}
          onChoose={setChosen}
          label={t`Reeksen die niet in het PACS staan`}
        />
      )}
      <Text size="sm" c="dimmed">
        <Trans>Ze komen onder hetzelfde nummer en bij dezelfde opdracht.</Trans>
      </Text>
    </Dialog>
  );
}

function Undo({ row, onClose }: { row: Exchange; onClose: () => void }) {
  const { t } = useLingui();
  const [why, setWhy] = useState("");
  const whys: Record<string, string> = {
    "wrong-patient": t`Onder de verkeerde patiënt`,
    "wrong-order": t`Bij de verkeerde opdracht`,
    "images-unusable": t`De beelden zijn niet bruikbaar`,
    "not-needed": t`De beelden zijn niet (meer) nodig`,
  };
  return (
    <Dialog
      title={t`Import ongedaan maken`}
      button={t`Ongedaan maken`}
      act={why === "" ? null : { id: row.id, kind: "undo", why }}
      danger
      onClose={onClose}
    >
      <Text size="sm">
        <Trans>
          Het onderzoek gaat terug naar de balie en de afzender ziet dat. Beeldbrug kan het niet uit uw PACS halen: dat
          doet u daar zelf, onder nummer <b>{ownNumber(row.local_number)}</b>. Daarna kan het onder een ander nummer het
          PACS in.
        </Trans>
      </Text>
      <Radio.Group value={why} onChange={setWhy} label={t`Reden`}>
        <Stack gap={8} mt={6}>
          {Object.entries(whys).map(([code, words]) => (
            <Radio key={code} value={code} label={words} />
          ))}
        </Stack>
      </Radio.Group>
    </Dialog>
  );
}

/** Under which number an undone import stands in the PACS. */
export function RemoveFirst({ id }: { id: string }) {
  const asked = useImportOf(id);
  const undone = asked.data?.undone ?? null;
  if (undone === null) return null;
  return (
    <Text size="sm">
      {undone.order === "" ? (
        <Trans>
          In het PACS staat het onder nummer <b>{clean(undone.number)}</b>.
        </Trans>
      ) : (
        <Trans>
          In het PACS staat het onder nummer <b>{clean(undone.number)}</b>, opdracht <b>{clean(undone.order)}</b>.
        </Trans>
      )}
    </Text>
  );
}

function Removed({ row, onClose }: { row: Exchange; onClose: () => void }) {
  const { t } = useLingui();
  return (
    <Dialog
      title={t`Uit het PACS gehaald`}
      button={t`Ja, het staat er niet meer`}
      act={{ id: row.id, kind: "removed" }}
      onClose={onClose}
    >
      <RemoveFirst id={row.id} />
      <Text size="sm">
        <Trans>Controleer in uw PACS dat het er weg is. Pas dan kan het onderzoek er opnieuw in.</Trans>
      </Text>
    </Dialog>
  );
}

export function DeskActions({ row }: { row: Exchange }) {
  const [asking, setAsking] = useState<Asking>(null);
  const close = () => setAsking(null);
  const can = (action: string) => row.may.includes(action);
  const rekeys = can("re-key") || can("re-key-undo") || can("re-key-confirm");
  if (!can("import-rest") && !can("undo-import") && !can("confirm-removed") && !rekeys) return null;
  return (
    <div className={classes.end}>
      {rekeys && <RekeyLine row={row} />}
      {can("confirm-removed") && <RemoveFirst id={row.id} />}
      <Group gap="xs">
        {can("re-key") && (
          <Button onClick={() => setAsking("rekey")}>
            <Trans>Wie is deze spoedpatiënt…</Trans>
          </Button>
        )}
        {can("confirm-removed") && (
          <Button onClick={() => setAsking("removed")}>
            <Trans>Uit het PACS gehaald…</Trans>
          </Button>
        )}
        {can("import-rest") && (
          <Button variant="default" onClick={() => setAsking("rest")}>
            <Trans>De rest naar mijn PACS…</Trans>
          </Button>
        )}
        {can("undo-import") && (
          <Button variant="default" onClick={() => setAsking("undo")}>
            <Trans>Import ongedaan maken…</Trans>
          </Button>
        )}
      </Group>
      {asking === "rest" && <Rest row={row} onClose={close} />}
      {asking === "rekey" && <RekeyDialog row={row} onClose={close} />}
      {asking === "undo" && <Undo row={row} onClose={close} />}
      {asking === "removed" && <Removed row={row} onClose={close} />}
    </div>
  );
}
