/** AE titles and what sending to each means. Those of the settings file are shown as they are, to be changed there. */
import { useLingui as useI18n } from "@lingui/react";
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, TextInput } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { FormDialog, Sure } from "@/ui/Form";
import { Table } from "@/ui/Table";
import { GROUNDS, URGENCIES } from "@/words/states";
import { Callers, callersFit, sentCaller, type TypedCaller, typedCaller } from "./Callers";
import { isTitle, WORDS } from "./forms";
import { Answer, Head, Sheet, shapes } from "./parts";
import { RuleForm } from "./RuleForm";
import { Clashes, Source } from "./Source";
import {
  type Caller,
  type Configuration,
  type General,
  heldBy,
  type Rule,
  settingOf,
  settingsQuery,
  useSet,
  useTakeAway,
} from "./settings";

function Who({ callers }: { callers: Caller[] }) {
  return callers.map((caller) => {
    const limits = [...caller.networks, ...(caller.certificates.length > 0 ? ["TLS"] : [])].join(", ");
    return (
      <div key={`${caller.ae_title} ${limits}`} className={shapes.quiet}>
        {caller.ae_title === "*" ? <Trans>elke AE-title</Trans> : caller.ae_title}
        {limits !== "" && ` (${limits})`}
      </div>
    );
  });
}

function Said({ words, code }: { words: typeof GROUNDS; code: string }) {
  const { i18n } = useI18n();
  return words[code] === undefined ? code : i18n._(words[code]);
}

function Receiver({ rule }: { rule: Rule }) {
  const where = [rule.department, rule.location, rule.person].filter((one) => one !== "").join(", ");
  return (
    <>
      <div className={shapes.strong}>{rule.receiver_name || rule.receiver}</div>
      <div className={shapes.quiet}>
        {[rule.receiver_name === "" ? "" : rule.receiver, where].filter((one) => one !== "").join(" · ")}
      </div>
    </>
  );
}

function GeneralForm({ general, revision, onClose }: { general: General; revision: number; onClose: () => void }) {
  const { t } = useLingui();
  const { i18n } = useI18n();
  const [title, setTitle] = useState(general.ae_title);
  const [callers, setCallers] = useState<TypedCaller[]>(() => general.callers.map(typedCaller));
  const save = useSet("general", revision, onClose);
  const submit = () => save.mutate({ ...general, ae_title: title, callers: callers.map(sentCaller) });
  return (
    <FormDialog
      size="xl"
      title={t`AE-title voor alles wijzigen`}
      deed={<Trans>Opslaan; geldt meteen</Trans>}
      onSubmit={submit}
      onCancel={onClose}
      pending={save.isPending}
      error={save.error}
      ready={isTitle(title) && callersFit(callers)}
      checked
    >
      <TextInput
        label={t`AE-title`}
        value={title}
        onChange={(event) => setTitle(event.currentTarget.value)}
        error={isTitle(title) ? undefined : i18n._(WORDS.title)}
        data-autofocus
      />
      <Callers callers={callers} onChange={setCallers} />
    </FormDialog>
  );
}

function GeneralTitle({ configuration }: { configuration: Configuration }) {
  const [editing, setEditing] = useState(false);
  const setting = settingOf(configuration, "general");
  if (setting === undefined) return null;
  const general = heldBy<General>(setting);
  return (
    <Sheet title={<Trans>Als nog niet bekend is voor wie</Trans>}>
      <Group justify="space-between" align="flex-start">
        <div>
          <span className={shapes.mono}>{general.ae_title}</span> <Source source={setting.source} />
          <div className={shapes.quiet} style={{ maxWidth: "62ch" }}>
            <Trans>Wat hierheen gestuurd wordt, wacht in Verzonden tot iemand zegt voor wie het is.</Trans>
          </div>
          <Who callers={general.callers} />
        </div>
        {setting.source !== "file" && (
          <Button variant="default" size="xs" onClick={() => setEditing(true)}>
            <Trans>AE-title voor alles wijzigen</Trans>
          </Button>
        )}
      </Group>
      {editing && <GeneralForm general={general} revision={configuration.revision} onClose={() => setEditing(false)} />}
    </Sheet>
  );
}

