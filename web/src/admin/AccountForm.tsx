/** Make an account, or change one. The account's name stays what it was made with. */
import { useLingui as useI18n } from "@lingui/react";
import { Trans, useLingui } from "@lingui/react/macro";
import { Checkbox, Group, Select, Switch, Text, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, data } from "@/api/client";
import type { components } from "@/api/schema";
import { FormDialog } from "@/ui/Form";
import { DayField } from "@/ui/TypedField";
import { ROLES } from "@/words/states";
import { type Account, accountsQuery } from "./Accounts";
import { departmentsQuery } from "./Departments";
import { dayOf, endOfDay, type Faults, WORDS } from "./forms";
import type { Handed } from "./OneTimeCode";
import { shapes } from "./parts";

type Fields = components["schemas"]["AccountFields"];
type Role = Fields["roles"][number];

interface Typed {
  login: string;
  name: string;
  roles: string[];
  department: string;
  mail: string;
  phone: string;
  external: boolean;
  sponsor: string;
  agreement: string;
  ends: string;
  provider: string;
  subject: string;
}

function begin(account: Account | null): Typed {
  return {
    login: account?.login ?? "",
    name: account?.name ?? "",
    roles: account?.roles ?? [],
    department: account?.department ?? "",
    mail: account?.mail ?? "",
    phone: account?.phone ?? "",
    external: account !== null && (account.sponsor !== "" || account.ends !== null),
    sponsor: account?.sponsor ?? "",
    agreement: account?.agreement ?? "",
    ends: dayOf(account?.ends ?? null),
    provider: account?.provider ?? "",
    subject: account?.subject ?? "",
  };
}

export function faultsOf(typed: Typed, fresh: boolean): Faults<keyof Typed> {
  const faults: Faults<keyof Typed> = {};
  if (fresh && !/^[\p{L}\p{N}._\-@+]{2,64}$/u.test(typed.login.trim())) faults.login = WORDS.login;
  if (typed.name.trim() === "") faults.name = WORDS.needed;
  if (typed.roles.length === 0) faults.roles = WORDS.role;
  if (typed.external) {
    for (const field of ["sponsor", "agreement", "ends"] as const)
      if (typed[field].trim() === "") faults[field] = WORDS.expert;
    const ends = endOfDay(typed.ends);
    if (fresh && ends !== null && ends < Date.now() / 1000) faults.ends = WORDS.past;
  }
  return faults;
}

function sent(typed: Typed): Fields {
  const external = typed.external;
  return {
    name: typed.name,
    roles: typed.roles as Role[],
    department: typed.department,
    mail: typed.mail,
    phone: typed.phone,
    sponsor: external ? typed.sponsor : "",
    agreement: external ? typed.agreement : "",
    ends: external ? endOfDay(typed.ends) : null,
    provider: typed.provider,
    subject: typed.subject,
  };
}

interface Props {
  account: Account | null;
  onClose: () => void;
  onCode: (code: Handed) => void;
}

export function AccountForm({ account, onClose, onCode }: Props) {
  const { t } = useLingui();
  const { i18n } = useI18n();
  const client = useQueryClient();
  const departments = useQuery(departmentsQuery);
  const [typed, setTyped] = useState(() => begin(account));
  const [tried, setTried] = useState(false);
  const faults = faultsOf(typed, account === null);
  const shown = (field: keyof Typed) => {
    const fault = tried ? faults[field] : undefined;
    return fault === undefined ? undefined : i18n._(fault);
  };
  const set = <F extends keyof Typed>(field: F, value: Typed[F]) =>
    setTyped((before) => ({ ...before, [field]: value }));
  const save = useMutation({
    mutationFn: async () => {
      if (account === null) {
        const body = { login: typed.login, account: sent(typed) };
        return data(api.POST("/administration/accounts", { body }));
      }
      const params = { path: { account: account.id } };
      await api.PUT("/administration/accounts/{account}", { params, body: sent(typed) });
      return null;
    },
    onSuccess: async (code) => {
      await client.invalidateQueries({ queryKey: accountsQuery.queryKey });
      if (code === null) onClose();
      else onCode(code);
    },
  });
  const submit = () => {
    setTried(true);
    if (Object.keys(faults).length === 0) save.mutate();
  };
  const names = (departments.data?.departments ?? [])
    .filter((one) => !one.closed && one.id !== "")
    .map((one) => one.name);
  const choices = typed.department !== "" && !names.includes(typed.department) ? [...names, typed.department] : names;
  return (
    <FormDialog
      size="lg"
      title={account === null ? t`Account maken` : t`${account.name} wijzigen`}
      deed={account === null ? <Trans>Maken en code geven</Trans> : <Trans>Opslaan</Trans>}
      onSubmit={submit}
      onCancel={onClose}
      pending={save.isPending}
      error={save.error}
      checked
    >
      <div className={shapes.columns}>
        <TextInput
          label={t`Naam`}
          required
          value={typed.name}
          onChange={(event) => set("name", event.currentTarget.value)}
          error={shown("name")}
          data-autofocus
        />
        <TextInput
          label={t`Accountnaam`}
          description={account === null ? t`Blijft zo; bijvoorbeeld die van het e-mailadres.` : undefined}
          required={account === null}
          disabled={account !== null}
          value={typed.login}
          onChange={(event) => set("login", event.currentTarget.value)}
          autoCapitalize="none"
          autoComplete="off"
          error={shown("login")}
        />
        <Checkbox.Group
          className={shapes.wide}
          label={t`Rollen`}
          required
          value={typed.roles}
          onChange={(roles) => set("roles", roles)}
          error={shown("roles")}
        >
          <Group gap="md" mt={6}>
            {Object.entries(ROLES).map(([role, words]) => (
              <Checkbox key={role} value={role} label={i18n._(words)} />
            ))}
          </Group>
        </Checkbox.Group>
        <Select
          label={t`Afdeling`}
          data={choices}
          value={typed.department === "" ? null : typed.department}
          onChange={(value) => set("department", value ?? "")}
          clearable
          searchable
          clearButtonProps={{ "aria-label": t`Geen afdeling` }}
          nothingFoundMessage={t`Zet de afdeling eerst op de lijst, bij Afdelingen.`}
        />
        <TextInput
          label={t`Telefoon`}
          type="tel"
          value={typed.phone}
          onChange={(event) => set("phone", event.currentTarget.value)}
        />
        <TextInput
          label={t`E-mail`}
          type="email"
          value={typed.mail}
          onChange={(event) => set("mail", event.currentTarget.value)}
        />
      </div>
      <Switch
        label={t`Externe deskundige, met een einddatum`}
        checked={typed.external}
        onChange={(event) => set("external", event.currentTarget.checked)}
      />
      {typed.external && (
        <div className={shapes.columns}>
          <TextInput
            label={t`Wie staat ervoor in`}
            required
            value={typed.sponsor}
            onChange={(event) => set("sponsor", event.currentTarget.value)}
            error={shown("sponsor")}
          />
          <TextInput
            label={t`Overeenkomst`}
            required
            value={typed.agreement}
            onChange={(event) => set("agreement", event.currentTarget.value)}
            error={shown("agreement")}
          />
          <DayField
            label={t`Toegang tot en met`}
            required
            value={typed.ends}
            onChange={(ends) => set("ends", ends)}
            error={shown("ends")}
          />
          <Text size="sm" c="dimmed" style={{ alignSelf: "end" }}>
            <Trans>
              Twee weken tevoren staat hier een waarschuwing; na die dag komt niemand er met dit account in.
            </Trans>
          </Text>
        </div>
      )}
    </FormDialog>
  );
}
