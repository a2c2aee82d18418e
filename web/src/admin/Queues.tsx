/** What waits to be done, why, and "now" for who has taken the cause away. */
import { useLingui as useI18n } from "@lingui/react";
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Switch } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, data } from "@/api/client";
import { Failure } from "@/api/failure";
import type { components } from "@/api/schema";
import { Table } from "@/ui/Table";
import { Trouble } from "@/ui/Trouble";
import { showDuration, showMoment, showNumber } from "@/words/dates";
import { explain } from "@/words/errors";
import { URGENCIES } from "@/words/states";
import { STANDING, WORK } from "./health";
import { Answer, Head, Pill, shapes } from "./parts";

type Work = components["schemas"]["WorkObject"];

const queuesQuery = {
  queryKey: ["administration", "queues"],
  queryFn: ({ signal }: { signal: AbortSignal }) => data(api.GET("/administration/queues", { signal })),
  refetchInterval: 5_000,
};

/** What kind of work it is, in words. */
function useKind(): (work: Work) => string {
  const { i18n } = useI18n();
  return (work) => {
    const words = WORK[work.kind];
    return words === undefined ? work.kind : i18n._(words);
  };
}

function Urgency({ work }: { work: Work }) {
  const { i18n } = useI18n();
  if (STANDING.has(work.kind)) return null;
  const words = URGENCIES[work.urgency];
  const urgency = words === undefined ? work.urgency : i18n._(words);
  return work.urgency === "stat" ? <Pill tone="bad">{urgency}</Pill> : urgency;
}

function Stand({ work, now }: { work: Work; now: number }) {
  if (work.error === "")
    return (
      <span className={shapes.quiet}>
        {work.due > now ? <Trans>weer om {showMoment(work.due, now)}</Trans> : <Trans>aan de beurt</Trans>}
      </span>
    );
  return (
    <>
      <div>{explain(new Failure("unavailable", work.error)).what}</div>
      <div className={shapes.quiet}>
        <Trans>
          {work.error}, al {showDuration(now - (work.failing_since ?? now))}, {showNumber(work.tries)} keer geprobeerd
        </Trans>
      </div>
    </>
  );
}

function Again({ work }: { work: Work }) {
  const { t } = useLingui();
  const client = useQueryClient();
  const kind = useKind();
  const again = useMutation({
    mutationFn: () =>
      data(api.POST("/administration/queues/{work}/try", { params: { path: { work: String(work.id) } } })),
    onSettled: () => client.invalidateQueries({ queryKey: queuesQuery.queryKey }),
  });
  return (
    <div>
      <Button
        variant="default"
        size="xs"
        leftSection={<IconRefresh size={14} aria-hidden />}
        loading={again.isPending}
        onClick={() => again.mutate()}
        aria-label={t`Nu proberen: ${kind(work)} ${work.exchange.slice(0, 8)}`}
      >
        <Trans>Nu proberen</Trans>
      </Button>
      {again.error !== null && <Trouble error={again.error} compact />}
    </div>
  );
}

export function Queues() {
  const { t } = useLingui();
  const kind = useKind();
  const query = useQuery(queuesQuery);
  const now = query.dataUpdatedAt / 1000;
  const [all, setAll] = useState(false);
  return (
    <>
      <Head
        title={t`Wachtrijen`}
        lead={
          <Trans>
            Wat nog gedaan moet worden. Wat niet lukt, wordt vanzelf steeds opnieuw geprobeerd; niets gaat verloren.
          </Trans>
        }
      >
        <Switch
          label={t`Ook vast werk tonen`}
          checked={all}
          onChange={(event) => setAll(event.currentTarget.checked)}
        />
      </Head>
      <Answer query={query}>
        {({ work, total }) => (
          <Table
            rows={work.filter((one) => all || one.error !== "" || !STANDING.has(one.kind))}
            keyOf={(one) => one.id}
            empty={<Trans>Er wacht niets.</Trans>}
            columns={[
              {
                name: t`Werk`,
                cell: (one) => (
                  <>
                    <div>{kind(one)}</div>
                    {one.exchange !== "" && <div className={shapes.mono}>{one.exchange.slice(0, 8)}</div>}
                  </>
                ),
              },
              { name: t`Spoed`, named: true, cell: (one) => <Urgency work={one} /> },
              { name: t`Hoe het staat`, cell: (one) => <Stand work={one} now={now} /> },
            ]}
            deeds={(one) => <Again work={one} />}
            foot={
              total > work.length && (
                <Trans>
                  De dringendste {showNumber(work.length)} van {showNumber(total)} staan hier.
                </Trans>
              )
            }
          />
        )}
      </Answer>
    </>
  );
}
