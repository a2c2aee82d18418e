/** How the node does: what is not well first, with what to do; below it processes, room and open alerts. */
import { msg } from "@lingui/core/macro";
import { useLingui as useI18n } from "@lingui/react";
import { Trans, useLingui } from "@lingui/react/macro";
import { Progress, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck, IconCircleX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Table } from "@/ui/Table";
import { showDuration, showMoment, showMomentFully, showNumber } from "@/words/dates";
import { useLanguage } from "@/words/useLanguage";
import classes from "./Health.module.css";
import { FINDINGS, type Finding, type Health as HealthNow, healthQuery, showBytes } from "./health";
import { Answer, Head, Pill, Sheet, shapes } from "./parts";

const ICONS = [IconCircleCheck, IconAlertTriangle, IconCircleX] as const;

function FindingRow({ finding }: { finding: Finding }) {
  const { i18n } = useI18n();
  const { t } = useLingui();
  const bad = finding.level >= 2;
  const Icon = ICONS[bad ? 2 : 1];
  const [what, remedy] = FINDINGS[finding.code] ?? [
    msg`Er is iets met ${finding.area}.`,
    msg`Kijk in het logboek van Beeldbrug.`,
  ];
  const counted = ["process-missing", "alerts-open", "work-waits"].includes(finding.code);
  return (
    <li className={bad ? classes.bad : classes.warn}>
      <Icon size={20} stroke={1.8} aria-label={bad ? t`Storing` : t`Let op`} />
      <div>
        <div className={shapes.strong}>
          {i18n._(what)} {counted && finding.count > 0 && `(${showNumber(finding.count)})`}
        </div>
        <div className={shapes.quiet}>{i18n._(remedy)}</div>
      </div>
    </li>
  );
}

function Findings({ health }: { health: HealthNow }) {
  if (health.findings.length === 0)
    return (
      <div className={classes.well} role="status">
        <IconCircleCheck size={26} stroke={1.7} aria-hidden />
        <div>
          <div className={shapes.strong}>
            <Trans>Alles werkt zoals het hoort.</Trans>
          </div>
          <div className={shapes.quiet}>
            <Trans>Bekeken om {showMoment(health.at, health.at)}.</Trans>
          </div>
        </div>
      </div>
    );
  return (
    <ul className={classes.findings} aria-live="polite">
      {health.findings.map((finding) => (
        <FindingRow key={finding.area + finding.code} finding={finding} />
      ))}
    </ul>
  );
}

function Room({ health }: { health: HealthNow }) {
  const { t } = useLingui();
  const language = useLanguage();
  const { disk } = health;
  const used = disk.size > 0 ? Math.round(((disk.size - disk.free) / disk.size) * 100) : 0;
  const bytes = (value: number) => showBytes(value, language);
  return (
    <Sheet title={<Trans>Schijfruimte</Trans>}>
      <Progress value={used} aria-label={t`${used} procent van de schijf is in gebruik`} mb="sm" size="md" />
      <dl className={shapes.facts}>
        <dt>
          <Trans>Vrij</Trans>
        </dt>
        <dd>
          <Trans>
            {bytes(disk.free)} van {bytes(disk.size)}; onder {bytes(disk.reserve)} wordt niets meer aangenomen
          </Trans>
        </dd>
        <dt>
          <Trans>Namen en gegevens</Trans>
        </dt>
        <dd>{bytes(disk.vault)}</dd>
        <dt>
          <Trans>Verzegelde beelden</Trans>
        </dt>
        <dd>
          {bytes(disk.store)} {disk.remote_store && <Trans>(in een eigen opslag)</Trans>}
        </dd>
        <dt>
          <Trans>Nog in ontvangst</Trans>
        </dt>
        <dd>{bytes(disk.spool)}</dd>
        <dt>
          <Trans>Schijfversleuteling</Trans>
        </dt>
        <dd>{disk.encrypted === true ? <Trans>ja</Trans> : <Trans>is van hieruit niet te zien</Trans>}</dd>
      </dl>
    </Sheet>
  );
}

function Processes({ health }: { health: HealthNow }) {
  const { t } = useLingui();
  const language = useLanguage();
  return (
    <Table
      caption={<Trans>Processen</Trans>}
      rows={health.processes}
      keyOf={(one) => one.name}
      columns={[
        { name: t`Proces`, kind: "code", cell: (one) => one.name },
        {
          name: t`Draait`,
          named: true,
          cell: (one) =>
            one.pid === 0 ? (
              <Pill tone="bad">
                <Trans>niet</Trans>
              </Pill>
            ) : (
              <Trans>al {showDuration(health.at - one.started)}</Trans>
            ),
        },
        {
          name: t`Eigen geheugen`,
          kind: "number",
          named: true,
          cell: (one) => (one.pid === 0 ? "–" : showBytes(one.memory, language)),
        },
      ]}
    />
  );
}

function Alerts({ health }: { health: HealthNow }) {
  const language = useLanguage();
  if (health.alerts.length === 0) return null;
  return (
    <Sheet title={<Trans>Open meldingen</Trans>}>
      <Stack gap="sm">
        {health.alerts.map((alert) => (
          <div key={alert.id}>
            <div className={shapes.strong}>{language === "nl" ? alert.nl : alert.en}</div>
            <Text size="sm">{language === "nl" ? alert.remedy_nl : alert.remedy_en}</Text>
            <div className={shapes.quiet} title={showMomentFully(alert.raised)}>
              {showMoment(alert.raised, health.at)} · {alert.code}
              {alert.exchange !== "" && (
                <>
                  {" · "}
                  <Trans>uitwisseling {alert.exchange.slice(0, 8)}</Trans>
                </>
              )}
            </div>
          </div>
        ))}
      </Stack>
    </Sheet>
  );
}

export function Health() {
  const { t } = useLingui();
  const query = useQuery(healthQuery);
  return (
    <>
      <Head title={t`Toestand`} />
      <Answer query={query}>
        {(health) => (
          <>
            <Findings health={health} />
            <Alerts health={health} />
            <Processes health={health} />
            <Room health={health} />
          </>
        )}
      </Answer>
    </>
  );
}
