/** Reports that could not be placed: what each says of itself beside the studies it may be of, what differs in red. */
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Button, Kbd, Text, TextInput, Title } from "@mantine/core";
import { IconFileText } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type KeyboardEvent, useState } from "react";
import { nodeNow } from "@/api/clock";
import { countsQuery } from "@/api/queries";
import { Loading } from "@/ui/Loading";
import { Trouble } from "@/ui/Trouble";
import { showDay, showMoment } from "@/words/dates";
import { clean, listName } from "@/words/person";
import { useLanguage } from "@/words/useLanguage";
import classes from "./intake.module.css";
import {
  claimReport,
  documentOf,
  placeReport,
  type ReportCase,
  type ReportStudy,
  reportsQuery,
  setReportAside,
} from "./reports";
import own from "./reports.module.css";

/** A number, and who gave it where that is known: the same number of two hospitals is two numbers. */
function numbered(number: string, issuer: string): string {
  return number !== "" && issuer !== "" ? `${clean(number)} (${clean(issuer)})` : clean(number);
}

/** How far a report is, in the reader's words. */
function Status({ status }: { status: string }) {
  const { t } = useLingui();
  const words: Record<string, string> = {
    preliminary: t`voorlopig`,
    final: t`definitief`,
    corrected: t`gecorrigeerd`,
    cancelled: t`vervallen`,
  };
  return (
    <Text size="sm" fw={600}>
      {words[status] ?? status}
    </Text>
  );
}

