/** Upload requests: ask somebody outside for images or documents, see what came, take it in, close, give more time. */
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Button, Code, CopyButton, NumberInput, Text, Textarea, TextInput, Title } from "@mantine/core";
import { IconLink } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { nodeNow } from "@/api/clock";
import { Form } from "@/ui/Form";
import { Loading } from "@/ui/Loading";
import { Trouble } from "@/ui/Trouble";
import { parseDay, showMoment } from "@/words/dates";
import { clean, listName } from "@/words/person";
import { Came } from "./Came";
import classes from "./intake.module.css";
import { ask, closeRequest, extendRequest, type RequestMade, type RequestSeen, requestsQuery } from "./requests";

/** "14-03-1962" or "1962-03-14" as DICOM has it; empty for what is no day. */
function dayTyped(text: string): string {
  const turned = /^\s*(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})\s*$/.exec(text);
  const plain =
    turned === null ? text.trim() : `${turned[3]}-${turned[2]?.padStart(2, "0")}-${turned[1]?.padStart(2, "0")}`;
  return parseDay(plain) === undefined ? "" : plain.replace(/\D/g, "");
}

function Ask({
  ways,
  onMade,
  onCancel,
}: {
  ways: string[];
  onMade: (made: RequestMade) => void;
  onCancel: () => void;
}) {
  const { t } = useLingui();
  const [text, setText] = useState("");
  const [whom, setWhom] = useState("");
  const [family, setFamily] = useState("");
  const [given, setGiven] = useState("");
  const [born, setBorn] = useState("");
  const [number, setNumber] = useState("");
  const [days, setDays] = useState<number | string>(14);
  const [most, setMost] = useState<number | string>(10);
  const [mail, setMail] = useState("");
  const [phone, setPhone] = useState("");
  const wrongDay = born.trim() !== "" && dayTyped(born) === "";
  const name = [family, given]
    .map((one) => one.trim().replace(/[\^=\\]/g, " "))
    .join("^")
    .replace(/\^$/, "");
  const asking = useMutation({
    mutationFn: () =>
      ask({
        text,
        whom,
        patient: { name, birth_date: dayTyped(born), sex: "", number },
        days: Number(days),
        most: Number(most),
        mail,
        phone,
      }),
    onSuccess: onMade,
  });
  const field = (label: string, value: string, change: (text: string) => void, description?: string) => (
    <TextInput
      label={label}
      description={description}
      value={value}
      maxLength={200}
      onChange={(event) => change(event.currentTarget.value)}
    />
  );
  return (
    <section className={classes.busy}>
      <Form
        deed={<Trans>Link maken</Trans>}
        onSubmit={() => asking.mutate()}
        onCancel={onCancel}
        pending={asking.isPending}
        error={asking.error}
        ready={text.trim() !== "" && !wrongDay && Number(days) > 0 && Number(most) > 0}
      >
        <Textarea
          label={t`Wat vraagt u?`}
          value={text}
          maxLength={2000}
          autosize
          minRows={2}
          required
          onChange={(event) => setText(event.currentTarget.value)}
        />
        {field(t`Aan wie vraagt u het?`, whom, setWhom)}
        <fieldset className={classes.fields}>
          <legend>
            <Trans>Voor welke patiënt, als u het weet</Trans>
          </legend>
          {field(t`Achternaam`, family, setFamily)}
          {field(t`Voornaam of voorletters`, given, setGiven)}
          <TextInput
            label={t`Geboortedatum`}
            placeholder={t`dd-mm-jjjj`}
            value={born}
            error={wrongDay ? t`Dit is geen datum.` : undefined}
            onChange={(event) => setBorn(event.currentTarget.value)}
          />
          {field(t`Patiëntnummer of BSN`, number, setNumber)}
        </fieldset>
        <div className={classes.pair}>
          <NumberInput label={t`Geldig, in dagen`} value={days} min={1} max={60} onChange={setDays} />
          <NumberInput label={t`Hoe vaak er gestuurd mag worden`} value={most} min={1} max={50} onChange={setMost} />
        </div>
        {ways.includes("mail") && field(t`Mail de link naar`, mail, setMail, t`Mag leeg: dan geeft u de link zelf.`)}
        {ways.includes("sms") && field(t`Sms de code naar`, phone, setPhone, t`Mag leeg: dan zegt u de code zelf.`)}
      </Form>
    </section>
  );
}

