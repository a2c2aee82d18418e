/** Whose studies: typed as a number, a name or a birth date, in the PACS and on this node. One that is found is taken. */
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Button, Text, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useEffect, useMemo, useState } from "react";
import { Loading } from "@/ui/Loading";
import { PatientLine } from "@/ui/PatientLine";
import { Trouble } from "@/ui/Trouble";
import { foundQuery } from "./queries";
import { Remark } from "./Remark";
import { type Person, peopleOf } from "./selection";
import classes from "./send.module.css";
import type { StudiesFound } from "./types";

interface Props {
  /** Opened for the patient of this exchange. */
  exchange: string;
  onChosen: (person: Person) => void;
}

export function FindPatient({ exchange, onChosen }: Props) {
  const { t } = useLingui();
  const [typed, setTyped] = useState("");
  const [text, setText] = useState("");
  const asked = text === "" ? exchange : "";
  const found = useQuery(foundQuery(text, asked));
  const people = useMemo(() => peopleOf(found.data?.studies ?? [], asked !== ""), [found.data, asked]);
  const only = people.length === 1 && found.data?.trouble === null && !found.data.more ? people[0] : undefined;
  useEffect(() => {
    if (only !== undefined && !found.isFetching) onChosen(only);
  }, [only, found.isFetching, onChosen]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const wanted = typed.trim();
    if (wanted === text && wanted !== "") void found.refetch();
    setText(wanted);
  };
  return (
    <div className={classes.find}>
      <form className={classes.search} onSubmit={submit}>
        <TextInput
          size="md"
          className={classes.field}
          label={t`Patiënt`}
          description={t`Patiëntnummer, naam of geboortedatum, ook samen`}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          leftSection={<IconSearch size={18} aria-hidden />}
          maxLength={200}
          autoComplete="off"
          spellCheck={false}
          data-autofocus
          autoFocus
        />
        <Button type="submit" size="md" loading={found.isFetching} disabled={typed.trim() === ""}>
          <Trans>Zoeken</Trans>
        </Button>
      </form>
      {found.isFetching ? (
        <Loading height={200} />
      ) : found.isError ? (
        <Trouble error={found.error} retry={() => void found.refetch()} />
      ) : found.data === undefined ? (
        <Text c="dimmed" size="sm">
          <Trans>
            Er wordt gezocht in uw PACS en in Beeldbrug. Een nummer of geboortedatum vindt het snelst; zoeken staat in
            het logboek.
          </Trans>
        </Text>
      ) : (
        <People people={people} found={found.data} onChosen={onChosen} onRetry={() => void found.refetch()} />
      )}
    </div>
  );
}

interface PeopleProps {
  people: Person[];
  found: StudiesFound;
  onChosen: (person: Person) => void;
  onRetry: () => void;
}

function People({ people, found, onChosen, onRetry }: PeopleProps) {
  return (
    <section aria-live="polite" className={classes.people}>
      {found.trouble !== null && (
        <Remark reason={found.trouble}>
          <Button size="xs" variant="default" onClick={onRetry}>
            <Trans>Opnieuw zoeken</Trans>
          </Button>
        </Remark>
      )}
      {!found.asked_pacs && (
        <Text size="sm" c="dimmed">
          <Trans>Er is geen PACS ingesteld; dit is wat in Beeldbrug staat.</Trans>
        </Text>
      )}
      {people.length === 0 ? (
        <Text>
          <Trans>Niets gevonden. Probeer het patiëntnummer, of alleen de achternaam met de geboortedatum.</Trans>
        </Text>
      ) : (
        <>
          <Text size="sm" c="dimmed">
            <Plural value={people.length} one="# patiënt gevonden" other="# patiënten gevonden" />
            {found.more && (
              <>
                {". "}
                <Trans>Er zijn er meer; zoek preciezer.</Trans>
              </>
            )}
          </Text>
          <ul className={classes.choices}>
            {people.map((person) => (
              <li key={person.key}>
                <button type="button" className={classes.person} onClick={() => onChosen(person)}>
                  <PatientLine patient={person.patient} />
                  <span className={classes.count}>
                    <Plural value={person.studies.length} one="# onderzoek" other="# onderzoeken" />
                  </span>
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