function Study({
  one,
  study,
  onPlace,
  busy,
}: {
  one: ReportCase;
  study: ReportStudy;
  onPlace?: () => void;
  busy: boolean;
}) {
  const { t } = useLingui();
  const rows: [string, string, string, boolean][] = [
    [t`Patiëntnummer`, clean(one.patient_id), clean(study.patient_id), study.differs.includes("patient")],
    [
      t`Onderzoeksnummer`,
      numbered(one.accession || one.order, one.accession_issuer),
      numbered(study.accession, study.accession_issuer),
      study.differs.includes("accession"),
    ],
    [t`Dag`, showDay(one.day), showDay(study.day), study.differs.includes("day")],
  ];
  const name = listName(study.patient);
  return (
    <div className={own.study}>
      <Text fw={600}>
        {[name, showDay(study.birth_date)].filter((part) => part !== "").join(" · ")}
        <Text span size="sm" c="dimmed">
          {" "}
          {[study.modalities.join(", "), clean(study.description)].filter((part) => part !== "").join(" · ")}
        </Text>
      </Text>
      <table className={own.compared}>
        <thead>
          <tr>
            <td />
            <th scope="col">{t`Verslag`}</th>
            <th scope="col">{t`Onderzoek`}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([label, said, here, differs]) => (
            <tr key={label} data-differs={differs}>
              <th scope="row">{label}</th>
              <td>{said || "–"}</td>
              <td>
                {here || "–"}
                {differs && <> {t`wijkt af`}</>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {study.placeable ? (
        <div className={classes.deeds}>
          <Button onClick={onPlace} loading={busy} aria-label={t`Bij dit onderzoek leggen: ${name}`}>
            <Trans>Bij dit onderzoek leggen</Trans>
          </Button>
        </div>
      ) : (
        <Text size="sm" c="dimmed">
          <Trans>Een verslag kan niet bij het onderzoek van een andere patiënt.</Trans>
        </Text>
      )}
    </div>
  );
}

function Case({ one }: { one: ReportCase }) {
  const { t } = useLingui();
  const language = useLanguage();
  const client = useQueryClient();
  const [aside, setAside] = useState(false);
  const [why, setWhy] = useState("");
  const refresh = () => {
    void client.invalidateQueries({ queryKey: countsQuery.queryKey });
    return client.invalidateQueries({ queryKey: reportsQuery.queryKey });
  };
  const claiming = useMutation({ mutationFn: (over: boolean) => claimReport(one.id, over), onSuccess: refresh });
  const placing = useMutation({ mutationFn: (study: string) => placeReport(one.id, study), onSettled: refresh });
  const leaving = useMutation({ mutationFn: () => setReportAside(one.id, why), onSuccess: refresh });
  const fitting = one.studies.filter((study) => study.placeable);
  // one key decides where there is nothing to choose
  const best = fitting.length === 1 ? fitting[0] : undefined;
  const taken = one.taken_by !== "";
  const place = (study: string) => claiming.mutate(false, { onSuccess: () => placing.mutate(study) });
  const keys = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || taken || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "b" && best !== undefined) place(best.study_uid);
    else if (event.key === "a") setAside(true);
    else return;
    event.preventDefault();
  };
  const failed = claiming.error ?? placing.error ?? leaving.error;
  const moment = showMoment(one.arrived, nodeNow());
  const by = clean(one.taken_by);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: one key decides the case that has the focus
    <article className={own.case} tabIndex={0} onKeyDown={keys} aria-label={clean(one.title) || t`Verslag`}>
      <div className={classes.line}>
        <div>
          <Text fw={620}>{clean(one.title) || <Trans>Verslag</Trans>}</Text>
          <Text size="sm" c="dimmed">
            {[listName(one.author), moment].filter((part) => part !== "").join(" · ")}
          </Text>
        </div>
        <Status status={one.status} />
      </div>
      <Text size="sm" c="var(--bb-stat)" fw={560}>
        {language === "nl" ? one.reason_nl : one.reason_en}
      </Text>
      <Text size="sm">{language === "nl" ? one.remedy_nl : one.remedy_en}</Text>
      {one.text !== "" && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a long text is scrolled by keyboard
        <section className={own.text} tabIndex={0} aria-label={t`Tekst van het verslag`} dir="auto">
          {one.text}
        </section>
      )}
      {one.document && (
        <div>
          <Button component="a" variant="default" size="xs" href={documentOf(one.id)} target="_blank" rel="noopener">
            <Trans>PDF openen</Trans>
          </Button>
        </div>
      )}
      {taken ? (
        <div className={classes.deeds}>
          <Text size="sm">
            <Trans>{by} is hiermee bezig.</Trans>
          </Text>
          <Button size="xs" variant="default" loading={claiming.isPending} onClick={() => claiming.mutate(true)}>
            <Trans>Overnemen</Trans>
          </Button>
        </div>
      ) : (
        <>
          {one.studies.map((study) => (
            <Study
              key={study.study_uid}
              one={one}
              study={study}
              busy={claiming.isPending || placing.isPending}
              onPlace={() => place(study.study_uid)}
            />
          ))}
          {one.studies.length === 0 && (
            <Text size="sm" c="dimmed">
              <Trans>Er is hier geen onderzoek dat past.</Trans>
            </Text>
          )}
          {aside ? (
            <form
              className={classes.deeds}
              onSubmit={(event) => {
                event.preventDefault();
                leaving.mutate();
              }}
            >
              <TextInput
                label={t`Waarom hoort het bij geen onderzoek hier?`}
                value={why}
                maxLength={500}
                required
                autoFocus
                onChange={(event) => setWhy(event.currentTarget.value)}
              />
              <Button type="submit" variant="default" loading={leaving.isPending} disabled={why.trim() === ""}>
                <Trans>Apart zetten</Trans>
              </Button>
              <Button variant="subtle" onClick={() => setAside(false)}>
                <Trans>Annuleren</Trans>
              </Button>
            </form>
          ) : (
            <div className={classes.deeds}>
              <Button variant="default" onClick={() => setAside(true)}>
                <Trans>Apart zetten</Trans>
              </Button>
            </div>
          )}
        </>
      )}
      {failed !== null && <Trouble error={failed} compact />}
    </article>
  );
}

export function ReportsPage() {
  const { data, error, refetch } = useQuery(reportsQuery);
  return (
    <div className={classes.page}>
      <Title order={1} className={classes.title}>
        <IconFileText size={22} stroke={1.6} aria-hidden /> <Trans>Verslagen zonder onderzoek</Trans>
      </Title>
      <div className={classes.decide}>
        {error !== null && (
          <Trouble error={error} safe={<Trans>Er gaat geen verslag verloren.</Trans>} retry={() => void refetch()} />
        )}
        {data === undefined ? (
          error === null && <Loading height={200} />
        ) : data.length === 0 ? (
          <Text size="sm" c="dimmed">
            <Trans>Alle verslagen liggen bij hun onderzoek, of wachten tot het verstuurd wordt.</Trans>
          </Text>
        ) : (
          <>
            <Text size="sm" c="dimmed">
              <Plural
                value={data.length}
                one="# verslag wacht op een besluit."
                other="# verslagen wachten op een besluit."
              />{" "}
              <Kbd>b</Kbd> <Trans>legt het verslag bij het onderzoek,</Trans> <Kbd>a</Kbd> <Trans>zet het apart.</Trans>
            </Text>
            {data.map((one) => (
              <Case key={one.id} one={one} />
            ))}
          </>
        )}
      </div>
    </div>
  );
}
