/** Who is on duty: now, at a glance; a week of one department; and, for who may, its roster to change. */
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, Text, TextInput, Title } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, data } from "@/api/client";
import { nodeNow } from "@/api/clock";
import { may, useMe } from "@/api/queries";
import { FormDialog } from "@/ui/Form";
import { Loading } from "@/ui/Loading";
import { Phone } from "@/ui/Phone";
import { Trouble } from "@/ui/Trouble";
import { useTitle } from "@/ui/title";
import { useLanguage } from "@/words/useLanguage";
import { standingQuery } from "./queries";
import { RosterEditor } from "./RosterEditor";
import classes from "./RosterPage.module.css";
import type { Standing } from "./types";
import { WeekView } from "./WeekView";
import { showOnWall } from "./week";

/** Who is on duty now with the place in which they are called. */
function onDuty(standing: Standing) {
  return standing.now.flatMap((group, index) =>
    group.map((person) => ({ key: `${index + 1} ${person.account}`, place: index + 1, person })),
  );
}

function Glance({ standing, zone }: { standing: Standing; zone: string }) {
  const language = useLanguage();
  const hole = standing.hole;
  const [from = 0, until = 0] = hole ?? [];
  const missing = hole !== null && from <= nodeNow();
  return (
    <>
      <h2 className={classes.department}>{standing.department}</h2>
      {standing.is_default && (
        <span className={classes.quiet}>
          <Trans>Ook voor wat geen afdeling noemt</Trans>
        </span>
      )}
      {onDuty(standing).map(({ key, place, person }) => (
        <div key={key} className={classes.person}>
          <span className={classes.level}>{place}</span>
          <strong>{person.name}</strong>
          <Phone number={person.phone} />
          {person.outside.length === 0 && (
            <span className={classes.warn}>
              <Trans>alleen in het portaal te bereiken</Trans>
            </span>
          )}
        </div>
      ))}
      {standing.now.length === 0 && (
        <span className={classes.bad}>
          <Trans>Nu heeft niemand dienst.</Trans>
        </span>
      )}
      {hole !== null && !missing && (
        <span className={classes.warn}>
          <Trans>
            Niemand van {showOnWall(from, zone, language)} tot {showOnWall(until, zone, language)}
          </Trans>
        </span>
      )}
    </>
  );
}

function NewRoster({ onClose, onMade }: { onClose: () => void; onMade: (id: string) => void }) {
  const { t } = useLingui();
  const client = useQueryClient();
  const [department, setDepartment] = useState("");
  const add = useMutation({
    mutationFn: () => data(api.POST("/rosters", { body: { department } })),
    onSuccess: async (roster) => {
      await client.invalidateQueries({ queryKey: standingQuery.queryKey });
      onMade(roster.id);
      onClose();
    },
  });
  return (
    <FormDialog
      title={t`Nieuw rooster`}
      deed={<Trans>Maken</Trans>}
      onSubmit={() => add.mutate()}
      onCancel={onClose}
      pending={add.isPending}
      error={add.error}
      ready={department.trim() !== ""}
    >
      <TextInput
        label={t`Afdeling`}
        description={t`Zoals afzenders haar noemen, bijvoorbeeld Radiologie`}
        value={department}
        maxLength={64}
        onChange={(event) => setDepartment(event.currentTarget.value)}
        data-autofocus
      />
    </FormDialog>
  );
}

export function RosterPage() {
  const { t } = useLingui();
  useTitle(t`Dienst`);
  const edits = may(useMe(), "roster");
  const { data: answer, error, refetch, isFetching } = useQuery(standingQuery);
  const [asked, setAsked] = useState("");
  const [making, setMaking] = useState(false);
  const chosen = answer?.rosters.find((one) => one.id === asked) ?? answer?.rosters[0];
  return (
    <div className={classes.page}>
      <header className={classes.head}>
        <Title order={1} className={classes.title}>
          <Trans>Wie heeft nu dienst</Trans>
        </Title>
        {edits && (
          <Button variant="default" leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setMaking(true)}>
            <Trans>Nieuw rooster</Trans>
          </Button>
        )}
      </header>
      {answer === undefined && error === null && <Loading height={240} />}
      {error !== null && <Trouble error={error} retry={() => void refetch()} retrying={isFetching} />}
      {answer !== undefined && answer.rosters.length === 0 && (
        <div className={classes.sheet}>
          <Text>
            <Trans>Er is nog geen rooster. Zolang dat zo is, wordt niemand gewekt als er spoed binnenkomt.</Trans>
          </Text>
          {!edits && (
            <Text c="dimmed">
              <Trans>Vraag een coördinator of beheerder om er een te maken.</Trans>
            </Text>
          )}
        </div>
      )}
      {answer !== undefined && (
        <div className={classes.now}>
          {answer.rosters.map((standing) => (
            <article
              key={standing.id}
              className={edits && standing.id === chosen?.id ? `${classes.card} ${classes.chosen}` : classes.card}
            >
              <Glance standing={standing} zone={answer.time_zone} />
              {edits && answer.rosters.length > 1 && (
                <Group>
                  <Button
                    size="xs"
                    variant="default"
                    aria-pressed={standing.id === chosen?.id}
                    onClick={() => setAsked(standing.id)}
                  >
                    <Trans>Rooster van {standing.department}</Trans>
                  </Button>
                </Group>
              )}
            </article>
          ))}
        </div>
      )}
      {edits && answer !== undefined && chosen !== undefined && (
        <>
          <WeekView key={`week-${chosen.id}`} roster={chosen.id} zone={answer.time_zone} />
          <RosterEditor key={`edit-${chosen.id}`} roster={chosen.id} zone={answer.time_zone} />
        </>
      )}
      {making && <NewRoster onClose={() => setMaking(false)} onMade={setAsked} />}
    </div>
  );
}
