/** One way to a partner: what it needs, the server's key to be confirmed, and trying it before it is kept. */
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Checkbox, Group, NativeSelect, NumberInput, Select, Text, Textarea, TextInput } from "@mantine/core";
import { IconKey, IconPlugConnected } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { Trouble } from "@/ui/Trouble";
import { showNumber } from "@/words/dates";
import { inLanguage } from "@/words/reasons";
import { useLanguage } from "@/words/useLanguage";
import classes from "./Partners.module.css";
import { askHostKey, type Kind, tryWay, type Way } from "./partners";
import { shapes } from "./parts";

interface Props {
  way: Way;
  number: number;
  onChange: (way: Way) => void;
  onRemove: (() => void) | null;
}

export function useKinds(): Record<Kind, string> {
  const { t } = useLingui();
  return { sftp: t`SFTP-server`, dicom: t`DICOM-systeem`, disc: t`Schijf of bestand` };
}

export function PartnerWay({ way, number, onChange, onRemove }: Props) {
  const { t } = useLingui();
  const kinds = useKinds();
  const trial = useMutation({ mutationFn: () => tryWay(way) });
  const set = (part: Partial<Way>) => {
    trial.reset();
    onChange({ ...way, ...part });
  };
  return (
    <fieldset className={classes.way}>
      <legend>
        <Trans>Weg {number}</Trans>
      </legend>
      <div className={shapes.columns}>
        <Select
          label={t`Hoe`}
          allowDeselect={false}
          value={way.kind}
          onChange={(value) => set({ kind: (value ?? way.kind) as Kind })}
          data={Object.entries(kinds).map(([value, label]) => ({ value, label }))}
        />
        <TextInput
          label={t`Alleen voor locatie`}
          description={t`Leeg geldt voor elke locatie; de eerste weg die past wordt genomen`}
          value={way.location}
          onChange={(event) => set({ location: event.currentTarget.value })}
        />
        {way.kind === "sftp" && <Sftp way={way} set={set} />}
        {way.kind === "dicom" && <Dicom way={way} set={set} />}
      </div>
      {way.kind === "disc" && (
        <Text size="sm" c="dimmed">
          <Trans>
            Iemand downloadt het bestand bij Verzonden en geeft of brengt het. Hier is verder niets voor nodig.
          </Trans>
        </Text>
      )}
      <Group gap="sm" mt="sm">
        {way.kind !== "disc" && (
          <Button
            variant="default"
            size="xs"
            leftSection={<IconPlugConnected size={16} aria-hidden />}
            loading={trial.isPending}
            onClick={() => trial.mutate()}
          >
            <Trans>Verbinding proberen</Trans>
          </Button>
        )}
        {onRemove !== null && (
          <Button variant="default" size="xs" onClick={onRemove}>
            <Trans>Weg {number} weghalen</Trans>
          </Button>
        )}
      </Group>
      {trial.data !== undefined && <Tried tried={trial.data} kind={way.kind} />}
      {trial.error !== null && <Trouble error={trial.error} compact />}
    </fieldset>
  );
}

export function Tried({ tried, kind }: { tried: { seconds: number; reason: Reason | null }; kind: Kind }) {
  const language = useLanguage();
  const ms = showNumber(Math.round(tried.seconds * 1000));
  if (tried.reason === null)
    return (
      <p role="status" className={classes.good}>
        {kind === "sftp" ? (
          <Trans>Gelukt in {ms} ms: ingelogd, en een proefbestand geschreven en weer gewist.</Trans>
        ) : (
          <Trans>Gelukt in {ms} ms: het systeem antwoordt op een C-ECHO.</Trans>
        )}
      </p>
    );
  const { text, remedy } = inLanguage(tried.reason, language);
  return (
    <p role="alert" className={classes.bad}>
      <strong>{text}</strong> {remedy}
    </p>
  );
}

type Reason = Parameters<typeof inLanguage>[0];

interface FieldsProps {
  way: Way;
  set: (part: Partial<Way>) => void;
}

function useText({ way, set }: FieldsProps) {
  return (
    field: "host" | "user" | "key" | "directory" | "ae_title" | "calling_ae" | "tls_ca" | "tls_certificate" | "tls_key",
  ) => ({
    value: way[field] ?? "",
    onChange: (event: { currentTarget: { value: string } }) => set({ [field]: event.currentTarget.value }),
    autoComplete: "off",
    spellCheck: false,
  });
}

