/** One's own account: second factors, recovery codes, password, language, theme. */
import { useLingui } from "@lingui/react";
import { Trans, useLingui as useMacro } from "@lingui/react/macro";
import { Button, Group, Modal, PasswordInput, SegmentedControl, Stack, Text, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconDeviceMobile, IconFingerprint, IconKey, IconPlus } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { api, data } from "@/api/client";
import { startQuery, useSession } from "@/api/queries";
import type { Me, SecondFactor, Start } from "@/api/types";
import { NewPassword, strengthOf } from "@/ui/NewPassword";
import { Trouble } from "@/ui/Trouble";
import { useTitle } from "@/ui/title";
import { showMoment } from "@/words/dates";
import { ROLES } from "@/words/states";
import classes from "./AccountPage.module.css";
import { Enrol } from "./Enrol";
import { RecoveryCodes } from "./RecoveryCodes";

function Section({ title, children }: { title: ReactNode; children: ReactNode }) {
  return (
    <section className={classes.section}>
      <Title order={2} className={classes.heading}>
        {title}
      </Title>
      <Stack gap="sm">{children}</Stack>
    </section>
  );
}

/** Reads who I am again, after something of it has changed. */
function useReread() {
  const client = useQueryClient();
  return async () => {
    const me = await data(api.GET("/me"));
    client.setQueryData<Start>(startQuery.queryKey, (start) =>
      start === undefined ? start : { ...start, session: me },
    );
  };
}

function Factor({ factor, only }: { factor: SecondFactor; only: boolean }) {
  const { t } = useMacro();
  const reread = useReread();
  const [sure, setSure] = useState(false);
  const remove = useMutation({
    mutationFn: () => api.DELETE("/me/second-factors/{factor}", { params: { path: { factor: factor.id } } }),
    onSuccess: reread,
  });
  const now = Date.now() / 1000;
  const Icon = factor.kind === "passkey" ? IconFingerprint : IconDeviceMobile;
  const kind = factor.kind === "passkey" ? t`Passkey` : t`Authenticator-app`;
  return (
    <li className={classes.factor}>
      <Icon size={22} stroke={1.5} aria-hidden />
      <div className={classes.grow}>
        <div className={classes.strong}>{factor.label || kind}</div>
        <div className={classes.quiet}>
          {factor.used === null ? (
            <Trans>
              {kind}, ingesteld {showMoment(factor.created, now)}, nog niet gebruikt
            </Trans>
          ) : (
            <Trans>
              {kind}, ingesteld {showMoment(factor.created, now)}, laatst gebruikt {showMoment(factor.used, now)}
            </Trans>
          )}
        </div>
        {remove.error !== null && <Trouble error={remove.error} compact />}
      </div>
      {!only && (
        <Button
          variant="default"
          size="xs"
          onClick={() => setSure(true)}
          aria-label={t`${factor.label || kind} verwijderen`}
        >
          <Trans>Verwijderen</Trans>
        </Button>
      )}
      <Modal
        opened={sure}
        onClose={() => setSure(false)}
        title={t`Tweede stap verwijderen`}
        closeButtonProps={{ "aria-label": t`Sluiten` }}
      >
        <Text size="sm">
          <Trans>
            U kunt zich met “{factor.label || kind}” dan niet meer aanmelden. De andere manieren blijven werken.
          </Trans>
        </Text>
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={() => setSure(false)}>
            <Trans>Annuleren</Trans>
          </Button>
          <Button
            color="#b3141d"
            loading={remove.isPending}
            onClick={() => remove.mutate(undefined, { onSettled: () => setSure(false) })}
          >
            <Trans>Verwijderen</Trans>
          </Button>
        </Group>
      </Modal>
    </li>
  );
}

function Factors({ me, organisation }: { me: Me; organisation: string }) {
  const { t } = useMacro();
  const reread = useReread();
  const [adding, setAdding] = useState(false);
  const [codes, setCodes] = useState<string[] | null>(null);
  const renew = useMutation({
    mutationFn: () => data(api.POST("/me/recovery-codes")),
    onSuccess: (answer) => setCodes(answer.recovery_codes),
  });
  const enrolled = (fresh: string[]) => {
    setAdding(false);
    if (fresh.length > 0) setCodes(fresh);
    else void reread();
  };
  const left = me.recovery_codes_left;
  return (
    <Section title={<Trans>Tweede stap</Trans>}>
      <ul className={classes.factors}>
        {me.second_factors.map((factor) => (
          <Factor key={factor.id} factor={factor} only={me.second_factors.length < 2} />
        ))}
        <li className={classes.factor}>
          <IconKey size={22} stroke={1.5} aria-hidden />
          <div className={classes.grow}>
            <div className={classes.strong}>
              <Trans>Herstelcodes</Trans>
            </div>
            <div className={left < 3 ? classes.warn : classes.quiet}>
              {left === 0 ? (
                <Trans>Geen codes meer: raakt u uw tweede stap kwijt, dan komt u er niet in zonder uw beheerder.</Trans>
              ) : (
                t`nog ${left} te gebruiken`
              )}
            </div>
            {renew.error !== null && <Trouble error={renew.error} compact />}
          </div>
          <Button variant="default" size="xs" loading={renew.isPending} onClick={() => renew.mutate()}>
            <Trans>Nieuwe codes</Trans>
          </Button>
        </li>
      </ul>
      <Button
        variant="default"
        leftSection={<IconPlus size={16} aria-hidden />}
        onClick={() => setAdding(true)}
        style={{ alignSelf: "start" }}
      >
        <Trans>Tweede stap toevoegen</Trans>
      </Button>
      <Modal
        opened={adding}
        onClose={() => setAdding(false)}
        title={t`Tweede stap toevoegen`}
        closeButtonProps={{ "aria-label": t`Sluiten` }}
      >
        <Enrol onDone={enrolled} />
      </Modal>
      <Modal
        opened={codes !== null}
        onClose={() => undefined}
        withCloseButton={false}
        closeOnEscape={false}
        closeOnClickOutside={false}
        title={t`Nieuwe herstelcodes`}
      >
        <Text size="sm" mb="sm">
          <Trans>De oude codes werken niet meer. Deze worden maar één keer getoond.</Trans>
        </Text>
        <RecoveryCodes
          codes={codes ?? []}
          organisation={organisation}
          onDone={() => {
            setCodes(null);
            void reread();
          }}
        />
      </Modal>
    </Section>
  );
}

