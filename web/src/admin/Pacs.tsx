/** The own PACS and worklist: where arrivals go, and a button that calls it and says in words what came back. */
import { useLingui as useI18n } from "@lingui/react";
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, NumberInput, Stack, Text, TextInput } from "@mantine/core";
import { IconCircleCheck, IconPlugConnected } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { api, data } from "@/api/client";
import { Failure } from "@/api/failure";
import type { components } from "@/api/schema";
import { Form, Sure } from "@/ui/Form";
import { Trouble } from "@/ui/Trouble";
import { showMoment, showNumber } from "@/words/dates";
import { type Faults, isPort, isTitle, WORDS } from "./forms";
import { Answer, Head, Sheet, shapes } from "./parts";
import { Clashes, Source } from "./Source";
import { type Configuration, type Entity, heldBy, settingOf, settingsQuery, useSet, useTakeAway } from "./settings";

type Which = "pacs" | "worklist";
type Echo = components["schemas"]["EchoObject"];

const FRESH: Entity = {
  ae_title: "",
  host: "",
  port: 104,
  calling_ae: "BEELDBRUG",
  tls_ca: "",
  tls_certificate: "",
  tls_key: "",
  timeout: 30,
};

/** How a call ended, in words. */
export function EchoResult({ echo }: { echo: Echo }) {
  const milliseconds = showNumber(Math.max(1, Math.round(echo.value * 1000)));
  if (echo.code !== "")
    return <Trouble error={new Failure("unavailable", echo.code, echo.text, echo.remedy)} compact />;
  return (
    <Group gap={8} wrap="nowrap" align="flex-start" role="status">
      <IconCircleCheck size={20} stroke={1.7} aria-hidden color="var(--bb-good)" />
      <Text size="sm">
        <Trans>
          Antwoordt binnen {milliseconds} ms ({showMoment(echo.at, Date.now() / 1000)}).
        </Trans>
      </Text>
    </Group>
  );
}

export function faultsOf(typed: Entity): Faults<keyof Entity> {
  const faults: Faults<keyof Entity> = {};
  if (!isTitle(typed.ae_title)) faults.ae_title = WORDS.title;
  if (!isTitle(typed.calling_ae)) faults.calling_ae = WORDS.title;
  if (typed.host.trim() === "") faults.host = WORDS.needed;
  if (!isPort(typed.port)) faults.port = WORDS.port;
  return faults;
}

interface SectionProps {
  which: Which;
  title: ReactNode;
  about: ReactNode;
  configuration: Configuration;
}

function Section({ which, title, about, configuration }: SectionProps) {
  const { t } = useLingui();
  const setting = settingOf(configuration, which);
  const [editing, setEditing] = useState(false);
  const [removing, setRemoving] = useState(false);
  const away = useTakeAway(configuration.revision, () => setRemoving(false));
  const echo = useMutation({
    mutationFn: () => data(api.POST("/administration/echo", { body: { kind: which, value: null } })),
  });
  const entity = setting === undefined ? undefined : heldBy<Entity>(setting);
  return (
    <Sheet title={title}>
      <Text size="sm" c="dimmed" mb="sm" style={{ maxWidth: "66ch" }}>
        {about}
      </Text>
      {editing ? (
        <EntityForm
          which={which}
          entity={entity ?? FRESH}
          revision={configuration.revision}
          onClose={() => {
            setEditing(false);
            echo.reset();
          }}
        />
      ) : entity === undefined || setting === undefined ? (
        <Button onClick={() => setEditing(true)}>
          {which === "pacs" ? <Trans>PACS instellen</Trans> : <Trans>Werklijst instellen</Trans>}
        </Button>
      ) : (
        <Stack gap="sm">
          <dl className={shapes.facts}>
            <dt>
              <Trans>AE-title</Trans>
            </dt>
            <dd>
              <span className={shapes.mono}>{entity.ae_title}</span> <Source source={setting.source} />
            </dd>
            <dt>
              <Trans>Adres en poort</Trans>
            </dt>
            <dd className={shapes.mono}>
              {entity.host}:{entity.port}
            </dd>
            <dt>
              <Trans>Wij noemen ons</Trans>
            </dt>
            <dd className={shapes.mono}>{entity.calling_ae}</dd>
            <dt>
              <Trans>Versleuteld</Trans>
            </dt>
            <dd>{entity.tls_ca === "" ? <Trans>nee</Trans> : <Trans>ja, met TLS</Trans>}</dd>
          </dl>
          {echo.data !== undefined && <EchoResult echo={echo.data} />}
          {echo.error !== null && <Trouble error={echo.error} compact />}
          <Group gap={8}>
            <Button
              leftSection={<IconPlugConnected size={16} aria-hidden />}
              loading={echo.isPending}
              onClick={() => echo.mutate()}
            >
              {which === "pacs" ? <Trans>PACS aanroepen (C-ECHO)</Trans> : <Trans>Werklijst aanroepen (C-ECHO)</Trans>}
            </Button>
            {setting.source === "portal" && (
              <>
                <Button variant="default" onClick={() => setEditing(true)}>
                  <Trans>Wijzigen</Trans>
                </Button>
                <Button variant="default" onClick={() => setRemoving(true)}>
                  <Trans>Weghalen</Trans>
                </Button>
              </>
            )}
          </Group>
        </Stack>
      )}
      {removing && (
        <Sure
          title={which === "pacs" ? t`PACS weghalen` : t`Werklijst weghalen`}
          deed={<Trans>Weghalen</Trans>}
          error={away.error}
          pending={away.isPending}
          onClose={() => setRemoving(false)}
          onSure={() => away.mutate({ kind: which, name: "" })}
        >
          <Trans>Ontvangen onderzoeken blijven te bekijken en wachten tot er weer een is ingesteld.</Trans>
        </Sure>
      )}
    </Sheet>
  );
}

