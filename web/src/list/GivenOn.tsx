/** How far the reports of an arrival have gone on to the hospital's own systems; what was refused goes again by hand. */
import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { useLingui } from "@lingui/react";
import { Trans } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, data } from "@/api/client";
import { may, useMe } from "@/api/queries";
import type { components } from "@/api/schema";
import type { Exchange } from "@/api/types";
import { useMinute } from "@/ui/clock";
import { Trouble } from "@/ui/Trouble";
import { showMoment, showMomentFully } from "@/words/dates";
import classes from "./Details.module.css";

type Delivery = components["schemas"]["ReportDeliveryObject"];

const WAYS: Record<string, MessageDescriptor> = {
  hl7: msg`als HL7-bericht naar RIS of EPD`,
  "pdf-folder": msg`als PDF naar het EPD`,
  "dicom-pdf": msg`als PDF naar het PACS`,
  "dicom-sr": msg`als tekst (SR) naar het PACS`,
};

const STATES: Record<string, MessageDescriptor> = {
  waiting: msg`wacht`,
  delivered: msg`aangenomen`,
  refused: msg`niet aangenomen`,
  dropped: msg`vervallen`,
};

const REASONS: Record<string, MessageDescriptor> = {
  superseded: msg`er is een nieuwere versie`,
  "import-undone": msg`de import is ongedaan gemaakt`,
  "hl7-character-missing": msg`het andere systeem kan een teken niet lezen`,
  "report-cda": msg`een CDA-document wordt niet gelezen`,
  "report-without-text": msg`het verslag is alleen een PDF`,
};

function Line({ one, now, again }: { one: Delivery; now: number; again: (() => void) | null }) {
  const { i18n } = useLingui();
  const word = (table: Record<string, MessageDescriptor>, code: string) => {
    const found = table[code];
    return found === undefined ? code : i18n._(found);
  };
  return (
    <li data-failed={one.state === "refused" || undefined}>
      <time dateTime={new Date(one.changed * 1000).toISOString()} title={showMomentFully(one.changed)}>
        {showMoment(one.changed, now)}
      </time>
      <span>
        {one.retracts ? <Trans>Intrekking van het verslag</Trans> : <Trans>Verslag, versie {one.version}</Trans>}{" "}
        {word(WAYS, one.way)}: {word(STATES, one.state)}
        {one.reason !== "" && <span className={classes.by}>{word(REASONS, one.reason)}</span>}
        {again !== null && (
          <Button size="xs" variant="default" onClick={again}>
            <Trans>Opnieuw versturen</Trans>
          </Button>
        )}
      </span>
    </li>
  );
}

export function GivenOn({ row }: { row: Exchange }) {
  const now = useMinute();
  const me = useMe();
  const client = useQueryClient();
  const queryKey = ["deliveries", row.id];
  const path = { exchange: row.id };
  const asked = useQuery({
    queryKey: [...queryKey, row.state],
    queryFn: ({ signal }) => data(api.GET("/exchanges/{exchange}/deliveries", { params: { path }, signal })),
    refetchInterval: 15_000,
    gcTime: 0,
  });
  const again = useMutation({
    mutationFn: (delivery: string) =>
      data(api.POST("/exchanges/{exchange}/deliveries/{delivery}/again", { params: { path: { ...path, delivery } } })),
    onSettled: () => client.invalidateQueries({ queryKey }),
  });
  if (asked.isError) return <Trouble error={asked.error} retry={() => void asked.refetch()} compact />;
  const all = asked.data?.deliveries ?? [];
  if (all.length === 0) return null;
  return (
    <section>
      <h3 className={classes.heading}>
        <Trans>Verslagen naar onze systemen</Trans>
      </h3>
      <ul className={classes.history}>
        {all.map((one) => (
          <Line
            key={one.id}
            one={one}
            now={now}
            again={one.state === "refused" && may(me, "import") ? () => again.mutate(one.id) : null}
          />
        ))}
      </ul>
      {again.isError && <Trouble error={again.error} compact />}
    </section>
  );
}