function Password({ login }: { login: string }) {
  const { t } = useMacro();
  const [old, setOld] = useState("");
  const [fresh, setFresh] = useState("");
  const change = useMutation({
    mutationFn: () => api.POST("/me/password", { body: { old, new: fresh } }),
    onSuccess: () => {
      setOld("");
      setFresh("");
      notifications.show({
        title: t`Wachtwoord gewijzigd`,
        message: t`Vanaf nu meldt u zich met het nieuwe wachtwoord aan.`,
        closeButtonProps: { "aria-label": t`Sluiten` },
      });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate();
  };
  return (
    <Section title={<Trans>Wachtwoord</Trans>}>
      <form onSubmit={submit} className={classes.narrow}>
        <Stack>
          <input type="hidden" autoComplete="username" value={login} readOnly />
          {change.error !== null && <Trouble error={change.error} compact />}
          <PasswordInput
            label={t`Huidig wachtwoord`}
            value={old}
            onChange={(event) => setOld(event.currentTarget.value)}
            autoComplete="current-password"
            visibilityToggleButtonProps={{ "aria-label": t`Wachtwoord tonen of verbergen`, tabIndex: 0 }}
            size="md"
          />
          <NewPassword label={t`Nieuw wachtwoord`} value={fresh} onChange={setFresh} login={login} />
          <Button
            type="submit"
            variant="default"
            loading={change.isPending}
            disabled={old === "" || strengthOf(fresh, login) === 0}
            style={{ alignSelf: "start" }}
          >
            <Trans>Wachtwoord wijzigen</Trans>
          </Button>
        </Stack>
      </form>
    </Section>
  );
}

type Preferences = { language: "nl" | "en"; theme: "auto" | "light" | "dark" };

function Look({ me }: { me: Me }) {
  const { t } = useMacro();
  const client = useQueryClient();
  const save = useMutation({
    mutationFn: (body: Preferences) => data(api.POST("/me/preferences", { body })),
    onSuccess: (session) =>
      client.setQueryData<Start>(startQuery.queryKey, (start) => (start === undefined ? start : { ...start, session })),
  });
  const now: Preferences = {
    language: me.language === "en" ? "en" : "nl",
    theme: me.theme === "light" || me.theme === "dark" ? me.theme : "auto",
  };
  const shown = save.isPending ? save.variables : now;
  return (
    <Section title={<Trans>Weergave</Trans>}>
      {save.error !== null && <Trouble error={save.error} compact />}
      <div className={classes.choice}>
        <span id="taal">
          <Trans>Taal</Trans>
        </span>
        <SegmentedControl
          aria-labelledby="taal"
          value={shown.language}
          onChange={(language) => save.mutate({ ...now, language: language as Preferences["language"] })}
          data={[
            { value: "nl", label: "Nederlands" },
            { value: "en", label: "English" },
          ]}
        />
      </div>
      <div className={classes.choice}>
        <span id="thema">
          <Trans>Licht of donker</Trans>
        </span>
        <SegmentedControl
          aria-labelledby="thema"
          value={shown.theme}
          onChange={(theme) => save.mutate({ ...now, theme: theme as Preferences["theme"] })}
          data={[
            { value: "auto", label: t`Als mijn computer` },
            { value: "light", label: t`Licht` },
            { value: "dark", label: t`Donker` },
          ]}
        />
      </div>
    </Section>
  );
}

export function AccountPage({ notices }: { notices?: ReactNode }) {
  const { i18n } = useLingui();
  const { t } = useMacro();
  const { start, me } = useSession();
  useTitle(t`Mijn account`);
  const roles = me.roles.map((role) => {
    const words = ROLES[role];
    return words === undefined ? role : i18n._(words);
  });
  return (
    <div className={classes.page}>
      <header className={classes.head}>
        <Title order={1} className={classes.title}>
          {me.name}
        </Title>
        <Text c="dimmed">{[me.login, me.department, roles.join(", ")].filter((part) => part !== "").join(" · ")}</Text>
      </header>
      <Factors me={me} organisation={start.organisation_name} />
      {me.has_password && <Password login={me.login} />}
      {notices}
      <Look me={me} />
    </div>
  );
}
