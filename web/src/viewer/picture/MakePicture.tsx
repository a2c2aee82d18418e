/** Makes a picture without a name of what the active pane shows: looked through, covered, confirmed, put on record, given. */
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Modal } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconEyeOff, IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useDesk, useDeskState } from "../context";
import { NARROW } from "../narrow";
import type { Pane } from "../pane";
import { boxOf, Cover } from "./Cover";
import type { Box } from "./draw";
import { HandOut } from "./HandOut";
import styles from "./picture.module.css";
import { usePicture } from "./usePicture";
import { Verdict } from "./Verdict";

export function MakePicture() {
  const desk = useDesk();
  const { t } = useLingui();
  const open = useDeskState((state) => state.picture);
  const narrow = useMediaQuery(NARROW) ?? false;
  const close = () => desk.state.set({ picture: false });
  return (
    <Modal
      opened={open}
      onClose={close}
      title={t`Plaatje zonder naam`}
      size="72rem"
      fullScreen={narrow}
      closeButtonProps={{ "aria-label": t`Sluiten` }}
    >
      {open && desk.active && <Sheet pane={desk.active} />}
    </Modal>
  );
}

const NONE: readonly Box[] = [];

function Sheet({ pane }: { pane: Pane }) {
  const [withDrawings, setWithDrawings] = useState(false);
  const [boxes, setBoxes] = useState<readonly Box[]>(NONE);
  const { picture, plain, withheld, check } = usePicture(pane, withDrawings, boxes);
  if (!picture || !plain)
    return (
      <p>
        <Trans>Er is nu geen beeld in dit vak.</Trans>
      </p>
    );
  const middle = (): Box => ({
    x: picture.width * 0.35,
    y: picture.height * 0.45,
    width: picture.width * 0.3,
    height: picture.height * 0.1,
  });
  return (
    <div className={styles.sheet}>
      <div className={styles.left}>
        <div className={styles.holder}>
          <Cover picture={picture} spots={check?.spots ?? []} boxes={boxes} onBoxes={setBoxes} />
        </div>
        <Verdict check={check} covered={boxes.length} />
        <div className={styles.tools}>
          <Button
            size="compact-md"
            variant="default"
            leftSection={<IconEyeOff size={16} aria-hidden />}
            disabled={(check?.spots.length ?? 0) === 0}
            onClick={() => setBoxes([...boxes, ...(check?.spots ?? []).map(boxOf)])}
          >
            <Trans>Afdekken wat gevonden is</Trans>
          </Button>
          <Button
            size="compact-md"
            variant="default"
            leftSection={<IconPlus size={16} aria-hidden />}
            onClick={() => setBoxes([...boxes, middle()])}
          >
            <Trans>Vak toevoegen</Trans>
          </Button>
          <Button
            size="compact-md"
            variant="default"
            leftSection={<IconTrash size={16} aria-hidden />}
            disabled={boxes.length === 0}
            onClick={() => setBoxes(boxes.slice(0, -1))}
          >
            <Trans>Laatste vak weg</Trans>
          </Button>
        </div>
        <p className={styles.quiet}>
          <Trans>Sleep over het beeld om iets zwart te maken.</Trans>
        </p>
      </div>
      <HandOut
        pane={pane}
        picture={picture}
        boxes={boxes}
        check={check}
        withheld={withheld}
        withDrawings={withDrawings}
        onDrawings={setWithDrawings}
      />
    </div>
  );
}