function RuleTable({ configuration, onEdit }: { configuration: Configuration; onEdit: (rule: Rule) => void }) {
  const { t } = useLingui();
  const [removed, setRemoved] = useState<string | null>(null);
  const away = useTakeAway(configuration.revision, () => setRemoved(null));
  const rows = configuration.settings
    .filter((one) => one.kind === "rules")
    .map((setting) => ({ setting, rule: heldBy<Rule>(setting) }));
  return (
    <>
      <Table
        rows={rows}
        keyOf={({ setting }) => setting.name}
        empty={
          <Trans>
            Er is nog geen regel. Maak er een voor het ziekenhuis waarheen u het vaakst stuurt, en zet de AE-title
            daarna in uw PACS als bestemming.
          </Trans>
        }
        columns={[
          {
            name: t`AE-title`,
            cell: ({ setting, rule }) => (
              <>
                <div className={shapes.mono}>{rule.ae_title}</div>
                <Source source={setting.source} />
              </>
            ),
          },
          { name: t`Naar`, cell: ({ rule }) => <Receiver rule={rule} /> },
          {
            name: t`Hoe`,
            cell: ({ rule }) => (
              <>
                <div>
                  <Said words={URGENCIES} code={rule.urgency} />
                </div>
                <div className={shapes.quiet}>
                  <Said words={GROUNDS} code={rule.ground} />, <Trans>namens {rule.responsible}</Trans>
                </div>
              </>
            ),
          },
          { name: t`Wie mag sturen`, named: true, cell: ({ rule }) => <Who callers={rule.callers} /> },
        ]}
        deeds={({ setting, rule }) =>
          setting.source !== "file" && (
            <>
              <Button
                variant="default"
                size="xs"
                onClick={() => onEdit(rule)}
                aria-label={t`Regel ${rule.ae_title} wijzigen`}
              >
                <Trans>Wijzigen</Trans>
              </Button>
              <Button
                variant="default"
                size="xs"
                onClick={() => {
                  away.reset();
                  setRemoved(setting.name);
                }}
                aria-label={t`Regel ${rule.ae_title} verwijderen`}
              >
                <Trans>Verwijderen</Trans>
              </Button>
            </>
          )
        }
      />
      {removed !== null && (
        <Sure
          title={t`Regel verwijderen`}
          deed={<Trans>Verwijderen</Trans>}
          error={away.error}
          pending={away.isPending}
          onClose={() => setRemoved(null)}
          onSure={() => away.mutate({ kind: "rules", name: removed })}
        >
          <Trans>Wie daarna naar {removed} stuurt, wordt geweigerd. Wat al onderweg is, gaat gewoon door.</Trans>
        </Sure>
      )}
    </>
  );
}

export function Rules() {
  const { t } = useLingui();
  const query = useQuery(settingsQuery);
  const [edited, setEdited] = useState<Rule | "new" | null>(null);
  return (
    <>
      <Head
        title={t`Regels`}
        lead={
          <Trans>
            Elke AE-title zegt voor wie het is wat uw PACS ernaartoe stuurt. Een wijziging geldt meteen, ook zonder
            herstart.
          </Trans>
        }
      >
        <Button
          leftSection={<IconPlus size={16} aria-hidden />}
          disabled={query.data === undefined}
          onClick={() => setEdited("new")}
        >
          <Trans>Regel maken</Trans>
        </Button>
      </Head>
      <Answer query={query}>
        {(configuration) => (
          <>
            <Clashes configuration={configuration} kinds={["rules", "general"]} />
            <RuleTable configuration={configuration} onEdit={setEdited} />
            <GeneralTitle configuration={configuration} />
            {edited !== null && (
              <RuleForm
                rule={edited === "new" ? null : edited}
                revision={configuration.revision}
                onClose={() => setEdited(null)}
              />
            )}
          </>
        )}
      </Answer>
    </>
  );
}
