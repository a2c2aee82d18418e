/** A sending rule: what it means when the PACS sends to this AE title. */
import { msg } from "@lingui/core/macro";
import { useLingui as useI18n } from "@lingui/react";
import { Trans, useLingui } from "@lingui/react/macro";
import { Autocomplete, NumberInput, Select, Textarea, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, data } from "@/api/client";
import { failureOf } from "@/api/failure";
import { FormDialog } from "@/ui/Form";
import { GROUNDS, PURPOSES, URGENCIES } from "@/words/states";
import { Callers, callersFit, sentCaller, type TypedCaller, typedCaller } from "./Callers";
import { type Faults, isTitle, isUra, namedFields, WORDS } from "./forms";
import { shapes } from "./parts";
import { type Rule, useSet } from "./settings";

/** Grounds on which sending is allowed at all (policy of the node). */
const SENDABLE = ["referral", "own-team", "consultation", "emergency"];

type Typed = Omit<Rule, "callers"> & { callers: TypedCaller[] };

const FRESH: Typed = {
  ae_title: "",
  receiver: "",
  receiver_name: "",
  location: "",
  department: "",
  person: "",
  purpose: "TREAT",
  ground: "referral",
  responsible: "",
  urgency: "routine",
  sender_department: "",
  question: "",
  consent: "",
  phone: "",
  callers: [{ ae_title: "*", networks: "", certificates: "" }],
  quiet_seconds: 0.5,
  expires_days: 30,
};

export function faultsOf(typed: Typed): Faults<keyof Typed> {
  const faults: Faults<keyof Typed> = {};
  if (!isTitle(typed.ae_title)) faults.ae_title = WORDS.title;
  if (!isUra(typed.receiver)) faults.receiver = WORDS.ura;
  if (typed.responsible.trim() === "") faults.responsible = WORDS.needed;
  if (!(typed.expires_days > 0 && typed.expires_days <= 90)) faults.expires_days = WORDS.days;
  if (!(typed.quiet_seconds >= 0)) faults.quiet_seconds = WORDS.seconds;
  if (typed.ground === "consultation" && typed.consent.trim() === "")
    faults.consent = msg`Bij consultatie hoort waar de toestemming van de patiënt is vastgelegd.`;
  if (!callersFit(typed.callers)) faults.callers = WORDS.network;
  return faults;
}

interface Props {
  rule: Rule | null;
  revision: number;
  onClose: () => void;
}

