/** The hub and the own keys: does it answer, who is in the address book, until when do keys and certificate hold. */
import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { useLingui as useI18n } from "@lingui/react";
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Stack } from "@mantine/core";
import { IconPlugConnected } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, data } from "@/api/client";
import { Failure } from "@/api/failure";
import { Table } from "@/ui/Table";
import { Trouble } from "@/ui/Trouble";
import { showDuration, showMoment, showMomentFully, showNumber } from "@/words/dates";
import { explain } from "@/words/errors";
import { useLanguage } from "@/words/useLanguage";
import { type Health, healthQuery } from "./health";
import { EchoResult } from "./Pacs";
import { Answer, Head, Pill, Sheet, shapes } from "./parts";

function Hub({ health }: { health: Health }) {
  const client = useQueryClient();
  const language = useLanguage();
  const echo = useMutation({
    mutationFn: () => data(api.POST("/administration/echo-hub")),
    onSuccess: () => client.invalidateQueries({ queryKey: healthQuery.queryKey }),
  });
  const ahead = echo.data === undefined ? 0 : Math.abs(echo.data.value);
  const clock = new Intl.NumberFormat(language === "nl" ? "nl-NL" : "en-GB", { maximumFractionDigits: 1 }).format(
    ahead,
  );
  if (health.hub_url === "")
    return (
      <Sheet title={<Trans>Hub</Trans>}>
        <Trans>Er is geen hub ingesteld: zet [hub] in het instellingenbestand en start Beeldbrug opnieuw.</Trans>
      </Sheet>
    );
  return (
    <Sheet title={<Trans>Hub</Trans>}>
      <Stack gap="sm">
        <dl className={shapes.facts}>
          <dt>
            <Trans>Adres</Trans>
          </dt>
          <dd className={shapes.mono}>{health.hub_url}</dd>
          <dt>
            <Trans>Voor het laatst gehoord</Trans>
          </dt>
          <dd>{health.hub_heard === 0 ? <Trans>nog niet</Trans> : showMoment(health.hub_heard, health.at)}</dd>
        </dl>
        {echo.error !== null && <Trouble error={echo.error} compact />}
        {echo.data !== undefined &&
          (echo.data.code === "" ? (
            <div role="status">
              <Trans>De hub antwoordt; zijn klok verschilt {clock} s van de onze.</Trans>
            </div>
          ) : (
            <EchoResult echo={echo.data} />
          ))}
        <div>
          <Button
            leftSection={<IconPlugConnected size={16} aria-hidden />}
            loading={echo.isPending}
            onClick={() => echo.mutate()}
          >
            <Trans>Hub aanroepen</Trans>
          </Button>
        </div>
      </Stack>
    </Sheet>
  );
}

const PARTNER: Record<string, MessageDescriptor> = {
  "statement-missing": msg`heeft nog geen sleutels gepubliceerd`,
  "statement-stale": msg`sleutels zijn te oud`,
  "statement-not-yet": msg`sleutels gelden nog niet`,
  "transport-key-missing": msg`heeft nu geen geldige sleutel`,
  "statement-rolled-back": msg`de hub toont een oudere verklaring`,
  "statement-forked": msg`de hub toont twee verklaringen`,
};

function Reachable({ code }: { code: string }) {
  const { i18n } = useI18n();
  if (code === "")
    return (
      <Pill tone="good">
        <Trans>ja</Trans>
      </Pill>
    );
  const why = PARTNER[code];
  return (
    <>
      <Pill tone="warn">
        <Trans>nu niet</Trans>
      </Pill>{" "}
      {why === undefined ? explain(new Failure("unavailable", code)).what : i18n._(why)}
    </>
  );
}

function Partners() {
  const { t } = useLingui();
  const query = useQuery({
    queryKey: ["administration", "correspondents"],
    queryFn: ({ signal }) => data(api.GET("/administration/correspondents", { signal })),
    retry: false,
  });
  return (
    <Answer query={query}>
      {({ correspondents }) => (
        <Table
          caption={<Trans>Andere organisaties bij de hub</Trans>}
          rows={correspondents}
          keyOf={(one) => one.organisation}
          empty={<Trans>Er is nog niemand anders.</Trans>}
          columns={[
            { name: t`Organisatie`, cell: (one) => one.name || t`naam niet aangetoond` },
            { name: "URA", kind: "code", named: true, cell: (one) => one.organisation },
            { name: t`Te bereiken`, named: true, cell: (one) => <Reachable code={one.code} /> },
          ]}
        />
      )}
    </Answer>
  );
}

function Keys({ health }: { health: Health }) {
  const { keys, at } = health;
  const left = keys.certificate_expires - at;
  return (
    <Sheet title={<Trans>Eigen sleutels</Trans>}>
      <dl className={shapes.facts}>
        <dt>
          <Trans>Certificaat</Trans>
        </dt>
        <dd>
          {keys.certificate_subject}
          <div>
            {left < 0 ? (
              <Pill tone="bad">
                <Trans>verlopen</Trans>
              </Pill>
            ) : (
              <Pill tone={left < 60 * 86_400 ? "warn" : "good"}>
                <Trans>nog {showDuration(left)} geldig</Trans>
              </Pill>
            )}{" "}
            <span className={shapes.quiet}>{showMomentFully(keys.certificate_expires)}</span>
          </div>
        </dd>
        <dt>
          <Trans>Ondertekensleutel</Trans>
        </dt>
        <dd className={shapes.mono}>{keys.signing_key}</dd>
        <dt>
          <Trans>Sleutelverklaring</Trans>
        </dt>
        <dd>
          {keys.statement === 0 ? (
            <Trans>nog geen; Beeldbrug maakt er een zodra de hub er is</Trans>
          ) : (
            <Trans>
              nummer {showNumber(keys.statement)}, geldig tot {showMoment(keys.statement_expires, at)}
            </Trans>
          )}
        </dd>
        <dt>
          <Trans>Transportsleutels</Trans>
        </dt>
        <dd>
          {keys.transport.map((key) => (
            <div key={key.key_id}>
              <span className={shapes.mono}>{key.key_id.slice(0, 16)}</span>{" "}
              <span className={shapes.quiet}>
                {key.not_after < at ? (
                  <Trans>bewaard voor wat nog onderweg kan zijn</Trans>
                ) : (
                  <Trans>tot {showMoment(key.not_after, at)}</Trans>
                )}
              </span>
            </div>
          ))}
        </dd>
        <dt>
          <Trans>Hoofdsleutel</Trans>
        </dt>
        <dd>
          <span className={shapes.mono}>{keys.root_key.slice(0, 16)}</span>
          <div>
            {keys.rehearsed === 0 ? (
              <Pill tone="warn">
                <Trans>back-up nooit beproefd</Trans>
              </Pill>
            ) : (
              <Trans>back-up beproefd op {showMoment(keys.rehearsed, at)}</Trans>
            )}
          </div>
        </dd>
      </dl>
    </Sheet>
  );
}

export function HubAndKeys() {
  const { t } = useLingui();
  const query = useQuery(healthQuery);
  return (
    <>
      <Head
        title={t`Hub en sleutels`}
        lead={<Trans>Waarlangs alles gaat, en waarmee het verzegeld en ondertekend wordt.</Trans>}
      />
      <Answer query={query}>
        {(health) => (
          <>
            <Hub health={health} />
            {health.hub_url !== "" && <Partners />}
            <Keys health={health} />
          </>
        )}
      </Answer>
    </>
  );
}
