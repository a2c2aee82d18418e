/** For whom, for what, on what ground; what the node says of the image; the confirmation; and the file itself. */
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Checkbox, Group, NativeSelect, SegmentedControl, TextInput } from "@mantine/core";
import { IconAlertTriangle, IconCopy, IconDownload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useMe } from "@/api/queries";
import type { Check } from "@/pixels/burned-in";
import { Trouble } from "@/ui/Trouble";
import { inLanguage } from "@/words/reasons";
import { GROUNDS, PURPOSES } from "@/words/states";
import { useLanguage } from "@/words/useLanguage";
import { drawingsIn } from "../drawings";
import { markedFrame } from "../marked-frame";
import type { Pane } from "../pane";
import { newId } from "../save";
import { type Box, covered } from "./draw";
import { canCopy, copy, fileOf, type Media, save } from "./file";
import styles from "./picture.module.css";
import { type Asked, putOnRecord, warningsOf } from "./record";

interface Props {
  pane: Pane;
  picture: HTMLCanvasElement;
  boxes: readonly Box[];
  check: Check | null;
  withheld: number;
  withDrawings: boolean;
  onDrawings: (on: boolean) => void;
}

const PURPOSE_CODES: readonly Asked["purpose"][] = ["TRAIN", "TREAT", "ETREAT", "PATRQT"];
const GROUND_CODES: readonly Asked["ground"][] = [
  "anonymous",
  "consultation",
  "referral",
  "own-team",
  "emergency",
  "patient-carries",
];