export function RuleForm({ rule, revision, onClose }: Props) {
  const { t } = useLingui();
  const { i18n } = useI18n();
  const [typed, setTyped] = useState<Typed>(() =>
    rule === null ? FRESH : { ...rule, callers: rule.callers.map(typedCaller) },
  );
  const [tried, setTried] = useState(false);
  const save = useSet("rules", revision, onClose);
  const book = useQuery({
    queryKey: ["administration", "correspondents"],
    queryFn: ({ signal }) => data(api.GET("/administration/correspondents", { signal })),
    retry: false,
  });
  const faults = faultsOf(typed);
  const refused = save.error === null ? [] : namedFields(failureOf(save.error).text);
  const shown = (field: keyof Typed) => {
    const fault = tried ? faults[field] : undefined;
    if (fault !== undefined) return i18n._(fault);
    return refused.includes(field) ? t`Beeldbrug neemt dit niet aan.` : undefined;
  };
  const set = (part: Partial<Typed>) => setTyped((before) => ({ ...before, ...part }));
  const text = (field: "location" | "department" | "person" | "sender_department" | "phone") => ({
    value: typed[field],
    onChange: (event: { currentTarget: { value: string } }) => set({ [field]: event.currentTarget.value }),
    error: shown(field),
  });
  const submit = () => {
    setTried(true);
    if (Object.keys(faults).length === 0) save.mutate({ ...typed, callers: typed.callers.map(sentCaller) });
  };
  const partners = book.data?.correspondents ?? [];
  const choose = (value: string) => {
    const found = partners.find((one) => one.organisation === value);
    set({ receiver: value, ...(found === undefined || found.name === "" ? {} : { receiver_name: found.name }) });
  };
  return (
    <FormDialog
      size="xl"
      title={rule === null ? t`Regel maken` : t`Regel ${rule.ae_title} wijzigen`}
      deed={<Trans>Opslaan; geldt meteen</Trans>}
      onSubmit={submit}
      onCancel={onClose}
      pending={save.isPending}
      error={save.error}
      checked
    >
      <div className={shapes.columns}>
        <TextInput
          label={t`AE-title`}
          description={t`Waarnaar het PACS stuurt`}
          required
          disabled={rule !== null}
          value={typed.ae_title}
          onChange={(event) => set({ ae_title: event.currentTarget.value })}
          error={shown("ae_title")}
          autoCapitalize="characters"
          data-autofocus
        />
        <Autocomplete
          label={t`Ontvanger (URA)`}
          description={typed.receiver_name || t`Kies uit het adresboek van de hub, of typ het nummer`}
          required
          value={typed.receiver}
          onChange={choose}
          data={partners.map((one) => one.organisation)}
          filter={({ options }) => options}
          renderOption={({ option }) => {
            const found = partners.find((one) => one.organisation === option.value);
            return (
              <div>
                <div>{found?.name || option.value}</div>
                <div className={shapes.quiet}>
                  {option.value}
                  {found !== undefined && found.code !== "" && t`; nu niet bereikbaar`}
                </div>
              </div>
            );
          }}
          error={shown("receiver")}
        />
        <TextInput
          label={t`Naam van de ontvanger`}
          value={typed.receiver_name}
          onChange={(event) => set({ receiver_name: event.currentTarget.value })}
        />
        <TextInput label={t`Afdeling bij de ontvanger`} {...text("department")} />
        <TextInput label={t`Locatie bij de ontvanger`} {...text("location")} />
        <TextInput label={t`Persoon bij de ontvanger`} {...text("person")} />
        <Select
          label={t`Grond`}
          required
          allowDeselect={false}
          value={typed.ground}
          onChange={(value) => set({ ground: value ?? typed.ground })}
          data={SENDABLE.map((code) => ({ value: code, label: label(code, GROUNDS, i18n) }))}
          error={shown("ground")}
        />
        <Select
          label={t`Spoed`}
          allowDeselect={false}
          value={typed.urgency}
          onChange={(value) => set({ urgency: value ?? typed.urgency })}
          data={Object.keys(URGENCIES).map((code) => ({ value: code, label: label(code, URGENCIES, i18n) }))}
        />
        <Select
          label={t`Doel`}
          allowDeselect={false}
          value={typed.purpose}
          onChange={(value) => set({ purpose: value ?? typed.purpose })}
          data={Object.keys(PURPOSES).map((code) => ({ value: code, label: label(code, PURPOSES, i18n) }))}
          error={shown("purpose")}
        />
        <TextInput
          label={t`Namens wie`}
          description={t`Functie of persoon; staat in de logging`}
          required
          value={typed.responsible}
          onChange={(event) => set({ responsible: event.currentTarget.value })}
          error={shown("responsible")}
        />
        {(typed.ground === "consultation" || typed.consent !== "") && (
          <TextInput
            label={t`Waar de toestemming is vastgelegd`}
            required={typed.ground === "consultation"}
            value={typed.consent}
            onChange={(event) => set({ consent: event.currentTarget.value })}
            error={shown("consent")}
          />
        )}
        <TextInput label={t`Eigen afdeling`} {...text("sender_department")} />
        <TextInput label={t`Telefoon voor vragen`} type="tel" {...text("phone")} />
        <Textarea
          className={shapes.wide}
          label={t`Vraag die altijd meegaat`}
          description={t`Geldt voor elke patiënt: zet hier niets van één patiënt in`}
          autosize
          minRows={1}
          maxRows={4}
          value={typed.question}
          onChange={(event) => set({ question: event.currentTarget.value })}
        />
        <NumberInput
          label={t`Stilte waarna een onderzoek compleet is (seconden)`}
          value={typed.quiet_seconds}
          onChange={(value) => set({ quiet_seconds: Number(value) })}
          min={0}
          step={0.5}
          error={shown("quiet_seconds")}
        />
        <NumberInput
          label={t`Verloopt na (dagen)`}
          value={typed.expires_days}
          onChange={(value) => set({ expires_days: Number(value) })}
          min={0}
          max={90}
          error={shown("expires_days")}
        />
      </div>
      <Callers callers={typed.callers} onChange={(callers) => set({ callers })} />
    </FormDialog>
  );
}

function label(code: string, words: typeof GROUNDS, i18n: ReturnType<typeof useI18n>["i18n"]): string {
  const found = words[code];
  return found === undefined ? code : i18n._(found);
}