function MadeNow({ made, onClose }: { made: RequestMade; onClose: () => void }) {
  const code = `${made.code.slice(0, 4)} ${made.code.slice(4)}`;
  return (
    <section className={classes.busy} aria-live="polite">
      <Text fw={620}>
        <Trans>De link is klaar. Link en code ziet u maar één keer.</Trans>
      </Text>
      <div>
        <Text size="sm">
          <Trans>Geef deze link, bijvoorbeeld per mail:</Trans>
        </Text>
        <Code block className={classes.link} data-testid="link" tabIndex={0}>
          {made.link}
        </Code>
        <CopyButton value={made.link}>
          {({ copied, copy }) => (
            <Button size="compact-sm" variant="default" onClick={copy}>
              {copied ? <Trans>Gekopieerd</Trans> : <Trans>Link kopiëren</Trans>}
            </Button>
          )}
        </CopyButton>
      </div>
      <div>
        <Text size="sm">
          <Trans>Geef de code langs een andere weg, bijvoorbeeld per telefoon:</Trans>
        </Text>
        <Text className={classes.code} data-testid="code">
          {code}
        </Text>
      </div>
      {made.told.length > 0 && (
        <Text size="sm">
          {made.told.includes("mail") && <Trans>De link is gemaild.</Trans>}{" "}
          {made.told.includes("sms") && <Trans>De code is per sms verstuurd.</Trans>}
        </Text>
      )}
      <div className={classes.deeds}>
        <Button onClick={onClose}>
          <Trans>Klaar</Trans>
        </Button>
      </div>
    </section>
  );
}

function Request({ request }: { request: RequestSeen }) {
  const client = useQueryClient();
  const refresh = () => client.invalidateQueries({ queryKey: requestsQuery.queryKey });
  const closing = useMutation({ mutationFn: () => closeRequest(request.id), onSuccess: refresh });
  const extending = useMutation({ mutationFn: () => extendRequest(request.id), onSuccess: refresh });
  const [made, until, by] = [
    showMoment(request.created, nodeNow()),
    showMoment(request.expires, nodeNow()),
    clean(request.by),
  ];
  const whose = [listName(request.patient.name), clean(request.patient.number)].filter((one) => one !== "").join(" · ");
  return (
    <article className={classes.person}>
      <div className={classes.line}>
        <div>
          <Text fw={620}>{clean(request.text)}</Text>
          <Text size="sm">{[clean(request.whom), whose].filter((one) => one !== "").join(" — ")}</Text>
          <Text size="sm" c="dimmed">
            <Trans>
              Gevraagd door {by}, {made}
            </Trans>
            {" · "}
            {request.closed !== null ? (
              <Trans>gesloten</Trans>
            ) : request.live ? (
              <Trans>open tot {until}</Trans>
            ) : (
              <Trans>verlopen</Trans>
            )}
          </Text>
        </div>
        <div className={classes.deeds}>
          {request.live && (
            <Button size="xs" variant="default" loading={closing.isPending} onClick={() => closing.mutate()}>
              <Trans>Link sluiten</Trans>
            </Button>
          )}
          <Button size="xs" variant="default" loading={extending.isPending} onClick={() => extending.mutate()}>
            <Trans>14 dagen vanaf nu</Trans>
          </Button>
        </div>
      </div>
      {request.uploads.length === 0 ? (
        <Text size="sm">
          <Trans>Er is nog niets gekomen.</Trans>
        </Text>
      ) : (
        <>
          <Text size="sm">
            <Plural value={request.uploads.length} one="# keer gestuurd" other="# keer gestuurd" />
          </Text>
          {request.uploads.map((one) => (
            <Came key={one.status.id} request={request} came={one} onChanged={() => void refresh()} />
          ))}
        </>
      )}
      {(closing.isError || extending.isError) && <Trouble error={closing.error ?? extending.error} compact />}
    </article>
  );
}

export function RequestsPage() {
  const { data, error, refetch } = useQuery(requestsQuery);
  const [asking, setAsking] = useState(false);
  const [made, setMade] = useState<RequestMade | null>(null);
  return (
    <div className={classes.page}>
      <Title order={1} className={classes.title}>
        <IconLink size={22} stroke={1.6} aria-hidden /> <Trans>Iemand buiten om beelden vragen</Trans>
      </Title>
      <div className={classes.decide}>
        {made !== null ? (
          <MadeNow made={made} onClose={() => setMade(null)} />
        ) : asking ? (
          <Ask
            ways={data?.ways ?? []}
            onCancel={() => setAsking(false)}
            onMade={(one) => {
              setAsking(false);
              setMade(one);
              void refetch();
            }}
          />
        ) : (
          <div className={classes.deeds}>
            <Button onClick={() => setAsking(true)}>
              <Trans>Uploadverzoek maken</Trans>
            </Button>
            <Button variant="default" component={Link} to="/inlezen">
              <Trans>Zelf een schijf of bestand inlezen</Trans>
            </Button>
          </div>
        )}
        {error !== null && <Trouble error={error} retry={() => void refetch()} />}
        {data === undefined ? (
          error === null && <Loading height={200} />
        ) : data.requests.length === 0 ? (
          <Text size="sm" c="dimmed">
            <Trans>
              Met een uploadverzoek stuurt iemand zonder aansluiting – een kliniek, een huisarts, de patiënt – beelden,
              PDF’s of foto’s naar u, met een link en een code.
            </Trans>
          </Text>
        ) : (
          data.requests.map((one) => <Request key={one.id} request={one} />)
        )}
      </div>
    </div>
  );
}
