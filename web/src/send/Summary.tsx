/** What will happen, in one look: who, what, to whom, until when; what policy says of it; the button. */
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { IconSend } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Trouble } from "@/ui/Trouble";
import { Urgency } from "@/ui/Urgency";
import { showDay, showNumber } from "@/words/dates";
import { nameOf } from "@/words/party";
import { clean, listName } from "@/words/person";
import { check } from "./queries";
import { Remark } from "./Remark";
import { insideOf } from "./recipients";
import { imagesOf, type Person, type Selection } from "./selection";
import classes from "./send.module.css";
import { dayOf, lacking, orderOf, type ReportFile, type Terms } from "./terms";

interface Props {
  person: Person;
  selection: Selection;
  terms: Terms;
  extras: boolean;
  report: ReportFile | null;
  sending: boolean;
  error: unknown;
  onSend: () => void;
}

const PREVIEW = "0".repeat(32);

export function Summary({ person, selection, terms, extras, report, sending, error, onSend }: Props) {
  const { t } = useLingui();
  const lacks = lacking(terms, selection);
  const ready = lacks.length === 0 && !sending;
  const order = orderOf(person.studies, selection, terms, extras, null, PREVIEW);
  const { question: _typed, ...judged } = order.terms;
  const word = useQuery({
    queryKey: ["send", "check", judged],
    queryFn: ({ signal }) => check(order, signal),
    enabled: terms.receiver !== null && order.studies.length > 0 && !lacks.includes("consent"),
    staleTime: 30_000,
    gcTime: 30_000,
  });
  useHotkeys([["mod+Enter", () => ready && onSend()]], []);
  const words = {
    studies: t`Kies ten minste één onderzoek.`,
    receiver: t`Kies een ontvanger.`,
    consent: t`Vul de toestemming in.`,
  };
  const chosen = person.studies.filter((one) => selection[one.study_uid] !== undefined);
  return (
    <aside className={classes.summary} aria-label={t`Samenvatting`}>
      <h2 className={classes.heading}>
        <Trans>Samenvatting</Trans>
      </h2>
      <dl className={classes.facts}>
        <dt>
          <Trans>Patiënt</Trans>
        </dt>
        <dd>
          <bdi>{listName(person.patient.name)}</bdi>
          <br />
          {showDay(person.patient.birth_date)}
        </dd>
        <dt>
          <Trans>Onderzoeken</Trans>
        </dt>
        <dd>
          {chosen.length === 0 ? (
            <Trans>nog geen</Trans>
          ) : (
            <ul className={classes.plain}>
              {chosen.map((one) => (
                <li key={one.study_uid}>
                  <bdi>{clean(one.description) || clean(one.modalities.join(" "))}</bdi>, {showDay(one.date)}
                  <Parts series={selection[one.study_uid]?.series ?? null} />
                </li>
              ))}
            </ul>
          )}
          <Images count={imagesOf(selection, chosen)} />
          {report !== null && <div>{t`met verslag (PDF)`}</div>}
          {!extras && <div>{t`zonder presentaties en sleutelbeelden`}</div>}
        </dd>
        <dt>
          <Trans>Naar</Trans>
        </dt>
        <dd>
          {terms.receiver === null ? (
            <Trans>nog niemand</Trans>
          ) : (
            <>
              <bdi>{nameOf(terms.receiver)}</bdi>
              {insideOf(terms.receiver) !== "" && (
                <>
                  <br />
                  <bdi>{insideOf(terms.receiver)}</bdi>
                </>
              )}
            </>
          )}
        </dd>
        {word.data !== undefined && (
          <>
            <dt>
              <Trans>Te zien tot</Trans>
            </dt>
            <dd>{showDay(dayOf(new Date(word.data.ends * 1000)))}</dd>
          </>
        )}
      </dl>
      <div>
        <Urgency urgency={terms.urgency} />
      </div>
      {word.data !== undefined &&
        word.data.effect !== "permit" &&
        word.data.reasons.map((one) => <Remark key={one.code} reason={one} />)}
      {error !== null && error !== undefined && (
        <Trouble error={error} compact safe={t`Er is niets dubbel verstuurd: u kunt het gerust opnieuw proberen.`} />
      )}
      <Button
        size="lg"
        fullWidth
        disabled={!ready}
        loading={sending}
        leftSection={<IconSend size={20} aria-hidden />}
        onClick={onSend}
      >
        <Trans>Versturen</Trans>
      </Button>
      <div className={classes.quiet} aria-live="polite">
        {lacks[0] === undefined ? <Trans>Ctrl + Enter verstuurt ook.</Trans> : words[lacks[0]]}
      </div>
    </aside>
  );
}

function Parts({ series }: { series: string[] | null }) {
  if (series === null) return null;
  return (
    <>
      {" ("}
      <Plural value={series.length} one="# serie" other="# series" />)
    </>
  );
}

function Images({ count }: { count: number | null }) {
  if (count === null || count === 0) return null;
  const shown = showNumber(count);
  return (
    <div>
      <Plural value={count} one={`${shown} beeld`} other={`${shown} beelden`} />
    </div>
  );
}
