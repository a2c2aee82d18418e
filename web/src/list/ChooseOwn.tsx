/** Whose images are these here? Own patients are looked up live; a human compares and chooses the number. */
import { Trans, useLingui } from "@lingui/react/macro";
import { Group, Loader, Radio, Stack, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, data } from "@/api/client";
import type { Candidate, Exchange } from "@/api/types";
import { PatientLine } from "@/ui/PatientLine";
import { Trouble } from "@/ui/Trouble";
import { placesOf } from "@/words/sources";
import { Compared, Remarks } from "./Compared";
import classes from "./ImportDialog.module.css";

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

/** Own patients that an arrival may be of, and what was chosen: `own` is the number, empty while there is none. */
export function useOwn(row: Exchange) {
  const [choice, setChoice] = useState<string | null>(null);
  const [number, setNumber] = useState("");
  const [typed] = useDebouncedValue(choice === OTHER ? number.trim() : "", SETTLE_MS);
  const candidates = useQuery({
    queryKey: ["candidates", row.id],
    queryFn: ({ signal }) =>
      data(api.GET("/exchanges/{exchange}/candidates", { params: { path: { exchange: row.id } }, signal })),
    staleTime: 0,
    gcTime: 0,
  });
  const found = candidates.data?.patients ?? [];
  const chosen = choice !== null && choice !== OTHER ? found[Number(choice)] : undefined;
  const own = choice === null ? "" : (chosen?.patient.number ?? typed);
  const issuer = chosen?.patient.issuer ?? "";
  return { row, choice, setChoice, number, setNumber, candidates, found, chosen, own, issuer };
}

export function ChooseOwn({ asked }: { asked: ReturnType<typeof useOwn> }) {
  const { t } = useLingui();
  const { row, choice, setChoice, number, setNumber, candidates, found, chosen } = asked;
  return (
    <>
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
        <Compared arrived={row.patient} bsn={candidates.data.bsn} source={candidates.data.bsn_source} found={chosen} />
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
    </>
  );
}
