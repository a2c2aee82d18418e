/** To whom: one touch for a favourite or the last ones, typing for everybody else; the door inside can be refined. */
import { Trans, useLingui } from "@lingui/react/macro";
import { ActionIcon, Button, Select, Text, TextInput } from "@mantine/core";
import { IconStar, IconStarFilled } from "@tabler/icons-react";
import { type UseQueryResult, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, data } from "@/api/client";
import type { Party } from "@/api/types";
import { Loading } from "@/ui/Loading";
import { Phone } from "@/ui/Phone";
import { Trouble } from "@/ui/Trouble";
import { nameOf } from "@/words/party";
import { bookQuery } from "./queries";
import { Remark } from "./Remark";
import { type Choice, choicesOf, insideOf, keyOf, lineOf, withRecipient } from "./recipients";
import classes from "./send.module.css";
import type { Terms } from "./terms";
import type { Book } from "./types";

const QUICK = 6;

interface Props {
  book: UseQueryResult<Book>;
  terms: Terms;
  onChange: (terms: Terms) => void;
}

export function RecipientPicker({ book, terms, onChange }: Props) {
  if (book.isPending) return <Loading height={80} />;
  if (book.isError) return <Trouble error={book.error} compact retry={() => void book.refetch()} />;
  const choices = choicesOf(book.data);
  return (
    <div className={classes.recipient}>
      {book.data.trouble !== null && <Remark reason={book.data.trouble} />}
      {terms.receiver === null ? (
        <Choose choices={choices} onChoose={(choice) => onChange(withRecipient(terms, choice))} />
      ) : (
        <ChosenDoor book={book.data} party={terms.receiver} onChange={(receiver) => onChange({ ...terms, receiver })} />
      )}
    </div>
  );
}

function Choose({ choices, onChoose }: { choices: Choice[]; onChoose: (choice: Choice) => void }) {
  const { t } = useLingui();
  const quick = choices.filter((one) => one.favourite || one.recent).slice(0, QUICK);
  const rules = choices.filter((one) => one.rule !== null && !quick.includes(one)).slice(0, QUICK - quick.length);
  const option = (one: Choice) => ({ value: one.key, label: lineOf(one.party) });
  const groups = [
    { group: t`Afdelingen en personen`, items: choices.filter((one) => insideOf(one.party) !== "").map(option) },
    { group: t`Organisaties`, items: choices.filter((one) => insideOf(one.party) === "").map(option) },
  ].filter((one) => one.items.length > 0);
  return (
    <>
      {(quick.length > 0 || rules.length > 0) && (
        <ul className={classes.quick} aria-label={t`Favoriet en laatst gebruikt`}>
          {[...quick, ...rules].map((one) => (
            <li key={one.key}>
              <Button
                variant="default"
                className={classes.door ?? ""}
                leftSection={one.favourite ? <IconStarFilled size={15} aria-hidden /> : undefined}
                onClick={() => onChoose(one)}
              >
                {lineOf(one.party)}
              </Button>
            </li>
          ))}
        </ul>
      )}
      <Select
        label={t`Zoek in het adresboek`}
        placeholder={t`Ziekenhuis, afdeling of persoon`}
        data={groups}
        searchable
        clearable
        limit={200}
        nothingFoundMessage={t`Niet in het adresboek`}
        onChange={(key) => {
          const found = choices.find((one) => one.key === key);
          if (found !== undefined) onChoose(found);
        }}
      />
      {choices.length === 0 && (
        <Text size="sm" c="dimmed">
          <Trans>
            Het adresboek is leeg. Er moet eerst een andere organisatie aansluiten; uw beheerder weet er meer van.
          </Trans>
        </Text>
      )}
    </>
  );
}

function useFavourite() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { party: Party; favourite: boolean }) => data(api.POST("/sending/recipients", { body })),
    onSuccess: (book) => client.setQueryData(bookQuery.queryKey, book),
  });
}

/** What a partner without Beeldbrug means for whoever sends: no receipt, and no way back. */
function HowItGoes({ way }: { way: string }) {
  if (way === "hub") return null;
  return (
    <Text size="sm" c="dimmed">
      {way === "disc" ? (
        <Trans>
          Als alles klaarstaat, downloadt u een ZIP-bestand om te branden of mee te geven. Vul bij Persoon in voor wie
          het is.
        </Trans>
      ) : (
        <Trans>
          Deze partner heeft geen Beeldbrug en stuurt geen ontvangstbewijs: straks staat er “bezorgd”. Wat bezorgd is,
          is niet terug te halen.
        </Trans>
      )}
      {way === "dicom" && (
        <>
          {" "}
          <Trans>Uw vraag gaat niet mee: alleen de beelden.</Trans>
        </>
      )}
    </Text>
  );
}

function ChosenDoor({ book, party, onChange }: { book: Book; party: Party; onChange: (party: Party | null) => void }) {
  const { t } = useLingui();
  const mark = useFavourite();
  const favourite = book.recipients.some((one) => one.favourite && keyOf(one.party) === keyOf(party));
  const without = book.partners.some((one) => one.organisation === party.organisation && !one.keys);
  return (
    <div className={classes.chosenDoor}>
      <div className={classes.doorLine}>
        <strong>
          <bdi>{nameOf(party)}</bdi>
        </strong>
        <ActionIcon
          variant="subtle"
          aria-pressed={favourite}
          aria-label={favourite ? t`Geen favoriet meer` : t`Als favoriet bewaren`}
          loading={mark.isPending}
          onClick={() => mark.mutate({ party, favourite: !favourite })}
        >
          {favourite ? <IconStarFilled size={18} aria-hidden /> : <IconStar size={18} aria-hidden />}
        </ActionIcon>
        <Button variant="subtle" size="compact-sm" onClick={() => onChange(null)}>
          <Trans>Andere ontvanger</Trans>
        </Button>
      </div>
      {party.phone !== "" && <Phone number={party.phone} />}
      <div className={classes.doorFields}>
        <TextInput
          label={t`Afdeling`}
          value={party.department}
          maxLength={100}
          onChange={(event) => onChange({ ...party, department: event.currentTarget.value })}
        />
        <TextInput
          label={t`Persoon`}
          value={party.person}
          maxLength={100}
          onChange={(event) => onChange({ ...party, person: event.currentTarget.value })}
        />
      </div>
      <HowItGoes way={book.partners.find((one) => one.organisation === party.organisation)?.way ?? "hub"} />
      {without && (
        <Text size="sm" c="dimmed">
          <Trans>
            Deze organisatie heeft nu geen geldige sleutels: de zending wacht tot haar Beeldbrug weer aan staat.
          </Trans>
        </Text>
      )}
    </div>
  );
}
