/** The studies of a patient to choose from, newest first, each whole or by series; why one is proposed stands beside it. */
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Checkbox, Loader } from "@mantine/core";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Reason } from "@/api/types";
import { Trouble } from "@/ui/Trouble";
import { showDay, showNumber } from "@/words/dates";
import { clean } from "@/words/person";
import { inLanguage } from "@/words/reasons";
import { seriesQuery } from "./queries";
import { has, type Selection, toggled, withSeries } from "./selection";
import classes from "./send.module.css";
import type { Series, Study } from "./types";

interface Props {
  studies: Study[];
  selection: Selection;
  reasons: Map<string, Reason>;
  onChange: (selection: Selection) => void;
}

export function StudyList({ studies, selection, reasons, onChange }: Props) {
  return (
    <ul className={classes.studies}>
      {studies.map((study) => (
        <StudyItem
          key={study.study_uid}
          study={study}
          selection={selection}
          reason={reasons.get(study.study_uid)}
          onChange={onChange}
        />
      ))}
    </ul>
  );
}

interface ItemProps {
  study: Study;
  selection: Selection;
  reason: Reason | undefined;
  onChange: (selection: Selection) => void;
}

function StudyItem({ study, selection, reason, onChange }: ItemProps) {
  const { t } = useLingui();
  const [open, setOpen] = useState(false);
  const chosen = selection[study.study_uid];
  const name = clean(study.description) || t`Zonder omschrijving`;
  const day = study.date === "" ? t`datum onbekend` : showDay(study.date);
  const Icon = open ? IconChevronDown : IconChevronRight;
  return (
    <li className={chosen === undefined ? classes.study : classes.studyChosen}>
      <div className={classes.studyLine}>
        <Checkbox
          checked={chosen !== undefined}
          indeterminate={chosen?.series !== null && chosen !== undefined}
          onChange={() => onChange(toggled(selection, study))}
          classNames={{ body: classes.check ?? "", labelWrapper: classes.checkLabel ?? "" }}
          label={
            <span className={classes.studyName}>
              <bdi>{name}</bdi>
              <span className={classes.studyFacts}>
                <span>{day}</span>
                <span>{study.modalities.map(clean).join(" ")}</span>
                {study.instances !== null && (
                  <span>
                    <Plural value={study.instances} one="# beeld" other="# beelden" />
                  </span>
                )}
                <Place study={study} />
              </span>
            </span>
          }
        />
        {reason !== undefined && <span className={classes.reason}>{inLanguage(reason).text}</span>}
        <button
          type="button"
          className={classes.fold}
          aria-expanded={open}
          onClick={() => setOpen(!open)}
          aria-label={t`Series van ${name}, ${day}`}
        >
          <Icon size={18} aria-hidden />
          <span className={classes.foldWord}>
            <Trans>Series</Trans>
          </span>
        </button>
      </div>
      {open && <SeriesChoice study={study} selection={selection} onChange={onChange} />}
    </li>
  );
}

function Place({ study }: { study: Study }) {
  if (study.pacs) return null;
  return (
    <span className={classes.place}>
      {study.source === "arrival" ? <Trans>ontvangen</Trans> : <Trans>in Beeldbrug</Trans>}
    </span>
  );
}

function SeriesChoice({ study, selection, onChange }: Omit<ItemProps, "reason">) {
  const series = useQuery(seriesQuery(study));
  if (series.isPending)
    return (
      <div className={classes.series} role="status">
        <Loader size="xs" aria-hidden /> <Trans>Series worden opgevraagd…</Trans>
      </div>
    );
  if (series.isError)
    return (
      <div className={classes.series}>
        <Trouble error={series.error} compact retry={() => void series.refetch()} retrying={series.isFetching} />
      </div>
    );
  return (
    <ul className={classes.series}>
      {series.data.map((one) => (
        <li key={one.series_uid}>
          <Checkbox
            checked={has(selection, study, one.series_uid)}
            onChange={() => onChange(withSeries(selection, study, series.data, one.series_uid))}
            label={<SeriesName series={one} />}
          />
        </li>
      ))}
    </ul>
  );
}

function SeriesName({ series }: { series: Series }) {
  const { t } = useLingui();
  const name = clean(series.description) || (series.extra ? t`Presentaties en sleutelbeelden` : t`Zonder omschrijving`);
  return (
    <span className={classes.seriesName}>
      {series.number !== null && <span className={classes.quiet}>{series.number}</span>}
      <bdi>{name}</bdi>
      <span className={classes.quiet}>
        {clean(series.modality)}
        {series.instances !== null && ` · ${showNumber(series.instances)}`}
      </span>
    </span>
  );
}
