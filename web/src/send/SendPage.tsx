/** Sending in one page: which studies of whom, to whom, why; then how far it is. */
import { Trans, useLingui } from "@lingui/react/macro";
import { Title } from "@mantine/core";
import { useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTitle } from "@/ui/title";
import { Compose } from "./Compose";
import { FindPatient } from "./FindPatient";
import { SentView } from "./SentView";
import type { Person } from "./selection";
import classes from "./send.module.css";
import type { Sent } from "./types";

const EXCHANGE = /^[0-9a-f]{32}$/;

/** The exchange in the address that this was opened for, if any. */
function useOpenedFor(): string {
  const search: Record<string, unknown> = useSearch({ strict: false });
  const value = search.uitwisseling;
  return typeof value === "string" && EXCHANGE.test(value) ? value : "";
}

export function SendPage() {
  const { t } = useLingui();
  const exchange = useOpenedFor();
  const [person, setPerson] = useState<Person | null>(null);
  const [sent, setSent] = useState<Sent | null>(null);
  const [round, setRound] = useState(0);
  useTitle(t`Versturen`);
  const again = () => {
    setPerson(null);
    setSent(null);
    setRound((before) => before + 1);
  };
  return (
    <div className={classes.page}>
      <Title order={1} className={classes.title}>
        <Trans>Versturen</Trans>
      </Title>
      {sent !== null && person !== null ? (
        <SentView sent={sent} person={person} onAgain={again} />
      ) : person !== null ? (
        <Compose key={person.key} person={person} onSent={setSent} onOther={() => setPerson(null)} />
      ) : (
        <FindPatient key={round} exchange={round === 0 ? exchange : ""} onChosen={setPerson} />
      )}
    </div>
  );
}
