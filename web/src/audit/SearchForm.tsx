/** What somebody looks for in the trail: about whom, by whom, what, and when. */
import { useLingui as useI18n } from "@lingui/react";
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Select, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import { eventWords } from "./events";
import { GROUPS, groupName } from "./groups";
import type { Search } from "./queries";
import classes from "./TrailPage.module.css";

const DAY = 86_400;
export type About = "patient" | "study" | "exchange";

export interface Fields {
  about: About;
  whom: string;
  actor: string;
  peer: string;
  /** A group, a kind of event, or empty for all. */
  what: string;
  /** YYYY-MM-DD, empty for no bound; both days are in it. */
  from: string;
  to: string;
}

/** Midnight of a day by the reader's own clock, in POSIX seconds. */
function midnight(day: string, plusDays: number): number {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  return new Date(year, month - 1, date + plusDays).getTime() / 1000;
}

export function dayBefore(days: number): string {
  const day = new Date(Date.now() - days * DAY * 1000);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}

export function searchOf(fields: Fields): Search {
  const kinds = fields.what === "" ? [] : (GROUPS[fields.what] ?? [fields.what]);
  return {
    since: fields.from === "" ? 0 : midnight(fields.from, 0),
    until: fields.to === "" ? 1e12 : midnight(fields.to, 1),
    patient: "",
    study: "",
    exchange: "",
    [fields.about]: fields.whom.trim(),
    kinds,
    actor: fields.actor.trim(),
    peer: fields.peer.trim(),
  };
}

export function SearchForm(props: { start: Fields; kinds: readonly string[]; onSearch: (fields: Fields) => void }) {
  const { t } = useLingui();
  const { i18n } = useI18n();
  const [fields, setFields] = useState(props.start);
  const change = (changed: Partial<Fields>) => setFields((before) => ({ ...before, ...changed }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    props.onSearch(fields);
  };
  const kinds = [...props.kinds]
    .map((value) => ({ value, label: i18n._(eventWords(value)) }))
    .sort((a, b) => a.label.localeCompare(b.label));
  const groups = Object.keys(GROUPS).map((value) => ({ value, label: i18n._(groupName(value)) }));
  return (
    <form className={classes.form} onSubmit={submit} aria-label={t`Zoeken in het logboek`} autoComplete="off">
      <Select
        label={t`Over`}
        value={fields.about}
        allowDeselect={false}
        onChange={(value) => change({ about: (value ?? "patient") as About })}
        data={[
          { value: "patient", label: t`Patiënt` },
          { value: "study", label: t`Onderzoek` },
          { value: "exchange", label: t`Uitwisseling` },
        ]}
      />
      <TextInput
        label={
          fields.about === "patient"
            ? t`Patiëntnummer of BSN`
            : fields.about === "study"
              ? t`Study Instance UID`
              : t`Kenmerk van de uitwisseling`
        }
        value={fields.whom}
        onChange={(event) => change({ whom: event.currentTarget.value })}
        className={classes.whom}
      />
      <TextInput
        label={t`Door (account, AE-titel)`}
        value={fields.actor}
        onChange={(event) => change({ actor: event.currentTarget.value })}
      />
      <TextInput
        label={t`Andere organisatie (URA)`}
        value={fields.peer}
        onChange={(event) => change({ peer: event.currentTarget.value })}
      />
      <Select
        label={t`Wat`}
        placeholder={t`Alles`}
        searchable
        clearable
        value={fields.what === "" ? null : fields.what}
        onChange={(value) => change({ what: value ?? "" })}
        data={[
          { group: t`Groepen`, items: groups },
          { group: t`Soorten`, items: kinds },
        ]}
        className={classes.what}
      />
      <TextInput
        type="date"
        label={t`Van`}
        value={fields.from}
        onChange={(event) => change({ from: event.currentTarget.value })}
      />
      <TextInput
        type="date"
        label={t`Tot en met`}
        value={fields.to}
        onChange={(event) => change({ to: event.currentTarget.value })}
      />
      <Button type="submit" leftSection={<IconSearch size={16} aria-hidden />} className={classes.search}>
        <Trans>Zoeken</Trans>
      </Button>
    </form>
  );
}
