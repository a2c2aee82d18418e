/** What the settings file alone sets, what was changed here, and everything together as a file that a node takes. */
import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { api, BASE, data } from "@/api/client";
import { Table } from "@/ui/Table";
import { showMoment, showMomentFully } from "@/words/dates";
import { Answer, Head, Sheet, shapes } from "./parts";
import { settingsQuery } from "./settings";

function History() {
  const { t } = useLingui();
  const query = useQuery({
    queryKey: ["administration", "history"],
    queryFn: ({ signal }) => data(api.GET("/administration/settings/history", { signal })),
  });
  return (
    <Answer query={query}>
      {({ changes }) => (
        <Table
          caption={<Trans>Wat in het portaal gewijzigd is</Trans>}
          rows={changes}
          keyOf={(one) => one.revision}
          columns={[
            {
              name: t`Wanneer`,
              cell: (one) => <span title={showMomentFully(one.at)}>{showMoment(one.at, Date.now() / 1000)}</span>,
            },
            { name: t`Door`, named: true, cell: (one) => one.actor },
            {
              name: t`Wat`,
              cell: (one) => (
                <>
                  <span className={shapes.mono}>{[one.kind, one.name].filter((part) => part !== "").join(" ")}</span>{" "}
                  {one.value === null ? <Trans>weggehaald</Trans> : <Trans>ingesteld</Trans>}
                </>
              ),
            },
          ]}
        />
      )}
    </Answer>
  );
}

export function FileSettings() {
  const { t } = useLingui();
  const query = useQuery(settingsQuery);
  return (
    <>
      <Head
        title={t`Instellingen`}
        lead={
          <Trans>
            Wat hieronder staat, komt uit het instellingenbestand en geldt na een herstart van Beeldbrug. Regels, PACS
            en werklijst wijzigt u op hun eigen bladzijde; wat het bestand zegt, gaat voor.
          </Trans>
        }
      >
        <Button
          component="a"
          href={`${BASE}/administration/settings/export`}
          download="node.toml"
          variant="default"
          leftSection={<IconDownload size={16} aria-hidden />}
        >
          <Trans>Alles als bestand (TOML)</Trans>
        </Button>
      </Head>
      <Answer query={query}>
        {({ file }) => (
          <Sheet title={<Trans>Uit het bestand</Trans>}>
            <dl className={shapes.facts}>
              {file.map((one) => [
                <dt key={`${one.name} name`} className={shapes.mono}>
                  {one.name}
                </dt>,
                <dd key={one.name}>{one.value}</dd>,
              ])}
            </dl>
          </Sheet>
        )}
      </Answer>
      <History />
    </>
  );
}