function Port({ way, set, usual }: FieldsProps & { usual: number | null }) {
  const { t } = useLingui();
  return (
    <NumberInput
      label={t`Poort`}
      required={usual === null}
      placeholder={usual === null ? "" : String(usual)}
      value={way.port === 0 || way.port === undefined ? "" : way.port}
      onChange={(value) => set({ port: Number(value) })}
      min={1}
      max={65535}
      allowDecimal={false}
    />
  );
}

function Sftp({ way, set }: FieldsProps) {
  const { t } = useLingui();
  const text = useText({ way, set });
  return (
    <>
      <TextInput label={t`Adres of naam`} required {...text("host")} />
      <Port way={way} set={set} usual={22} />
      <TextInput label={t`Gebruiker bij de partner`} required {...text("user")} />
      <TextInput label={t`Map bij de partner`} description={t`Leeg is de map waarin u inlogt`} {...text("directory")} />
      <TextInput
        label={t`Bestand met onze sleutel`}
        description={t`Een pad op de server van Beeldbrug; de partner krijgt het .pub-bestand ernaast`}
        required
        {...text("key")}
      />
      <NativeSelect
        label={t`Wat er komt te staan`}
        value={way.form ?? "files"}
        onChange={(event) => set({ form: event.currentTarget.value as "files" | "zip" })}
        data={[
          { value: "files", label: t`Per onderzoek een map met beelden` },
          { value: "zip", label: t`Per onderzoek één ZIP-bestand` },
        ]}
      />
      <HostKey way={way} set={set} />
    </>
  );
}

/** The server's key: fetched or pasted, and to be confirmed by a human at the other end. */
function HostKey({ way, set }: FieldsProps) {
  const { t } = useLingui();
  const asked = useMutation({
    mutationFn: () => askHostKey(way.host ?? "", way.port ?? 0),
    onSuccess: (shown) => set({ host_key: shown.host_key }),
  });
  return (
    <div className={shapes.wide}>
      <Textarea
        label={t`Sleutel van de server van de partner`}
        description={t`Zoals ssh-keyscan hem geeft`}
        inputWrapperOrder={["label", "input", "description", "error"]}
        required
        autosize
        minRows={1}
        maxRows={4}
        value={way.host_key ?? ""}
        onChange={(event) => set({ host_key: event.currentTarget.value })}
        spellCheck={false}
        classNames={{ input: shapes.mono ?? "" }}
      />
      <Button
        mt={6}
        size="xs"
        variant="default"
        leftSection={<IconKey size={16} aria-hidden />}
        disabled={(way.host ?? "").trim() === ""}
        loading={asked.isPending}
        onClick={() => asked.mutate()}
      >
        <Trans>Sleutel bij de server ophalen</Trans>
      </Button>
      {asked.error !== null && <Trouble error={asked.error} compact />}
      {asked.data !== undefined && (
        <div role="status" className={classes.confirm}>
          <Trans>
            De server toont deze vingerafdruk. Bel de partner op een nummer dat u al had, en sla pas op als hij dezelfde
            noemt:
          </Trans>
          <span className={classes.fingerprint}>{asked.data.fingerprint}</span>
        </div>
      )}
    </div>
  );
}

function Dicom({ way, set }: FieldsProps) {
  const { t } = useLingui();
  const text = useText({ way, set });
  return (
    <>
      <TextInput label={t`Adres of naam`} required {...text("host")} />
      <Port way={way} set={set} usual={null} />
      <TextInput label={t`AE-title`} required {...text("ae_title")} />
      <TextInput
        label={t`Wij noemen ons`}
        description={t`De partner moet deze AE-title kennen`}
        {...text("calling_ae")}
      />
      <Checkbox
        className={shapes.wide}
        label={t`Zonder TLS: alleen als het net ertussen zelf veilig is`}
        checked={way.plain ?? false}
        onChange={(event) =>
          set(
            event.currentTarget.checked
              ? { plain: true, tls_ca: "", tls_certificate: "", tls_key: "" }
              : { plain: false },
          )
        }
      />
      {!way.plain && (
        <>
          <TextInput
            label={t`TLS: bestand met de uitgever van zijn certificaat`}
            description={t`Een pad op de server van Beeldbrug`}
            required
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
        </>
      )}
    </>
  );
}
