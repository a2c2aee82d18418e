/** Reading in a disc, stick, folder, ZIP or ISO file: what is on it is shown first, and nothing is taken unasked. */
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Progress as Bar, Button, Text, Title } from "@mantine/core";
import { IconCheck, IconDisc, IconLink } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { Trouble } from "@/ui/Trouble";
import { showNumber } from "@/words/dates";
import { showSize } from "@/words/sizes";
import { Choose } from "./Choose";
import { Decide } from "./Decide";
import classes from "./intake.module.css";
import type { Status } from "./queries";
import { type Step, useBringing } from "./useBringing";

function percent(done: number, of: number): number {
  return of > 0 ? Math.min(100, (100 * done) / of) : 0;
}

function Finding({ count }: { count: number }) {
  return (
    <section className={classes.busy} aria-live="polite">
      <Text fw={620}>
        <Trans>Zoeken naar bestanden</Trans>
      </Text>
      <Text size="sm">
        <Plural value={count} one="# bestand gevonden" other="# bestanden gevonden" />
      </Text>
    </section>
  );
}

function Away() {
  return (
    <Text size="sm" role="status" className={classes.away}>
      <Trans>De verbinding is weg. Zodra zij terug is, gaat het vanzelf verder; wat er is, is veilig.</Trans>
    </Text>
  );
}

function Looking({ step }: { step: Extract<Step, { name: "looking" }> }) {
  const { t } = useLingui();
  const { files, ofFiles, bytes, waiting } = step.progress;
  const [seen, of, size] = [showNumber(files), showNumber(ofFiles), showSize(bytes)];
  return (
    <section className={classes.busy}>
      <Text fw={620}>
        <Trans>Kijken wat erop staat</Trans>
      </Text>
      <Bar value={percent(files, ofFiles)} aria-label={t`Bestanden bekeken`} />
      <Text size="sm">
        <Trans>
          {seen} van {of} bestanden bekeken, {size} gelezen
        </Trans>
      </Text>
      {waiting && <Away />}
    </section>
  );
}

function Sending({ step }: { step: Extract<Step, { name: "sending" }> }) {
  const { t } = useLingui();
  const { files, ofFiles, bytes, ofBytes, waiting } = step.progress;
  const [sent, of, size, whole] = [showNumber(files), showNumber(ofFiles), showSize(bytes), showSize(ofBytes)];
  return (
    <section className={classes.busy}>
      <Text fw={620}>
        <Trans>Beelden versturen naar Beeldbrug</Trans>
      </Text>
      <Bar value={percent(bytes, ofBytes)} aria-label={t`Verstuurd`} />
      <Text size="sm">
        <Trans>
          {sent} van {of} beelden, {size} van {whole}
        </Trans>
      </Text>
      {waiting && <Away />}
      <Text size="sm" c="dimmed">
        <Trans>
          Laat deze pagina open. Wordt zij toch gesloten, kies dan dezelfde map of hetzelfde bestand opnieuw: wat er is,
          wordt niet nog eens verstuurd.
        </Trans>
      </Text>
    </section>
  );
}

function Taking({ status }: { status: Status }) {
  const { t } = useLingui();
  const [taken, of] = [showNumber(status.taken), showNumber(status.of)];
  return (
    <section className={classes.busy}>
      <Text fw={620}>
        <Trans>Inlezen</Trans>
      </Text>
      <Bar value={percent(status.taken, status.of)} aria-label={t`Ingelezen`} />
      <Text size="sm">
        <Trans>
          {taken} van {of} beelden ingelezen
        </Trans>
      </Text>
      <Text size="sm" c="dimmed">
        <Trans>Alles is binnen: deze pagina mag dicht.</Trans>
      </Text>
    </section>
  );
}

function Done({ status, onAgain }: { status: Status; onAgain: () => void }) {
  return (
    <section className={classes.busy} aria-live="polite">
      <div className={classes.done}>
        <IconCheck size={26} aria-hidden className={classes.check} />
        <Text fw={620}>
          {status.taken > 0 ? (
            <Plural value={status.taken} one="# beeld is ingelezen" other="# beelden zijn ingelezen" />
          ) : (
            <Trans>Alles hiervan was er al</Trans>
          )}
        </Text>
      </div>
      {status.taken > 0 && status.known > 0 && (
        <Text size="sm">
          <Plural value={status.known} one="# beeld was er al" other="# beelden waren er al" />
        </Text>
      )}
      {status.missing > 0 && (
        <Text size="sm">
          <Plural value={status.missing} one="# beeld ontbreekt" other="# beelden ontbreken" />
        </Text>
      )}
      <div className={classes.deeds}>
        <Button component={Link} to="/ontvangen">
          <Trans>Naar wat binnen is</Trans>
        </Button>
        {status.exchanges.length === 1 && (
          <Button
            variant="default"
            component={Link}
            to="/uitwisseling/$exchange"
            params={{ exchange: status.exchanges[0] ?? "" } as never}
          >
            <Trans>Bekijk de beelden</Trans>
          </Button>
        )}
        <Button variant="default" onClick={onAgain}>
          <Trans>Nog een inlezen</Trans>
        </Button>
      </div>
    </section>
  );
}

export function IntakePage() {
  const { step, bring, decide, again } = useBringing();
  return (
    <div className={classes.page}>
      <Title order={1} className={classes.title}>
        <IconDisc size={22} stroke={1.6} aria-hidden /> <Trans>Schijf, stick of bestand inlezen</Trans>
      </Title>
      {step.name === "choose" && (
        <>
          <Choose error={step.error} onChosen={(finding) => void bring(finding)} />
          <Button
            mt="md"
            variant="default"
            component={Link}
            to="/uploadverzoeken"
            leftSection={<IconLink size={18} aria-hidden />}
          >
            <Trans>Iemand buiten om beelden vragen</Trans>
          </Button>
        </>
      )}
      {step.name === "finding" && <Finding count={step.count} />}
      {step.name === "looking" && <Looking step={step} />}
      {step.name === "decide" && (
        <Decide
          key={step.upload}
          seen={step.seen}
          last={step.last}
          onTake={(order) => void decide(step.upload, step.seen, order)}
          onAgain={again}
        />
      )}
      {step.name === "sending" && <Sending step={step} />}
      {step.name === "taking" && <Taking status={step.status} />}
      {step.name === "done" && <Done status={step.status} onAgain={again} />}
      {step.name === "broken" && (
        <Trouble
          error={step.error}
          safe={<Trans>Wat al verstuurd is, staat er nog en wordt niet nog eens verstuurd.</Trans>}
          retry={step.again}
        >
          <Button variant="default" size="sm" onClick={again}>
            <Trans>Iets anders kiezen</Trans>
          </Button>
        </Trouble>
      )}
    </div>
  );
}
