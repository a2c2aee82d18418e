/** A department's roster to change: the weekly pattern, exceptions, what is told. Works by keyboard and on a phone. */
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, Stack, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, data } from "@/api/client";
import { failureOf } from "@/api/failure";
import { Sure } from "@/ui/Form";
import { Loading } from "@/ui/Loading";
import { Trouble } from "@/ui/Trouble";
import { differs } from "./draft";
import { Exceptions } from "./Exceptions";
import { Pattern } from "./Pattern";
import { peopleQuery, rosterQuery, standingQuery } from "./queries";
import classes from "./RosterPage.module.css";
import { RulesForm } from "./RulesForm";
import type { Person, Roster } from "./types";

function Remove({ roster, onClose }: { roster: Roster; onClose: () => void }) {
  const { t } = useLingui();
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => api.DELETE("/rosters/{roster}", { params: { path: { roster: roster.id } } }),
    onSuccess: async () => {
      onClose();
      await client.invalidateQueries({ queryKey: standingQuery.queryKey });
    },
  });
  return (
    <Sure
      title={t`Rooster van ${roster.department} verwijderen?`}
      deed={<Trans>Verwijderen</Trans>}
      error={remove.error}
      pending={remove.isPending}
      onClose={onClose}
      onSure={() => remove.mutate()}
    >
      <Trans>
        Voor deze afdeling wordt dan niemand meer gewekt, behalve door het rooster van de standaardafdeling.
      </Trans>
    </Sure>
  );
}

function Draft({ kept, people, zone }: { kept: Roster; people: Person[]; zone: string }) {
  const { t } = useLingui();
  const client = useQueryClient();
  const [draft, setDraft] = useState(kept);
  const [removing, setRemoving] = useState(false);
  const [saved, setSaved] = useState(false);
  const change = (part: Partial<Roster>) => {
    setSaved(false);
    setDraft((before) => ({ ...before, ...part }));
  };
  const take = (roster: Roster) => {
    client.setQueryData(rosterQuery(roster.id).queryKey, roster);
    setDraft(roster);
  };
  const save = useMutation({
    mutationFn: () => {
      const { id, ...body } = draft;
      return data(api.PUT("/rosters/{roster}", { params: { path: { roster: id } }, body }));
    },
    onSuccess: (roster) => {
      take(roster);
      setSaved(true);
      void client.invalidateQueries({ queryKey: standingQuery.queryKey, exact: true });
      void client.invalidateQueries({ queryKey: ["rosters", roster.id, "week"] });
    },
  });
  const reload = async () => {
    take(await client.fetchQuery({ ...rosterQuery(kept.id), staleTime: 0 }));
    save.reset();
  };
  const changed = differs(draft, kept);
  const stale = save.error !== null && failureOf(save.error).code === "roster-changed";
  return (
    <section className={classes.sheet} aria-label={t`Rooster van ${kept.department}`}>
      <Group justify="space-between">
        <Title order={2} className={classes.heading}>
          <Trans>Rooster van {kept.department}</Trans>
        </Title>
        <Button variant="default" size="xs" onClick={() => setRemoving(true)}>
          <Trans>Rooster verwijderen</Trans>
        </Button>
      </Group>
      <Stack gap="lg" mt="md">
        <Pattern shifts={draft.shifts} people={people} onChange={(shifts) => change({ shifts })} />
        <Exceptions
          substitutions={draft.substitutions}
          people={people}
          zone={zone}
          onChange={(substitutions) => change({ substitutions })}
        />
        <RulesForm rules={draft.rules} onChange={(rules) => change({ rules })} />
      </Stack>
      <div className={classes.save}>
        <Button disabled={!changed} loading={save.isPending} onClick={() => save.mutate()}>
          <Trans>Opslaan</Trans>
        </Button>
        <Button variant="default" disabled={!changed || save.isPending} onClick={() => take(kept)}>
          <Trans>Ongedaan maken</Trans>
        </Button>
        <span role="status">
          {changed && (
            <span className={classes.warn}>
              <Trans>Nog niet opgeslagen</Trans>
            </span>
          )}
          {!changed && saved && <Trans>Opgeslagen</Trans>}
        </span>
        {save.error !== null && (
          <Trouble error={save.error} compact>
            {stale && (
              <Button size="xs" variant="default" onClick={() => void reload()}>
                <Trans>Opnieuw laden</Trans>
              </Button>
            )}
          </Trouble>
        )}
      </div>
      {removing && <Remove roster={kept} onClose={() => setRemoving(false)} />}
    </section>
  );
}

export function RosterEditor({ roster, zone }: { roster: string; zone: string }) {
  const kept = useQuery(rosterQuery(roster));
  const people = useQuery(peopleQuery);
  const error = kept.error ?? people.error;
  if (error !== null)
    return <Trouble error={error} retry={() => void Promise.all([kept.refetch(), people.refetch()])} />;
  if (kept.data === undefined || people.data === undefined) return <Loading height={240} />;
  return <Draft kept={kept.data} people={people.data.people} zone={zone} />;
}
