/** Whose images are these here? Own patients are looked up live; a human compares and chooses the number. */
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, Loader, Modal, Radio, Stack, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, data } from "@/api/client";
import type { Candidate, Exchange } from "@/api/types";
import { PatientLine } from "@/ui/PatientLine";
import { Trouble } from "@/ui/Trouble";
import { inLanguage } from "@/words/reasons";
import { placesOf } from "@/words/sources";
import { useAct, waitsForOrder } from "./actions";
import { Compared, Remarks } from "./Compared";
import classes from "./ImportDialog.module.css";
import { ChooseOrder, ChooseSeries, MAKE_ORDER, meant, Taken } from "./ImportParts";
import { noteImport } from "./importing";
import { OrderWaits } from "./OrderWaits";
import { useClaim, useImportOf, useOrders } from "./useDesk";

const OTHER = "other";
/** Orders are looked up when whoever types a number has stopped for this long. */
const SETTLE_MS = 400;

function Choice({ found, value }: { found: Candidate; value: string }) {
  const { t } = useLingui();
  const { patient, likeness } = found;
  return (
    <Radio.Card
      value={value}
      className={classes.candidate}
      aria-label={`${patient.name} ${patient.birth_date} ${patient.number}`}
    >
      <Radio.Indicator />
      <div>
        <PatientLine patient={patient} />
        <Remarks likeness={likeness} />
        <div className={classes.order}>{t`Bekend uit ${placesOf(found.sources)}`}</div>
        {found.order !== "" && <div className={classes.order}>{t`Opdracht ${found.order}`}</div>}
      </div>
    </Radio.Card>
  );
}

export function ImportDialog({ row, onClose }: { row: Exchange; onClose: () => void }) {
  const { t } = useLingui();
  const [choice, setChoice] = useState<string | null>(null);
  const [number, setNumber] = useState("");
  const [typed] = useDebouncedValue(choice === OTHER ? number.trim() : "", SETTLE_MS);
  const [ordered, setOrdered] = useState<string | null>(null);
  const [picking, setPicking] = useState("");
  const act = useAct();
  const candidates = useQuery({
    queryKey: ["candidates", row.id],
    queryFn: ({ signal }) =>
      data(api.GET("/exchanges/{exchange}/candidates", { params: { path: { exchange: row.id } }, signal })),
    staleTime: 0,
    gcTime: 0,
  });
  const found = candidates.data?.patients ?? [];
  const chosen = choice !== null && choice !== OTHER ? found[Number(choice)] : undefined;
  const claim = useClaim(row.id);
  const current = claim.row ?? row;
  const importOf = useImportOf(row.id);
  const [picked, setPicked] = useState<string[] | null>(null);
  const series = importOf.data?.series ?? [];
  const wanted = picked ?? series.filter((one) => !one.left_out).map((one) => one.uid);
  const [own, issuer] = [chosen?.patient.number ?? typed, chosen?.patient.issuer ?? ""];
  const orders = useOrders(row.id, choice === null ? "" : own, issuer);
  const order = meant(orders.data, picking === own ? ordered : null);
  const ready =
    own !== "" && choice !== null && order !== null && wanted.length > 0 && importOf.isSuccess && !claim.taken;
  const send = () =>
    act.mutate(
      {
        id: row.id,
        kind: "import",
        asOf: current.updated,
        number: own,
        issuer,
        ...(picked === null ? {} : { series: picked }),
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
        {candidates.isPending ? (
          <Group gap="sm">
            <Loader size="sm" aria-hidden />
            <Text size="sm" role="status">
              <Trans>Zoeken onder uw eigen patiënten…</Trans>
            </Text>
          </Group>
        ) : candidates.isError ? (
          <Trouble
            error={candidates.error}
            safe={t`De beelden staan veilig; er is niets geïmporteerd.`}
            retry={() => void candidates.refetch()}
            retrying={candidates.isFetching}
            compact
          />
        ) : null}
        {!candidates.isPending && (
          <Radio.Group value={choice} onChange={setChoice} label={t`Eigen patiënt`}>
            <Stack gap="xs" mt={6}>
              {found.map((one, index) => (
                <Choice key={`${one.patient.number} ${one.patient.issuer}`} found={one} value={String(index)} />
              ))}
              {candidates.isSuccess && found.length === 0 && (
                <Text size="sm" c="dimmed">
                  {candidates.data.asked.length > 0
                    ? t`Niemand lijkt hierop in ${placesOf(candidates.data.asked)}.`
                    : t`Uw eigen patiënten konden nergens worden opgezocht.`}{" "}
                  <Trans>Schrijf de patiënt in, of vul het nummer in.</Trans>
                </Text>
              )}
              {candidates.data?.complete === false && (
                <Text size="sm" role="status">
                  {t`Een van de bronnen antwoordt niet (${placesOf(candidates.data.asked)}). Misschien ontbreekt iemand.`}
                </Text>
              )}
              <Radio value={OTHER} label={t`Een ander eigen nummer`} />
            </Stack>
          </Radio.Group>
        )}
        {chosen !== undefined && candidates.data !== undefined && (
          <Compared
            arrived={row.patient}
            bsn={candidates.data.bsn}
            source={candidates.data.bsn_source}
            found={chosen}
          />
        )}
        {choice === OTHER && (
          <TextInput
            label={t`Patiëntnummer in het eigen PACS`}
            description={t`Vergelijk naam en geboortedatum eerst in uw eigen systeem.`}
            value={number}
            onChange={(event) => setNumber(event.currentTarget.value)}
            maxLength={64}
            autoComplete="off"
          />
        )}
        {choice !== null && own !== "" && (
          <ChooseOrder
            asked={orders}
            value={order}
            onChange={(next) => {
              setPicking(own);
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
