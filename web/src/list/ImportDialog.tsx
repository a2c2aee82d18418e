/** An arrival goes into the own PACS: a human compares, and says whose it is, for which order, and which series. */
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useState } from "react";
import type { Exchange } from "@/api/types";
import { PatientLine } from "@/ui/PatientLine";
import { Trouble } from "@/ui/Trouble";
import { inLanguage } from "@/words/reasons";
import { useAct, waitsForOrder } from "./actions";
import { ChooseOwn, useOwn } from "./ChooseOwn";
import classes from "./ImportDialog.module.css";
import { ChooseOrder, ChooseSeries, isTakenBack, MAKE_ORDER, meant, Taken, TakenBack } from "./ImportParts";
import { noteImport } from "./importing";
import { OrderWaits } from "./OrderWaits";
import { useClaim, useImportOf, useOrders } from "./useDesk";

export function ImportDialog({ row, onClose }: { row: Exchange; onClose: () => void }) {
  const { t } = useLingui();
  const own = useOwn(row);
  const [ordered, setOrdered] = useState<string | null>(null);
  const [picking, setPicking] = useState("");
  const act = useAct();
  const claim = useClaim(row.id);
  const current = claim.row ?? row;
  const importOf = useImportOf(row.id);
  const [picked, setPicked] = useState<string[] | null>(null);
  const series = importOf.data?.series ?? [];
  const wanted = picked ?? series.filter((one) => !one.left_out).map((one) => one.uid);
  const [rejected, setRejected] = useState<boolean | null>(null);
  const withRejected = rejected ?? importOf.data?.with_rejected ?? false;
  const orders = useOrders(row.id, own.own, own.issuer);
  const order = meant(orders.data, picking === own.own ? ordered : null);
  const ready = own.own !== "" && order !== null && wanted.length > 0 && importOf.isSuccess && !claim.taken;
  const send = () =>
    act.mutate(
      {
        id: row.id,
        kind: "import",
        asOf: current.updated,
        number: own.own,
        issuer: own.issuer,
        ...(picked === null ? {} : { series: picked }),
        ...(rejected === null ? {} : { rejected }),
        ...(order === null || order === MAKE_ORDER ? {} : { order }),
      },
      {
        onSuccess: (after) => {
          noteImport(after);
          onClose();
        },
      },
    );
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={t`Wie is dit bij ons?`}
      closeButtonProps={{ "aria-label": t`Sluiten` }}
    >
      <Stack>
        <div className={classes.arrived}>
          <Text size="sm" c="dimmed">
            <Trans>Ontvangen beelden zijn van</Trans>
          </Text>
          <PatientLine patient={row.patient} large />
        </div>
        {claim.taken && <Taken name={row.busy?.name ?? ""} onTakeOver={claim.takeOver} pending={claim.pending} />}
        {claim.failure !== null && <Trouble error={claim.failure} compact />}
        {row.reason !== null && <Text size="sm">{inLanguage(row.reason).text}</Text>}
        {waitsForOrder(row) && (
          <OrderWaits
            order={importOf.data?.order ?? null}
            blocked={claim.taken}
            pending={act.isPending}
            onDecide={(order) =>
              act.mutate(
                { id: row.id, kind: "import", asOf: current.updated, ...(order === null ? {} : { order }) },
                { onSuccess: onClose },
              )
            }
          />
        )}
        <ChooseOwn asked={own} />
        {own.own !== "" && (
          <ChooseOrder
            asked={orders}
            value={order}
            onChange={(next) => {
              setPicking(own.own);
              setOrdered(next);
            }}
          />
        )}
        {importOf.isError && <Trouble error={importOf.error} retry={() => void importOf.refetch()} compact />}
        {series.length > 1 && (
          <details open={series.some((one) => one.left_out)}>
            <summary>
              <Text size="sm" span>
                {t`Reeksen: ${wanted.length} van ${series.length} naar het PACS`}
              </Text>
            </summary>
            <ChooseSeries series={series} chosen={wanted} onChoose={setPicked} label={t`Reeksen voor het PACS`} />
          </details>
        )}
        <TakenBack
          series={series}
          checked={withRejected}
          onChange={(checked) => {
            setRejected(checked);
            const whole = series.filter(isTakenBack).map((one) => one.uid);
            setPicked(checked ? [...new Set([...wanted, ...whole])] : wanted.filter((uid) => !whole.includes(uid)));
          }}
        />
        {act.error !== null && <Trouble error={act.error} compact />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            <Trans>Annuleren</Trans>
          </Button>
          <Button disabled={!ready} loading={act.isPending} onClick={send}>
            <Trans>Naar mijn PACS</Trans>
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
