/**
 * The audit trail for the privacy officer: who looked at whose images, what was given to whom and on what ground.
 *
 * Nothing is shown before somebody asks for it: every look is itself on record. What was asked for is in no address.
 */
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Text, Title } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { Trouble } from "@/ui/Trouble";
import { useTitle } from "@/ui/title";
import { Events } from "./Events";
import { ALL_KINDS } from "./events";
import { type Search, search, type TrailEvent, type TrailPlace, table } from "./queries";
import { dayBefore, type Fields, SearchForm, searchOf } from "./SearchForm";
import classes from "./TrailPage.module.css";

interface Found {
  asked: Search;
  events: readonly TrailEvent[];
  next: TrailPlace | null;
}

function save(blob: Blob): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = "beeldbrug-audit.csv";
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

export function TrailPage() {
  const { t } = useLingui();
  useTitle(t`Logboek`);
  const [found, setFound] = useState<Found>();
  const asking = useMutation({
    mutationFn: async ({ asked, before }: { asked: Search; before: TrailPlace | null }) => {
      const page = await search(asked, before);
      setFound((old) => ({
        asked,
        events: before === null ? page.events : [...(old?.events ?? []), ...page.events],
        next: page.next,
      }));
    },
    gcTime: 0,
  });
  const taking = useMutation({ mutationFn: async (asked: Search) => save(await table(asked)), gcTime: 0 });
  const start: Fields = { about: "patient", whom: "", actor: "", peer: "", what: "", from: dayBefore(30), to: "" };
  return (
    <div className={classes.page}>
      <header className={classes.head}>
        <div>
          <Title order={1} size="h3">
            <Trans>Logboek</Trans>
          </Title>
          <Text className={classes.quiet}>
            <Trans>Wie keek waarnaar, wat ging naar wie, en op welke grond. Ook dat u hier zoekt, staat erin.</Trans>
          </Text>
        </div>
        {found !== undefined && found.events.length > 0 && (
          <Button
            variant="default"
            leftSection={<IconDownload size={16} aria-hidden />}
            loading={taking.isPending}
            onClick={() => taking.mutate(found.asked)}
          >
            CSV
          </Button>
        )}
      </header>
      <SearchForm
        start={start}
        kinds={ALL_KINDS}
        onSearch={(fields) => asking.mutate({ asked: searchOf(fields), before: null })}
      />
      {taking.error !== null && <Trouble error={taking.error} compact />}
      {asking.error !== null && <Trouble error={asking.error} compact />}
      <div aria-live="polite" aria-busy={asking.isPending}>
        {found !== undefined && (
          <Events
            events={found.events}
            foot={
              found.next !== null && (
                <Button
                  variant="default"
                  loading={asking.isPending}
                  onClick={() => asking.mutate({ asked: found.asked, before: found.next })}
                >
                  <Trans>Eerdere gebeurtenissen</Trans>
                </Button>
              )
            }
          />
        )}
      </div>
    </div>
  );
}
