/** Where senders put the BSN: per sender what is right, what is elsewhere and why the rest has none; and a letter to mend it. */
import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { IconDownload, IconMail } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, BASE, data } from "@/api/client";
import type { components } from "@/api/schema";
import { Table } from "@/ui/Table";
import { showNumber } from "@/words/dates";
import { useLanguage } from "@/words/useLanguage";
import { Letter } from "./Letter";
import { Answer, Head, Pill, shapes, type Tone } from "./parts";
import { periodParams, usePeriod } from "./period";
import classes from "./Quality.module.css";
import { showShare } from "./share";

type Sender = components["schemas"]["SenderObject"];
type Finding = components["schemas"]["FindingCount"];

/** How well a sender does, by the share that is right. */
function toneOf(right: number, studies: number): Tone {
  if (right === studies) return "good";
  return right * 2 >= studies ? "warn" : "bad";
}

/** What is not right, most frequent first. */
function Rest({ findings }: { findings: readonly Finding[] }) {
  const language = useLanguage();
  const rest = findings.filter((one) => !one.right_place).sort((a, b) => b.count - a.count);
  if (rest.length === 0) return <Trans>Niets te verbeteren</Trans>;
  return (
    <ul className={classes.findings}>
      {rest.map((one) => (
        <li key={one.finding}>
          <b>{showNumber(one.count)}</b> {one[language]}
        </li>
      ))}
    </ul>
  );
}

function Senders({ senders, small, onLetter }: { senders: Sender[]; small: number; onLetter: (one: Sender) => void }) {
  const { t } = useLingui();
  const share = (one: Sender, count: number) => (one.studies === null ? "–" : showShare(count, one.studies));
  return (
    <Table
      rows={senders}
      keyOf={(one) => one.sender}
      empty={<Trans>In deze periode kwam er niets binnen dat geteld is.</Trans>}
      columns={[
        {
          name: t`Afzender`,
          cell: (one) => (
            <>
              {one.name || one.sender}
              {one.name !== "" && <div className={shapes.quiet}>{one.sender}</div>}
            </>
          ),
        },
        {
          name: t`Onderzoeken`,
          kind: "number",
          named: true,
          cell: (one) => (one.studies === null ? `<${small}` : showNumber(one.studies)),
        },
        {
          name: t`BSN goed`,
          kind: "number",
          named: true,
          cell: (one) =>
            one.studies === null ? "–" : <Pill tone={toneOf(one.right, one.studies)}>{share(one, one.right)}</Pill>,
        },
        { name: t`Elders`, kind: "number", named: true, cell: (one) => share(one, one.usable - one.right) },
        {
          name: t`Geen BSN`,
          kind: "number",
          named: true,
          cell: (one) => share(one, (one.studies ?? 0) - one.usable),
        },
        {
          name: t`Wat er te verbeteren is`,
          named: true,
          cell: (one) => (one.studies === null ? <Trans>Kies een langere periode</Trans> : <Rest {...one} />),
        },
      ]}
      deeds={(one) =>
        one.studies !== null && (
          <Button
            variant="default"
            size="xs"
            leftSection={<IconMail size={14} aria-hidden />}
            onClick={() => onLetter(one)}
            aria-label={t`Brief aan ${one.name || one.sender}`}
          >
            <Trans>Brief</Trans>
          </Button>
        )
      }
    />
  );
}

export function Quality() {
  const { t } = useLingui();
  const { since, until, choice } = usePeriod();
  const [to, setTo] = useState<Sender>();
  const query = useQuery({
    queryKey: ["administration", "bsn-quality", since, until],
    queryFn: ({ signal }) => data(api.GET("/bsn-quality", { signal, params: periodParams(since, until) })),
  });
  return (
    <>
      <Head
        title={t`BSN-kwaliteit`}
        lead={
          <Trans>
            Waar afzenders het BSN zetten. Goed is: in Other Patient IDs Sequence (0010,1002) met uitgever NLMINBIZA.
            Zonder patiënten; een afzender met minder dan vijf onderzoeken staat er zonder cijfers.
          </Trans>
        }
      >
        {choice}
        <Button
          component="a"
          href={`${BASE}/bsn-quality/csv?since=${since}&until=${until}`}
          download="beeldbrug-bsn.csv"
          variant="default"
          leftSection={<IconDownload size={16} aria-hidden />}
        >
          CSV
        </Button>
      </Head>
      <Answer query={query}>{(found) => <Senders {...found} onLetter={setTo} />}</Answer>
      {to !== undefined && (
        <Letter
          sender={to.sender}
          name={to.name || to.sender}
          since={since}
          until={until}
          onClose={() => setTo(undefined)}
        />
      )}
    </>
  );
}
