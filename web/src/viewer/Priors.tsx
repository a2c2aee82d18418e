/** The patient's other studies: which to compare with, where they are from, and beside the current one with a click. */
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { IconEye, IconHistory, IconLayoutColumns, IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { Trouble } from "@/ui/Trouble";
import { clean } from "@/words/person";
import { closeBeside, openBeside, openOf, showCurrent, togglePrior } from "./beside";
import { useDesk, useDeskState } from "./context";
import { studyMoment } from "./patient";
import { bestPrior, priorsOf, type RelatedStudy, relatedQuery, sourceOf } from "./related";
import sideStyles from "./side.module.css";
import styles from "./viewer.module.css";

/** Asks what else there is of the patient, once the study is known. */
export function useRelated() {
  const desk = useDesk();
  useDeskState((state) => state.version);
  const [main] = desk.studies;
  const known = main?.header ?? null;
  const asked = useQuery({
    ...relatedQuery(main?.source ?? { kind: "study", id: "" }),
    enabled: known !== null,
    retry: false,
  });
  const { data } = asked;
  useEffect(() => {
    desk.state.set({ related: data ?? [] });
  }, [desk, data]);
  return asked;
}

export function Priors() {
  const desk = useDesk();
  const { t } = useLingui();
  const { data, error, isPending, refetch } = useRelated();
  const priors = priorsOf(data ?? []);
  const current = (data ?? []).find((one) => one.current);
  return (
    <>
      {error && <Trouble error={error} retry={() => void refetch()} compact />}
      {isPending && (
        <p className={styles.quiet}>
          <Trans>Er wordt gezocht…</Trans>
        </p>
      )}
      {data && priors.length === 0 && (
        <p className={styles.quiet}>
          <Trans>Van deze patiënt ligt hier geen ander onderzoek.</Trans>
        </p>
      )}
      <ul className={sideStyles.priors} aria-label={t`Andere onderzoeken van deze patiënt`}>
        {current && desk.narrow && desk.studies.length > 1 && (
          <li>
            <Facts study={current} />
            <Button size="sm" fullWidth onClick={() => back(desk)}>
              <Trans>Terug naar dit onderzoek</Trans>
            </Button>
          </li>
        )}
        {priors.map((one) => (
          <Prior key={`${one.kind}/${one.id}`} study={one} />
        ))}
      </ul>
    </>
  );
}

function back(desk: ReturnType<typeof useDesk>): void {
  desk.state.set({ panel: "none" });
  void showCurrent(desk);
}

function Prior({ study }: { study: RelatedStudy }) {
  const desk = useDesk();
  const source = sourceOf(study);
  const open = openOf(desk, source) !== null;
  const show = () => {
    if (desk.narrow) desk.state.set({ panel: "none" });
    void openBeside(desk, source);
  };
  return (
    <li data-open={open || undefined}>
      <Facts study={study} />
      {open && !desk.narrow ? (
        <Button
          size="compact-sm"
          variant="default"
          fullWidth
          leftSection={<IconX size={14} aria-hidden />}
          onClick={() => closeBeside(desk, source)}
        >
          <Trans>Sluiten</Trans>
        </Button>
      ) : (
        <Button
          size={desk.narrow ? "sm" : "compact-sm"}
          variant={study.relevant ? "filled" : "default"}
          fullWidth
          leftSection={desk.narrow ? <IconEye size={16} aria-hidden /> : <IconLayoutColumns size={14} aria-hidden />}
          onClick={show}
        >
          {desk.narrow ? <Trans>Bekijken</Trans> : <Trans>Ernaast zetten</Trans>}
        </Button>
      )}
    </li>
  );
}

function Facts({ study }: { study: RelatedStudy }) {
  const { t } = useLingui();
  return (
    <div className={sideStyles.priorFacts}>
      <p className={sideStyles.priorName} dir="auto">
        {clean(study.description) || study.modalities.join(" ") || t`Onderzoek zonder naam`}
      </p>
      <p className={styles.quiet}>
        {[studyMoment(study.date, study.time) || t`datum onbekend`, study.modalities.join(" ")]
          .filter(Boolean)
          .join(" · ")}
        {" · "}
        <Plural value={study.instances} one="# beeld" other="# beelden" />
      </p>
      <p className={styles.quiet} dir="auto">
        {study.own ? <Trans>Eigen onderzoek</Trans> : <Trans>Van {clean(study.source)}</Trans>}
      </p>
      {study.relevant && (
        <p className={sideStyles.relevant}>
          <IconHistory size={13} aria-hidden />
          <Trans>Om mee te vergelijken</Trans>
        </p>
      )}
    </div>
  );
}

/** Under the series: the prior that is most worth comparing with, one click away. */
export function PriorHint() {
  const desk = useDesk();
  useRelated();
  const related = useDeskState((state) => state.related);
  const best = bestPrior(related);
  if (!best || openOf(desk, sourceOf(best))) return null;
  const { description } = best;
  const when = studyMoment(best.date, "");
  return (
    <button type="button" className={sideStyles.hint} onClick={() => togglePrior(desk)}>
      <IconHistory size={15} aria-hidden />
      <span dir="auto">
        <Trans>Vergelijk met</Trans> {clean(description) || best.modalities.join(" ")} {when}
      </span>
    </button>
  );
}