export function HandOut({ pane, picture, boxes, check, withheld, withDrawings, onDrawings }: Props) {
  const { t, i18n } = useLingui();
  const me = useMe();
  const [receiver, setReceiver] = useState("");
  const [responsible, setResponsible] = useState(me.name);
  const [purpose, setPurpose] = useState<Asked["purpose"]>("TRAIN");
  const [ground, setGround] = useState<Asked["ground"]>("anonymous");
  const [consent, setConsent] = useState("");
  const [media, setMedia] = useState<Media>("image/png");
  const [looked, setLooked] = useState<HTMLCanvasElement | null>(null);
  const [lookedBoxes, setLookedBoxes] = useState<readonly Box[] | null>(null);
  const [state, setState] = useState<{ busy: boolean; failed: unknown; given: "saved" | "copied" | null }>(QUIET);
  // looking counts for the picture that was looked at: another box or drawing makes another picture
  const confirmed = looked === picture && lookedBoxes === boxes;
  const options = (codes: readonly string[], words: typeof GROUNDS) =>
    codes.map((value) => ({ value, label: words[value] ? i18n._(words[value]) : value }));
  const give = async (how: "saved" | "copied") => {
    if (!pane.study || !check) return;
    setState({ ...QUIET, busy: true });
    try {
      const [frame, id] = [markedFrame(pane), newId()];
      const instance = frame && pane.study.instance(frame.sop);
      if (!frame || !instance) return setState(QUIET);
      const file = await fileOf(covered(picture, boxes), how === "copied" ? "image/png" : media);
      const told = { purpose, ground, receiver: receiver.trim(), responsible: responsible.trim(), consent };
      const seen = { text: check.verdict, spots: check.spots.length, covered: boxes.length, looked: confirmed };
      const made = { id, frame: frame.frame, hash: file.hash, size: file.bytes.length, media_type: file.media };
      await putOnRecord(pane.study.source, instance.id, { ...made, ...told, ...seen });
      if (how === "copied") await copy(file);
      else save(file, id);
      setState({ ...QUIET, given: how });
    } catch (failed) {
      setState({ ...QUIET, failed });
    }
  };
  const ready = receiver.trim() !== "" && responsible.trim() !== "" && confirmed && check !== null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready) void give("saved");
  };
  return (
    <form className={styles.form} onSubmit={submit}>
      <Warnings pane={pane} />
      <TextInput
        label={t`Voor wie`}
        description={t`In woorden, zoals: refereeravond, of een naam`}
        value={receiver}
        maxLength={200}
        required
        data-autofocus
        onChange={(event) => setReceiver(event.currentTarget.value)}
      />
      <NativeSelect
        label={t`Doel`}
        data={options(PURPOSE_CODES, PURPOSES)}
        value={purpose}
        onChange={(event) => setPurpose(event.currentTarget.value as Asked["purpose"])}
      />
      <NativeSelect
        label={t`Grond`}
        data={options(GROUND_CODES, GROUNDS)}
        value={ground}
        onChange={(event) => setGround(event.currentTarget.value as Asked["ground"])}
      />
      {ground === "consultation" && (
        <TextInput
          label={t`Toestemming`}
          description={t`Wie vroeg die, wanneer en waarvoor`}
          value={consent}
          maxLength={500}
          onChange={(event) => setConsent(event.currentTarget.value)}
        />
      )}
      <TextInput
        label={t`Verantwoordelijk`}
        value={responsible}
        maxLength={200}
        required
        onChange={(event) => setResponsible(event.currentTarget.value)}
      />
      {drawingsIn(pane).length > 0 && (
        <Checkbox
          label={t`Mijn metingen en pijlen mee op het plaatje`}
          checked={withDrawings}
          onChange={(event) => onDrawings(event.currentTarget.checked)}
        />
      )}
      {withheld > 0 && (
        <p className={styles.quiet}>
          <Trans>Een tekst bij een meting noemt de patiënt en is weggelaten.</Trans>
        </p>
      )}
      <SegmentedControl
        aria-label={t`Soort bestand`}
        data={[
          { value: "image/png", label: "PNG" },
          { value: "image/jpeg", label: "JPEG" },
        ]}
        value={media}
        onChange={(value) => setMedia(value as Media)}
      />
      <Checkbox
        label={t`Ik heb het hele plaatje bekeken: er staat niets op dat naar de patiënt leidt`}
        checked={confirmed}
        disabled={check === null}
        onChange={(event) => {
          setLooked(event.currentTarget.checked ? picture : null);
          setLookedBoxes(event.currentTarget.checked ? boxes : null);
        }}
      />
      {state.failed !== null && (
        <Trouble error={state.failed} safe={<Trans>Er is niets naar buiten gegaan.</Trans>} compact />
      )}
      <Group gap="sm">
        <Button
          type="submit"
          loading={state.busy}
          disabled={!ready}
          leftSection={<IconDownload size={18} aria-hidden />}
        >
          <Trans>Opslaan</Trans>
        </Button>
        {canCopy() && (
          <Button
            variant="default"
            loading={state.busy}
            disabled={!ready}
            leftSection={<IconCopy size={18} aria-hidden />}
            onClick={() => void give("copied")}
          >
            <Trans>Kopiëren</Trans>
          </Button>
        )}
      </Group>
      {state.given !== null && (
        <p role="status" className={styles.verdict}>
          {state.given === "saved" ? (
            <Trans>Opgeslagen, en vastgelegd onder Verzonden. Wat de deur uit is, is niet terug te halen.</Trans>
          ) : (
            <Trans>Gekopieerd, en vastgelegd onder Verzonden. Wat de deur uit is, is niet terug te halen.</Trans>
          )}
        </p>
      )}
    </form>
  );
}

const QUIET = { busy: false, failed: null, given: null } as const;

/** What the header of the image says, read at the node. */
function Warnings({ pane }: { pane: Pane }) {
  const language = useLanguage();
  const frame = markedFrame(pane);
  const instance = frame && pane.study?.instance(frame.sop);
  const found = useQuery({
    queryKey: ["picture-warnings", pane.study?.source.id, instance?.id],
    queryFn: () => (pane.study && instance ? warningsOf(pane.study.source, instance.id) : []),
    gcTime: 0,
  });
  if (found.error) return <Trouble error={found.error} compact />;
  return (
    <ul className={styles.warnings}>
      {(found.data ?? []).map((reason) => {
        const { text, remedy } = inLanguage(reason, language);
        return (
          <li key={reason.code} className={styles.verdict} data-tone="doubt">
            <IconAlertTriangle size={18} aria-hidden />
            <span>
              {text} {remedy}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
