/** At the sender: what was not sent of the study, by the own PACS, and other studies where these were asked for. */
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Button, Checkbox, Group, Loader, Modal, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useMe } from "@/api/queries";
import type { Exchange, ImageRequest } from "@/api/types";
import { PatientLine } from "@/ui/PatientLine";
import { Trouble } from "@/ui/Trouble";
import { showDay } from "@/words/dates";
import { clean } from "@/words/person";
import classes from "./missing.module.css";
import { ReplyFields } from "./RefuseDialog";
import { type OtherStudy, type Study, studiesQuery, unsentQuery, useRequest } from "./useRequests";

interface Props {
  exchange: Exchange;
  request: ImageRequest;
  onClose: () => void;
}

export function SupplyDialog({ exchange, request, onClose }: Props) {
  const { t } = useLingui();
  const me = useMe();
  const priors = request.kinds.includes("priors");
  const unsent = useQuery(unsentQuery(exchange.id, request.number));
  const found = useQuery(studiesQuery(exchange.id, priors));
  const [left, setLeft] = useState<string[]>([]);
  const [studies, setStudies] = useState<string[]>([]);
  const [text, setText] = useState("");
  const [phone, setPhone] = useState(me.phone);
  const { mutate, isPending, error } = useRequest(exchange.id);
  const series = unsent.data?.series ?? [];
  const others = (found.data?.studies ?? []).filter((one) => one.study_uid !== unsent.data?.study_uid);
  const chosen = series.filter((one) => !left.includes(one.series_uid)).map((one) => one.series_uid);
  const body = {
    series: chosen,
    studies: others.filter((one) => studies.includes(one.study_uid)).map(asOther),
    text,
    phone,
  };
  return (
    <Modal opened onClose={onClose} size="lg" title={t`Nasturen`} closeButtonProps={{ "aria-label": t`Sluiten` }}>
      <Stack>
        <PatientLine patient={exchange.patient} />
        {unsent.isPending && (
          <Group role="status">
            <Loader size="sm" aria-hidden /> <Trans>Het PACS wordt gevraagd wat er nog is…</Trans>
          </Group>
        )}
        {unsent.isError && (
          <Trouble error={unsent.error} retry={() => void unsent.refetch()} retrying={unsent.isFetching} />
        )}
        {unsent.isSuccess && series.length === 0 && (
          <Text size="sm">
            <Trans>Alles wat er van dit onderzoek is, is al verstuurd.</Trans>
          </Text>
        )}
        {series.length > 0 && (
          <fieldset className={classes.scroll} style={{ border: 0, margin: 0, padding: 0 }}>
            <legend className={classes.heading}>
              <Trans>Van dit onderzoek nog niet verstuurd</Trans>
            </legend>
            <Stack gap={8} mt={6}>
              {series.map((one) => (
                <Checkbox
                  key={one.series_uid}
                  checked={!left.includes(one.series_uid)}
                  onChange={() => setLeft(toggled(left, one.series_uid))}
                  label={
                    <bdi>
                      {one.modality} {clean(one.description) || <Trans>Reeks {one.number ?? "?"}</Trans>}{" "}
                      <Plural value={one.missing} one="(# beeld)" other="(# beelden)" />
                    </bdi>
                  }
                />
              ))}
            </Stack>
          </fieldset>
        )}
        {priors && <Priors found={found} others={others} chosen={studies} onChange={setStudies} />}
        <ReplyFields text={text} phone={phone} onText={setText} onPhone={setPhone} />
        {error !== null && <Trouble error={error} compact />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            <Trans>Annuleren</Trans>
          </Button>
          <Button
            disabled={!unsent.isSuccess || (body.series.length === 0 && body.studies.length === 0)}
            loading={isPending}
            onClick={() => mutate({ kind: "supply", number: request.number, body }, { onSuccess: onClose })}
          >
            <Trans>Versturen</Trans>
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

interface PriorsProps {
  found: { isPending: boolean; isError: boolean; error: unknown };
  others: Study[];
  chosen: string[];
  onChange: (chosen: string[]) => void;
}

function Priors({ found, others, chosen, onChange }: PriorsProps) {
  const { t } = useLingui();
  if (found.isError) return <Trouble error={found.error} compact />;
  if (found.isPending)
    return (
      <Group role="status">
        <Loader size="sm" aria-hidden /> <Trans>Andere onderzoeken worden gezocht…</Trans>
      </Group>
    );
  if (others.length === 0)
    return (
      <Text size="sm">
        <Trans>Er zijn geen andere onderzoeken van deze patiënt gevonden.</Trans>
      </Text>
    );
  return (
    <Checkbox.Group
      label={t`Andere onderzoeken van deze patiënt`}
      description={t`Elk gaat als een eigen uitwisseling, op dezelfde grond.`}
      value={chosen}
      onChange={onChange}
      className={classes.scroll ?? ""}
    >
      <Stack gap={8} mt={6}>
        {others.map((one) => (
          <Checkbox
            key={one.study_uid}
            value={one.study_uid}
            label={
              <bdi>
                {one.date === "" ? "" : showDay(one.date)} {one.modalities.map(clean).join(" ")}{" "}
                {clean(one.description)}
              </bdi>
            }
          />
        ))}
      </Stack>
    </Checkbox.Group>
  );
}

function toggled(list: string[], one: string): string[] {
  return list.includes(one) ? list.filter((other) => other !== one) : [...list, one];
}

function asOther(one: Study): OtherStudy {
  const { study_uid, source, origin, description, modalities } = one;
  return { study_uid, source, origin, description, modalities, instances: one.instances ?? 0 };
}
