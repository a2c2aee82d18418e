/** How somebody wants to be told: addresses that are proven by a code, which one first, this browser, the sound of stat. */
import { Trans, useLingui } from "@lingui/react/macro";
import { Badge, Button, Group, SegmentedControl, Stack, Switch, Text, TextInput, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconDeviceMobileMessage, IconMail } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, data } from "@/api/client";
import { Loading } from "@/ui/Loading";
import { Trouble } from "@/ui/Trouble";
import classes from "./NoticeSettings.module.css";
import { waysQuery } from "./queries";
import { playStat } from "./sound";
import type { Contact, Outside, Ways } from "./types";

function useSetWays() {
  const client = useQueryClient();
  return (ways: Ways) => client.setQueryData(waysQuery.queryKey, ways);
}

/** The code that came to an address that is not proven yet. */
function Confirm({ way, contact }: { way: Outside; contact: Contact }) {
  const { t } = useLingui();
  const set = useSetWays();
  const [code, setCode] = useState("");
  const confirm = useMutation({
    mutationFn: () => data(api.POST("/me/ways/{way}/confirm", { params: { path: { way } }, body: { code } })),
    onSuccess: (ways) => {
      set(ways);
      setCode("");
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    confirm.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Group align="end" gap="xs">
        <TextInput
          label={t`Code die naar ${contact.pending} is gestuurd`}
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={8}
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
        <Button type="submit" loading={confirm.isPending} disabled={code.trim().length < 6}>
          <Trans>Bevestigen</Trans>
        </Button>
      </Group>
      {confirm.error !== null && <Trouble error={confirm.error} compact />}
    </form>
  );
}

/** A new address, or another one. */
function Ask({ way, known, onDone }: { way: Outside; known: boolean; onDone: () => void }) {
  const { t } = useLingui();
  const set = useSetWays();
  const [address, setAddress] = useState("");
  const ask = useMutation({
    mutationFn: () => data(api.POST("/me/ways/{way}/code", { params: { path: { way } }, body: { address } })),
    onSuccess: (ways) => {
      set(ways);
      onDone();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    ask.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Group align="end" gap="xs">
        <TextInput
          label={way === "sms" ? t`Mobiel nummer` : t`E-mailadres`}
          type={way === "sms" ? "tel" : "email"}
          autoComplete={way === "sms" ? "tel" : "email"}
          value={address}
          onChange={(event) => setAddress(event.currentTarget.value)}
        />
        <Button type="submit" loading={ask.isPending} disabled={address.trim() === ""}>
          <Trans>Code sturen</Trans>
        </Button>
        {known && (
          <Button variant="default" onClick={onDone}>
            <Trans>Annuleren</Trans>
          </Button>
        )}
      </Group>
      {ask.error !== null && <Trouble error={ask.error} compact />}
    </form>
  );
}

/** An address that is proven. */
function Proven({ way, contact, onOther }: { way: Outside; contact: Contact; onOther: () => void }) {
  const { t } = useLingui();
  const client = useQueryClient();
  const set = useSetWays();
  const params = { path: { way } };
  const use = useMutation({
    mutationFn: (enabled: boolean) => data(api.POST("/me/ways/{way}/use", { params, body: { enabled } })),
    onSuccess: set,
  });
  const test = useMutation({
    mutationFn: () => api.POST("/me/ways/{way}/test", { params }),
    onSuccess: () => notifications.show({ message: t`Het proefbericht is verstuurd.` }),
  });
  const remove = useMutation({
    mutationFn: () => api.DELETE("/me/ways/{way}", { params }),
    onSuccess: () => client.invalidateQueries({ queryKey: waysQuery.queryKey }),
  });
  const error = use.error ?? test.error ?? remove.error;
  return (
    <Stack gap="xs">
      <Group gap="sm" justify="space-between">
        <Switch
          label={contact.address}
          checked={contact.enabled}
          disabled={use.isPending}
          onChange={(event) => use.mutate(event.currentTarget.checked)}
        />
        <Group gap="xs">
          <Button size="xs" variant="default" loading={test.isPending} onClick={() => test.mutate()}>
            <Trans>Proefbericht</Trans>
          </Button>
          <Button size="xs" variant="default" onClick={onOther}>
            <Trans>Ander</Trans>
          </Button>
          <Button size="xs" variant="default" loading={remove.isPending} onClick={() => remove.mutate()}>
            <Trans>Verwijderen</Trans>
          </Button>
        </Group>
      </Group>
      {error !== null && <Trouble error={error} compact />}
    </Stack>
  );
}

function Way({ way, ways }: { way: Outside; ways: Ways }) {
  const contact = ways.contacts.find((one) => one.channel === way);
  const [other, setOther] = useState(false);
  const proven = contact !== undefined && contact.verified !== null;
  const Icon = way === "sms" ? IconDeviceMobileMessage : IconMail;
  return (
    <div className={classes.way}>
      <Group gap="xs">
        <Icon size={20} stroke={1.6} aria-hidden />
        <Text fw={580}>{way === "sms" ? <Trans>SMS of pager</Trans> : <Trans>E-mail</Trans>}</Text>
        {!proven && (
          <Badge variant="default" radius="sm">
            <Trans>niet ingesteld</Trans>
          </Badge>
        )}
      </Group>
      {proven && !other && contact !== undefined && (
        <Proven way={way} contact={contact} onOther={() => setOther(true)} />
      )}
      {(!proven || other) && <Ask way={way} known={proven} onDone={() => setOther(false)} />}
      {contact !== undefined && contact.pending !== "" && <Confirm way={way} contact={contact} />}
    </div>
  );
}

/** Notices of the operating system: the browser asks its owner once. */
function ThisBrowser() {
  const can = typeof Notification !== "undefined";
  const [permission, setPermission] = useState(can ? Notification.permission : "denied");
  return (
    <div className={classes.way}>
      <Text fw={580}>
        <Trans>Deze browser</Trans>
      </Text>
      <Text size="sm" c="dimmed">
        <Trans>
          In het portaal ziet u meldingen altijd. Ze kunnen ook verschijnen als u in een ander venster werkt.
        </Trans>
      </Text>
      {permission === "granted" && (
        <Text size="sm">
          <Trans>Deze browser toont meldingen ook buiten het portaal.</Trans>
        </Text>
      )}
      {permission === "denied" && (
        <Text size="sm">
          <Trans>Deze browser staat dat niet toe; zet meldingen voor deze site aan in de browser zelf.</Trans>
        </Text>
      )}
      {permission === "default" && (
        <Group>
          <Button variant="default" onClick={() => void Notification.requestPermission().then(setPermission)}>
            <Trans>Meldingen buiten het portaal aanzetten</Trans>
          </Button>
        </Group>
      )}
    </div>
  );
}

function Choices({ ways }: { ways: Ways }) {
  const { t } = useLingui();
  const set = useSetWays();
  const choose = useMutation({
    mutationFn: (body: { first: Outside; sound: boolean }) => data(api.POST("/me/ways", { body })),
    onSuccess: set,
  });
  const first: Outside = ways.first === "mail" ? "mail" : "sms";
  return (
    <Stack gap="sm">
      {ways.offered.length > 1 && (
        <Group justify="space-between">
          <Text id="first-way">
            <Trans>Eerst proberen</Trans>
          </Text>
          <SegmentedControl
            aria-labelledby="first-way"
            data={[
              { value: "sms", label: t`SMS` },
              { value: "mail", label: t`E-mail` },
            ]}
            value={first}
            disabled={choose.isPending}
            onChange={(value) => choose.mutate({ first: value === "mail" ? "mail" : "sms", sound: ways.sound })}
          />
        </Group>
      )}
      <Group justify="space-between">
        <Switch
          label={t`Geluid bij spoed`}
          checked={ways.sound}
          disabled={choose.isPending}
          onChange={(event) => choose.mutate({ first, sound: event.currentTarget.checked })}
        />
        <Button size="xs" variant="default" onClick={() => void playStat().catch(() => undefined)}>
          <Trans>Laat horen</Trans>
        </Button>
      </Group>
      {choose.error !== null && <Trouble error={choose.error} compact />}
    </Stack>
  );
}

export function NoticeSettings() {
  const { data: ways, error, refetch, isFetching } = useQuery(waysQuery);
  const offered = (["sms", "mail"] as const).filter((way) => ways?.offered.includes(way));
  return (
    <section className={classes.section} aria-labelledby="notice-settings">
      <Title order={2} id="notice-settings" className={classes.heading}>
        <Trans>Meldingen</Trans>
      </Title>
      {ways === undefined && error === null && <Loading height={120} />}
      {ways === undefined && error !== null && (
        <Trouble error={error} retry={() => void refetch()} retrying={isFetching} compact />
      )}
      {ways !== undefined && (
        <Stack gap="md">
          <Text size="sm" c="dimmed">
            <Trans>
              Hebt u dienst, dan wordt u zo gewekt als er spoed binnenkomt. In een bericht staat nooit iets over de
              patiënt.
            </Trans>
          </Text>
          {offered.map((way) => (
            <Way key={way} way={way} ways={ways} />
          ))}
          {offered.length === 0 && (
            <Text size="sm" className={classes.warn}>
              <Trans>
                Mail en SMS zijn in dit ziekenhuis niet ingesteld: wie niet in het portaal kijkt, wordt niet gewekt.
                Vraag uw beheerder.
              </Trans>
            </Text>
          )}
          <ThisBrowser />
          <Choices ways={ways} />
        </Stack>
      )}
    </section>
  );
}