interface FormProps {
  which: Which;
  entity: Entity;
  revision: number;
  onClose: () => void;
}

function EntityForm({ which, entity, revision, onClose }: FormProps) {
  const { t } = useLingui();
  const { i18n } = useI18n();
  const [typed, setTyped] = useState(entity);
  const [tried, setTried] = useState(false);
  const save = useSet(which, revision, onClose);
  const echo = useMutation({
    mutationFn: () => data(api.POST("/administration/echo", { body: { kind: which, value: { ...typed } as never } })),
  });
  const faults = faultsOf(typed);
  const right = Object.keys(faults).length === 0;
  const set = (part: Partial<Entity>) => {
    echo.reset();
    setTyped((before) => ({ ...before, ...part }));
  };
  const shown = (field: keyof Entity) => {
    const fault = tried ? faults[field] : undefined;
    return fault === undefined ? undefined : i18n._(fault);
  };
  const text = (field: "ae_title" | "host" | "calling_ae" | "tls_ca" | "tls_certificate" | "tls_key") => ({
    value: typed[field],
    onChange: (event: { currentTarget: { value: string } }) => set({ [field]: event.currentTarget.value }),
    error: shown(field),
    autoComplete: "off",
    spellCheck: false,
  });
  const call = () => {
    setTried(true);
    if (right) echo.mutate();
  };
  const submit = () => {
    setTried(true);
    if (right) save.mutate(typed);
  };
  return (
    <Form
      deed={<Trans>Opslaan; geldt meteen</Trans>}
      onSubmit={submit}
      onCancel={onClose}
      pending={save.isPending}
      error={save.error}
      checked
      more={
        <Button
          variant="default"
          leftSection={<IconPlugConnected size={16} aria-hidden />}
          loading={echo.isPending}
          onClick={call}
        >
          <Trans>Eerst proberen (C-ECHO)</Trans>
        </Button>
      }
    >
      <div className={shapes.columns}>
        <TextInput label={t`AE-title`} required {...text("ae_title")} />
        <TextInput
          label={t`Wij noemen ons`}
          description={t`Het PACS moet deze AE-title kennen`}
          {...text("calling_ae")}
        />
        <TextInput label={t`Adres of naam`} required {...text("host")} />
        <NumberInput
          label={t`Poort`}
          required
          value={typed.port}
          onChange={(value) => set({ port: Number(value) })}
          min={1}
          max={65535}
          allowDecimal={false}
          error={shown("port")}
        />
        <TextInput
          label={t`TLS: bestand met de uitgever van zijn certificaat`}
          description={t`Een pad op de server van Beeldbrug; leeg is zonder TLS`}
          {...text("tls_ca")}
        />
        <TextInput
          label={t`TLS: ons certificaat`}
          description={t`Een pad op de server van Beeldbrug`}
          {...text("tls_certificate")}
        />
        <TextInput
          label={t`TLS: onze sleutel`}
          description={t`Een pad op de server van Beeldbrug`}
          {...text("tls_key")}
        />
      </div>
      {echo.data !== undefined && <EchoResult echo={echo.data} />}
      {echo.error !== null && <Trouble error={echo.error} compact />}
    </Form>
  );
}

export function Pacs() {
  const { t } = useLingui();
  const query = useQuery(settingsQuery);
  return (
    <>
      <Head
        title={t`PACS`}
        lead={<Trans>Waar ontvangen beelden naartoe gaan, en waar patiënten worden opgezocht.</Trans>}
      />
      <Answer query={query}>
        {(configuration) => (
          <>
            <Clashes configuration={configuration} kinds={["pacs", "worklist"]} />
            <Section
              which="pacs"
              title={<Trans>Eigen PACS</Trans>}
              about={<Trans>Neemt ontvangen onderzoeken aan onder het eigen patiëntnummer.</Trans>}
              configuration={configuration}
            />
            <Section
              which="worklist"
              title={<Trans>Werklijst</Trans>}
              about={
                <Trans>
                  Wordt naast het PACS gevraagd wie een patiënt is; handig voor wie er nog geen beelden heeft.
                </Trans>
              }
              configuration={configuration}
            />
          </>
        )}
      </Answer>
    </>
  );
}
