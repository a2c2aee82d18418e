/** The sending itself: studies proposed and chosen, recipient, question and ground, what goes along, summary, send. */
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Switch, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useMe } from "@/api/queries";
import { PatientLine } from "@/ui/PatientLine";
import { Trouble } from "@/ui/Trouble";
import { bookQuery, proposalQuery, send, seriesQuery } from "./queries";
import { RecipientPicker } from "./RecipientPicker";
import { Remark } from "./Remark";
import { ReportField } from "./ReportField";
import { StudyList } from "./StudyList";
import { Summary } from "./Summary";
import { type Person, type Selection, selectionOf, some } from "./selection";
import classes from "./send.module.css";
import { TermsForm } from "./TermsForm";
import { newTerms, orderOf, type ReportFile } from "./terms";
import type { SendOrder, Sent } from "./types";

interface Props {
  person: Person;
  onSent: (sent: Sent) => void;
  onOther: () => void;
}

/** What is proposed until somebody chooses; from then on, only whether it is too much. */
function useProposal(person: Person, question: string, urgency: string, chosen: Selection | null) {
  const [asked] = useDebouncedValue(question, 400);
  const selected = chosen === null ? null : Object.keys(chosen).sort();
  const proposal = useQuery({
    ...proposalQuery(person, asked, urgency, selected),
    placeholderData: (before) => before,
  });
  const reasons = new Map(
    [...(proposal.data?.chosen ?? []), ...(proposal.data?.priors ?? [])].map((one) => [one.study_uid, one.reason]),
  );
  return { proposal, reasons };
}

export function Compose({ person, onSent, onOther }: Props) {
  const { t } = useLingui();
  const me = useMe();
  const client = useQueryClient();
  const [terms, setTerms] = useState(() => newTerms(me.name || me.login));
  const [touched, setTouched] = useState<Selection | null>(null);
  const [extras, setExtras] = useState(true);
  const [report, setReport] = useState<ReportFile | null>(null);
  const attempt = useRef<{ content: string; bundle: string } | null>(null);
  const book = useQuery(bookQuery);
  const { proposal, reasons } = useProposal(person, terms.question, terms.urgency, touched);
  const selection = touched ?? (proposal.data === undefined ? {} : selectionOf(proposal.data, person.studies));

  const sending = useMutation({
    mutationFn: async () => {
      const exact = extras ? selection : await withoutExtras(selection);
      return send(repeatable(orderOf(person.studies, exact, terms, extras, report)));
    },
    onSuccess: (sent) => {
      void client.invalidateQueries({ queryKey: ["exchanges"] });
      void client.invalidateQueries({ queryKey: bookQuery.queryKey });
      onSent(sent);
    },
  });

  /** The same sending again has the same id: one whose answer was lost is not sent twice. */
  function repeatable(order: SendOrder): SendOrder {
    const content = JSON.stringify({ ...order, bundle: "" });
    if (attempt.current?.content !== content) attempt.current = { content, bundle: order.bundle };
    return { ...order, bundle: attempt.current.bundle };
  }

  /** Whole studies as their series of images, so that what stays behind is counted as not chosen. */
  async function withoutExtras(from: Selection): Promise<Selection> {
    const exact: Selection = {};
    for (const study of person.studies) {
      const chosen = from[study.study_uid];
      if (chosen === undefined) continue;
      const all = await client.fetchQuery(seriesQuery(study));
      const images = all.filter((one) => !one.extra && (chosen.series?.includes(one.series_uid) ?? true));
      if (images.length > 0)
        exact[study.study_uid] = some(
          all,
          images.map((one) => one.series_uid),
        );
    }
    return exact;
  }

  return (
    <div className={classes.compose}>
      <div className={classes.work}>
        <section className={classes.panel} aria-labelledby="send-patient">
          <div className={classes.patient}>
            <h2 id="send-patient" className="bb-hidden">
              <Trans>Patiënt</Trans>
            </h2>
            <PatientLine patient={person.patient} large />
            <Button variant="subtle" size="compact-sm" onClick={onOther}>
              <Trans>Andere patiënt</Trans>
            </Button>
          </div>
          <StudyList studies={person.studies} selection={selection} reasons={reasons} onChange={setTouched} />
          {proposal.isPending && (
            <Text size="sm" c="dimmed" role="status">
              <Trans>Er wordt gekeken welke onderzoeken bij de vraag passen…</Trans>
            </Text>
          )}
          {proposal.isError && <Trouble error={proposal.error} compact safe={t`U kunt zelf kiezen.`} />}
          {(proposal.data?.warnings ?? []).map((one) => (
            <Remark key={one.code} reason={one} quiet />
          ))}
          {(proposal.data?.too_much ?? []).map((one) => (
            <Remark key={one.code} reason={one} />
          ))}
        </section>
        <section className={classes.panel} aria-labelledby="send-recipient">
          <h2 id="send-recipient" className={classes.heading}>
            <Trans>Ontvanger</Trans>
          </h2>
          <RecipientPicker book={book} terms={terms} onChange={setTerms} />
        </section>
        <section className={classes.panel} aria-labelledby="send-why">
          <h2 id="send-why" className={classes.heading}>
            <Trans>Vraag en reden</Trans>
          </h2>
          <TermsForm terms={terms} onChange={setTerms} />
        </section>
        <section className={classes.panel} aria-labelledby="send-along">
          <h2 id="send-along" className={classes.heading}>
            <Trans>Wat gaat er mee</Trans>
          </h2>
          <Switch
            checked={extras}
            onChange={(event) => setExtras(event.currentTarget.checked)}
            label={t`Presentaties en sleutelbeelden`}
          />
          <ReportField studies={person.studies} selection={selection} report={report} onChange={setReport} />
        </section>
      </div>
      <Summary
        person={person}
        selection={selection}
        terms={terms}
        extras={extras}
        report={report}
        sending={sending.isPending}
        error={sending.error}
        onSend={() => sending.mutate()}
      />
    </div>
  );
}
