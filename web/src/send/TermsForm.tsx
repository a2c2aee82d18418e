/** Question, urgency and ground; for a consultation the consent as it was registered. An emergency asks nothing more. */
import { useLingui } from "@lingui/react";
import { Trans, useLingui as useMacro } from "@lingui/react/macro";
import { Radio, SegmentedControl, Select, Text, Textarea, TextInput } from "@mantine/core";
import { DayField } from "@/ui/TypedField";
import { URGENCIES } from "@/words/states";
import classes from "./send.module.css";
import { type Consent, dayOf, groundsFor, type Manner, type Terms, withGround } from "./terms";

interface Props {
  terms: Terms;
  onChange: (terms: Terms) => void;
}

const ORDER = ["routine", "urgent", "asap", "stat"];

export function TermsForm({ terms, onChange }: Props) {
  const { i18n } = useLingui();
  const { t } = useMacro();
  const grounds: Record<string, { label: string; description: string }> = {
    referral: { label: t`Verwijzing of overplaatsing`, description: t`De patiënt gaat naar de ontvanger.` },
    consultation: {
      label: t`Consultatie`,
      description: t`De ontvanger denkt mee; hiervoor is toestemming vastgelegd.`,
    },
    emergency: { label: t`Spoed, vitaal belang`, description: t`Er is geen tijd om toestemming te vragen.` },
    "patient-carries": {
      label: t`De patiënt neemt het mee`,
      description: t`De patiënt vroeg zelf om een kopie.`,
    },
    "own-team": { label: t`Eigen behandelteam`, description: t`De ontvanger behandelt deze patiënt samen met u.` },
  };
  return (
    <div className={classes.terms}>
      <Textarea
        label={t`Vraag`}
        description={t`De ontvanger leest dit bij de beelden.`}
        value={terms.question}
        onChange={(event) => onChange({ ...terms, question: event.currentTarget.value })}
        autosize
        minRows={2}
        maxRows={8}
        maxLength={2000}
      />
      <div>
        <div className={classes.label} id="send-urgency">
          <Trans>Urgentie</Trans>
        </div>
        <SegmentedControl
          aria-labelledby="send-urgency"
          fullWidth
          value={terms.urgency}
          onChange={(urgency) => onChange({ ...terms, urgency })}
          data={ORDER.map((value) => ({ value, label: i18n._(URGENCIES[value] ?? { id: value }) }))}
        />
      </div>
      <Radio.Group
        label={t`Waarom mag dit?`}
        value={terms.ground}
        onChange={(ground) => onChange(withGround(terms, ground))}
      >
        <div className={classes.grounds}>
          {groundsFor(terms.receiver).map((ground) => (
            <Radio key={ground} value={ground} {...grounds[ground]} />
          ))}
        </div>
      </Radio.Group>
      {terms.ground === "consultation" && (
        <ConsentFields consent={terms.consent} onChange={(consent) => onChange({ ...terms, consent })} />
      )}
    </div>
  );
}

function ConsentFields({ consent, onChange }: { consent: Consent; onChange: (consent: Consent) => void }) {
  const { t } = useMacro();
  const manners: { value: Manner; label: string }[] = [
    { value: "oral", label: t`Mondeling` },
    { value: "written", label: t`Schriftelijk` },
    { value: "digital", label: t`Digitaal` },
    { value: "representative", label: t`Door de vertegenwoordiger` },
  ];
  return (
    <fieldset className={classes.consent}>
      <legend>
        <Trans>Toestemming van de patiënt</Trans>
      </legend>
      <Text size="sm" c="dimmed">
        <Trans>Zonder geregistreerde toestemming wordt een consultatie aangehouden.</Trans>
      </Text>
      <TextInput
        label={t`Wie heeft het gevraagd`}
        value={consent.who}
        maxLength={100}
        required
        onChange={(event) => onChange({ ...consent, who: event.currentTarget.value })}
      />
      <DayField
        label={t`Wanneer`}
        value={consent.when}
        max={dayOf(new Date())}
        required
        onChange={(when) => onChange({ ...consent, when })}
      />
      <Select
        label={t`Hoe`}
        data={manners}
        value={consent.manner}
        allowDeselect={false}
        onChange={(manner) => onChange({ ...consent, manner: (manner ?? "oral") as Manner })}
      />
      <TextInput
        label={t`Waarvoor`}
        description={t`In één zin, bijvoorbeeld: beoordeling van deze CT door een neuroradioloog`}
        value={consent.scope}
        maxLength={300}
        required
        onChange={(event) => onChange({ ...consent, scope: event.currentTarget.value })}
      />
    </fieldset>
  );
}
