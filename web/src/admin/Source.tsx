/** Where a setting stands, and what to do when two places contradict each other. */
import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { useLingui as useI18n } from "@lingui/react";
import { Trans } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { Trouble } from "@/ui/Trouble";
import { Notice, Pill } from "./parts";
import { type Configuration, type Kind, useTakeAway } from "./settings";

export function Source({ source }: { source: string }) {
  if (source === "file")
    return (
      <Pill>
        <Trans>uit het bestand</Trans>
      </Pill>
    );
  if (source === "default")
    return (
      <Pill>
        <Trans>zoals geleverd</Trans>
      </Pill>
    );
  return (
    <Pill tone="good">
      <Trans>hier ingesteld</Trans>
    </Pill>
  );
}

const CLASHES: Record<string, MessageDescriptor> = {
  "set-in-file": msg`Het instellingenbestand zegt hierover iets anders, en dat gaat voor.`,
  "title-taken": msg`Deze AE-title heeft intussen een andere betekenis.`,
  "setting-invalid": msg`Deze versie van Beeldbrug begrijpt deze instelling niet meer.`,
};

/** What was set here and serves nothing: loudly, with the way out. */
export function Clashes({ configuration, kinds }: { configuration: Configuration; kinds: Kind[] }) {
  const { i18n } = useI18n();
  const away = useTakeAway(configuration.revision, () => undefined);
  return configuration.clashes
    .filter((clash) => kinds.includes(clash.kind))
    .map((clash) => (
      <Notice key={`${clash.kind} ${clash.name}`}>
        <strong>{clash.name === "" ? clash.kind : clash.name}: </strong>
        <Trans>wat hier is ingesteld, geldt niet.</Trans> {i18n._(CLASHES[clash.code] ?? msg`De reden is niet bekend.`)}{" "}
        <Button size="compact-xs" variant="default" loading={away.isPending} onClick={() => away.mutate(clash)}>
          <Trans>Hier weghalen</Trans>
        </Button>
        {away.error !== null && <Trouble error={away.error} compact />}
      </Notice>
    ));
}
