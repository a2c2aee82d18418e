/** The keys and gestures, from the table that they work by; letters can be turned off here (WCAG 2.1.4). */

import { msg } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { Modal, Switch } from "@mantine/core";
import { useDesk, useDeskState } from "./context";
import { KEYS, type Key, keyCaps } from "./keys";
import { presetsFor } from "./presets";
import styles from "./viewer.module.css";

const GROUPS: readonly [Key["group"], ReturnType<typeof msg>][] = [
  ["pictures", msg`Bladeren`],
  ["view", msg`Beeld`],
  ["measure", msg`Meten`],
  ["panes", msg`Vakken`],
  ["other", msg`Overig`],
];

export function Help() {
  const desk = useDesk();
  const { i18n, t } = useLingui();
  const open = useDeskState((state) => state.help);
  const keys = useDeskState((state) => state.keys);
  const modality = desk.active?.series?.modality ?? "CT";
  return (
    <Modal
      opened={open}
      onClose={() => desk.state.set({ help: false })}
      title={t`Toetsen en muis`}
      size="xl"
      closeButtonProps={{ "aria-label": t`Sluiten` }}
    >
      <Switch
        checked={keys}
        onChange={(event) => desk.state.set({ keys: event.currentTarget.checked })}
        label={t`Letters en cijfers als sneltoets gebruiken`}
        mb="md"
      />
      <div className={styles.help}>
        {GROUPS.map(([group, name]) => (
          <section key={group}>
            <h3>{i18n._(name)}</h3>
            <dl>
              {KEYS.filter((key) => key.group === group).map((key) => (
                <Line key={key.action} caps={keyCaps(key.action)} text={i18n._(key.name)} />
              ))}
            </dl>
          </section>
        ))}
        <section>
          <h3>
            <Trans>Vensters</Trans> ({modality || "CT"})
          </h3>
          <dl>
            <Line caps={["0"]} text={t`Zoals verzonden`} />
            {presetsFor(modality)
              .slice(0, 9)
              .map((preset, place) => (
                <Line key={preset.id} caps={[`${place + 1}`]} text={i18n._(preset.name)} />
              ))}
          </dl>
        </section>
        <section>
          <h3>
            <Trans>Muis en vingers</Trans>
          </h3>
          <dl>
            <Line caps={[t`links slepen`]} text={t`gekozen gereedschap`} />
            <Line caps={[t`rechts slepen`]} text={t`zoomen`} />
            <Line caps={[t`midden slepen`]} text={t`verschuiven`} />
            <Line caps={[t`wiel`]} text={t`bladeren`} />
            <Line caps={[t`Ctrl + wiel`]} text={t`zoomen`} />
            <Line caps={[t`dubbelklik`]} text={t`vak groot of terug`} />
            <Line caps={[t`één vinger`]} text={t`gekozen gereedschap`} />
            <Line caps={[t`twee vingers`]} text={t`zoomen en verschuiven`} />
          </dl>
        </section>
      </div>
    </Modal>
  );
}

function Line({ caps, text }: { caps: readonly string[]; text: string }) {
  return (
    <div className={styles.helpLine}>
      <dt>
        {caps.map((cap) => (
          <kbd key={cap} className={styles.cap}>
            {cap}
          </kbd>
        ))}
      </dt>
      <dd>{text}</dd>
    </div>
  );
}
