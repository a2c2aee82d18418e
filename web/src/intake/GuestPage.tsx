/** For whoever got a link: the code, what is asked, then files. On a phone as on a desk; no account, nothing is kept. */
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Progress as Bar, Button, Text, Textarea, TextInput, Title } from "@mantine/core";
import { IconCheck, IconShieldLock } from "@tabler/icons-react";
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { Trouble } from "@/ui/Trouble";
import { showDay, showMoment, showNumber } from "@/words/dates";
import { clean, spokenName } from "@/words/person";
import { showSize } from "@/words/sizes";
import { Bringing, FILES, type Progress } from "./bring";
import { DropZone } from "./Choose";
import type { Found } from "./found";
import classes from "./intake.module.css";
import { beginOver, heldOver, type LinkOpened, linkWay, openLink, sentOver } from "./requests";
import { markOf } from "./seal";

const NOTHING: Progress = { files: 0, ofFiles: 0, bytes: 0, ofBytes: 0, waiting: false };

/** The link's secret stands behind the # of the address, which is sent to no server. */
function tokenOf(): string {
  return window.location.hash.slice(1);
}

function Code({ onOpened }: { onOpened: (opened: LinkOpened) => void }) {
  const { t } = useLingui();
  const [code, setCode] = useState("");
  const [error, setError] = useState<unknown>(null);
  const [pending, setPending] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setPending(true);
    setError(null);
    try {
      onOpened(await openLink(tokenOf(), code));
    } catch (thrown) {
      setError(thrown);
    }
    setPending(false);
  };
  return (
    <form className={classes.busy} onSubmit={(event) => void submit(event)}>
      <Text>
        <Trans>U hebt een code gekregen, per sms of telefoon. Vul die hier in.</Trans>
      </Text>
      <TextInput
        size="md"
        label={t`Code`}
        value={code}
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={12}
        onChange={(event) => setCode(event.currentTarget.value)}
      />
      {error !== null && <Trouble error={error} compact />}
      <Button type="submit" size="md" loading={pending} disabled={code.trim().length < 6}>
        <Trans>Verder</Trans>
      </Button>
    </form>
  );
}

function Asked({ opened }: { opened: LinkOpened }) {
  const { patient } = opened;
  const [whose, born, until] = [
    spokenName(patient.name),
    showDay(patient.birth_date),
    showMoment(opened.expires, Date.now() / 1000),
  ];
  const by = clean(opened.by);
  return (
    <section className={classes.busy}>
      <Text size="sm" c="dimmed">
        <Trans>{by} vraagt u:</Trans>
      </Text>
      <Text fw={620} className={classes.asked}>
        {opened.text}
      </Text>
      {whose !== "" && (
        <Text size="sm">
          <Trans>Over: {whose}</Trans>
          {born !== "" && `, ${born}`}
        </Text>
      )}
      <Text size="sm" c="dimmed">
        <Trans>Sturen kan tot {until}.</Trans>
      </Text>
    </section>
  );
}

function Sending({ progress }: { progress: Progress }) {
  const { t } = useLingui();
  const { files, ofFiles, bytes, ofBytes, waiting } = progress;
  const looking = ofBytes === 0;
  const [done, of, size, whole] = [showNumber(files), showNumber(ofFiles), showSize(bytes), showSize(ofBytes)];
  const value = looking ? (100 * files) / Math.max(1, ofFiles) : (100 * bytes) / ofBytes;
  return (
    <section className={classes.busy}>
      <Text fw={620}>{looking ? <Trans>Bestanden bekijken</Trans> : <Trans>Bestanden sturen</Trans>}</Text>
      <Bar value={Math.min(100, value)} aria-label={t`Voortgang`} />
      <Text size="sm">
        {looking ? (
          <Trans>
            {done} van {of} bestanden bekeken
          </Trans>
        ) : (
          <Trans>
            {done} van {of} bestanden, {size} van {whole}
          </Trans>
        )}
      </Text>
      {waiting && (
        <Text size="sm" role="status" className={classes.away}>
          <Trans>De verbinding is weg. Zodra zij terug is, gaat het vanzelf verder.</Trans>
        </Text>
      )}
      <Text size="sm" c="dimmed">
        <Trans>
          Laat deze pagina open. Gaat zij toch dicht, open dan de link opnieuw en kies dezelfde bestanden: wat er is,
          wordt niet nog eens gestuurd.
        </Trans>
      </Text>
    </section>
  );
}

type Step =
  | { name: "files" }
  | { name: "sending"; progress: Progress }
  | { name: "sent"; count: number; left: number }
  | { name: "broken"; error: unknown; again: (() => void) | undefined };

interface ToSend {
  files: Found[];
  from: string;
  note: string;
}

