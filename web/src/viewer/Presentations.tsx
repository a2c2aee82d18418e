/** Presentation states of the study, to apply; and saving how the active pane shows its picture now. */

import { msg } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, TextInput } from "@mantine/core";
import { IconDeviceFloppy, IconEye } from "@tabler/icons-react";
import { useState } from "react";
import type { JoinedInstance, JoinedStudy } from "@/join";
import { Trouble } from "@/ui/Trouble";
import { clean, spokenName } from "@/words/person";
import { useDesk, useDeskState } from "./context";
import type { Desk } from "./desk";
import { drawingsIn } from "./drawings";
import { markedFrame } from "./marked-frame";
import type { Pane } from "./pane";
import { studyMoment } from "./patient";
import { applyPresentation } from "./presentation-apply";
import { type Presentation, readPresentation } from "./presentation-state";
import { presentationOf } from "./presentation-write";
import { SavedLine } from "./SavedLine";
import { savePresentation } from "./save";
import sideStyles from "./side.module.css";
import { useStore } from "./store";
import { useSaving } from "./useSaving";
import styles from "./viewer.module.css";

export function Presentations() {
  const desk = useDesk();
  useDeskState((state) => state.version);
  const active = useDeskState((state) => state.active);
  const pane = desk.panes[active];
  return (
    <>
      {pane && <Save key={pane.id} pane={pane} />}
      {desk.studies.map((study) => (
        <List key={study.id} study={study} />
      ))}
    </>
  );
}

function List({ study }: { study: JoinedStudy }) {
  const instances = study.series
    .filter((series) => series.kind === "presentation")
    .flatMap((series) => series.instances);
  return (
    <section className={sideStyles.group}>
      <h3>
        <Trans>Bij dit onderzoek</Trans>
      </h3>
      {instances.length === 0 && (
        <p className={styles.quiet}>
          <Trans>Geen weergaven.</Trans>
        </p>
      )}
      <ul>
        {instances.map((instance) => (
          <li key={instance.id}>
            <One study={study} instance={instance} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function One({ study, instance }: { study: JoinedStudy; instance: JoinedInstance }) {
  const desk = useDesk();
  const { t } = useLingui();
  const state = readPresentation(instance.attributes);
  if (!state) return <p className={styles.quiet}>{t`Een weergave die naar geen beeld verwijst.`}</p>;
  const name = clean(state.description || state.label) || t`Zonder naam`;
  return (
    <button type="button" className={sideStyles.goTo} onClick={() => void show(desk, study, state)}>
      <IconEye size={14} aria-hidden />
      <span dir="auto">
        {name}
        <span className={styles.quiet}>
          {" "}
          {[spokenName(state.creator), studyMoment(state.date, state.time)].filter(Boolean).join(" · ")}
        </span>
      </span>
    </button>
  );
}

/** Shows a state in the active pane; its series is brought there first when another one hangs in it. */
async function show(desk: Desk, study: JoinedStudy, state: Presentation): Promise<void> {
  const pane = desk.active;
  const reference = state.references.find(({ sop }) => study.imageIdOf(sop) !== null);
  const imageId = reference ? study.imageIdOf(reference.sop, reference.frames[0] ?? 1) : null;
  const series = study.series.find((one) => imageId !== null && one.imageIds.includes(imageId));
  if (!pane || !imageId || !series) return desk.say(msg`De beelden van deze weergave zijn hier (nog) niet.`, true);
  if (pane.series?.id !== series.id || pane.study !== study) await desk.showPicture(study, series, imageId);
  if (!(await applyPresentation(pane, state))) desk.say(msg`Deze weergave kan niet worden getoond.`, true);
  return undefined;
}

function Save({ pane }: { pane: Pane }) {
  const { t } = useLingui();
  const index = useStore(pane.state, (state) => state.index);
  const [name, setName] = useState("");
  const saving = useSaving();
  const save = async () => {
    const body = stateOf(pane, name);
    const study = pane.study;
    if (!body || !study) return;
    if (await saving.save(study, JSON.stringify(body), (id) => savePresentation(study.source, id, body))) setName("");
  };
  return (
    <section className={sideStyles.group}>
      <h3>
        <Trans>Zoals het nu in het gekozen vak staat</Trans>
      </h3>
      <p className={styles.quiet}>
        <Trans>Venster, uitsnede, stand, metingen en pijlen van dit ene beeld.</Trans>
      </p>
      <TextInput
        label={t`Naam`}
        value={name}
        maxLength={64}
        onChange={(event) => setName(event.currentTarget.value)}
        my="xs"
      />
      <Button
        fullWidth
        leftSection={<IconDeviceFloppy size={16} aria-hidden />}
        loading={saving.busy}
        disabled={index < 0 || name.trim() === ""}
        onClick={() => void save()}
      >
        <Trans>Weergave bewaren</Trans>
      </Button>
      <SavedLine saving={saving}>
        <Trans>Bewaard bij het onderzoek.</Trans>
      </SavedLine>
      {saving.failed !== null && (
        <Trouble error={saving.failed} safe={<Trans>Uw metingen staan nog op dit scherm.</Trans>} compact />
      )}
    </section>
  );
}

function stateOf(pane: Pane, name: string) {
  const frame = markedFrame(pane);
  const element = pane.element;
  const from = pane.toPixel([0, 0]);
  const to = element && pane.toPixel([element.clientWidth, element.clientHeight]);
  if (!frame || !from || !to) return null;
  const { window, rotation, flipH, flipV, invert } = pane.state.get();
  const scale = pane.series?.scale ?? 1;
  const shown = { window, scale, rotation, flipH, flipV, from, to, invert: invert !== pane.startsInverted() };
  return presentationOf(frame, shown, drawingsIn(pane), name);
}