function useSending(opened: LinkOpened) {
  const [step, setStep] = useState<Step>({ name: "files" });
  const running = useRef<Bringing | null>(null);
  useEffect(() => () => running.current?.stop(), []);
  const send = async (what: ToSend) => {
    const way = linkWay(opened.holder);
    setStep({ name: "sending", progress: { ...NOTHING, ofFiles: what.files.length } });
    try {
      const begun = await beginOver(way, await markOf(what.files));
      const held = begun.chunks > 0 ? await heldOver(way, begun.id) : {};
      const bringing = new Bringing(begun, way, held, FILES, (progress) =>
        setStep((now) => (now.name === "sending" ? { ...now, progress } : now)),
      );
      running.current = bringing;
      await bringing.headers(what.files);
      await bringing.rest(bringing.ids);
      await sentOver(way, begun.id, what.from, what.note, bringing.counts);
      const left = Object.values(bringing.counts.others).reduce((sum, count) => sum + count, 0);
      setStep({ name: "sent", count: bringing.ids.length, left });
    } catch (error) {
      setStep({ name: "broken", error, again: () => void send(what) });
    }
  };
  return { step, send, show: setStep };
}

function Files({ onSend }: { onSend: (what: ToSend) => void }) {
  const { t } = useLingui();
  const [files, setFiles] = useState<Found[]>([]);
  const [error, setError] = useState<unknown>(null);
  const [from, setFrom] = useState("");
  const [note, setNote] = useState("");
  const size = showSize(files.reduce((sum, one) => sum + one.size, 0));
  const chosen = async (finding: (told: (count: number) => void) => Promise<Found[]>) => {
    setError(null);
    try {
      setFiles(await finding(() => undefined));
    } catch (thrown) {
      setError(thrown);
    }
  };
  return (
    <div className={classes.choose}>
      <DropZone onChosen={(finding) => void chosen(finding)}>
        <Text fw={620}>
          <Trans>Kies een schijf, een map, foto’s, PDF’s of een ZIP-bestand</Trans>
        </Text>
        <Text size="sm" c="dimmed">
          <Trans>Beelden (DICOM), PDF’s en foto’s gaan mee. De rest blijft bij u.</Trans>
        </Text>
      </DropZone>
      {error !== null && <Trouble error={error} compact />}
      {files.length > 0 && (
        <Text fw={620} role="status">
          <Plural value={files.length} one={`# bestand gekozen (${size})`} other={`# bestanden gekozen (${size})`} />
        </Text>
      )}
      <TextInput
        size="md"
        label={t`Uw naam of organisatie`}
        value={from}
        maxLength={200}
        onChange={(event) => setFrom(event.currentTarget.value)}
      />
      <Textarea
        size="md"
        label={t`Wilt u er iets bij zeggen?`}
        value={note}
        maxLength={1000}
        autosize
        minRows={2}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      <Button size="md" disabled={files.length === 0} onClick={() => onSend({ files, from, note })}>
        <Trans>Sturen</Trans>
      </Button>
    </div>
  );
}

function Inside({ opened }: { opened: LinkOpened }) {
  const { step, send, show } = useSending(opened);
  if (step.name === "sending") return <Sending progress={step.progress} />;
  if (step.name === "broken")
    return (
      <Trouble error={step.error} safe={<Trans>Wat er al is, blijft bewaard.</Trans>} retry={step.again}>
        <Button size="sm" variant="default" onClick={() => show({ name: "files" })}>
          <Trans>Andere bestanden kiezen</Trans>
        </Button>
      </Trouble>
    );
  if (step.name === "sent")
    return (
      <section className={classes.busy} aria-live="polite">
        <div className={classes.done}>
          <IconCheck size={28} aria-hidden className={classes.check} />
          <Text fw={620} size="lg">
            <Trans>Het is binnen. Dank u wel.</Trans>
          </Text>
        </div>
        <Text size="sm">
          <Plural value={step.count} one="# bestand gestuurd" other="# bestanden gestuurd" />
          {step.left > 0 && ", "}
          {step.left > 0 && <Plural value={step.left} one="# ander bleef bij u" other="# andere bleven bij u" />}
        </Text>
        <Button variant="default" onClick={() => show({ name: "files" })}>
          <Trans>Nog iets sturen</Trans>
        </Button>
      </section>
    );
  return (
    <>
      <Asked opened={opened} />
      <Files onSend={(what) => void send(what)} />
    </>
  );
}

function Shell({ organisation, children }: { organisation: string; children: ReactNode }) {
  return (
    <main className={classes.guest}>
      <Title order={1} className={classes.title}>
        <Trans>Bestanden sturen naar {organisation}</Trans>
      </Title>
      {children}
      <Text size="xs" c="dimmed" className={classes.sealed}>
        <IconShieldLock size={16} aria-hidden />
        <Trans>Uw bestanden worden versleuteld voordat zij uw apparaat verlaten.</Trans>
      </Text>
    </main>
  );
}

export function GuestPage({ organisation }: { organisation: string }) {
  const [opened, setOpened] = useState<LinkOpened | null>(null);
  return (
    <Shell organisation={organisation}>
      {opened === null ? <Code onOpened={setOpened} /> : <Inside opened={opened} />}
    </Shell>
  );
}
