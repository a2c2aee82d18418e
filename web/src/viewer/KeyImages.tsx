/** Key images that were saved, by whom, and those marked here with the button that saves them. */
import { Trans, useLingui } from "@lingui/react/macro";
import { ActionIcon, Button, TextInput } from "@mantine/core";
import { IconPhotoShare, IconStar, IconStarFilled } from "@tabler/icons-react";
import { useState } from "react";
import type { JoinedStudy } from "@/join";
import { Trouble } from "@/ui/Trouble";
import { clean, spokenName } from "@/words/person";
import { perform } from "./commands";
import { useDesk, useDeskState } from "./context";
import { type KeyObjects, keyObjectsOf, markedImages, showImage } from "./key-objects";
import { studyMoment } from "./patient";
import { useMayPicture } from "./picture/may";
import type { SavedImage } from "./presentation-write";
import { SavedLine } from "./SavedLine";
import { saveKeyObjects } from "./save";
import { seriesName } from "./series-name";
import sideStyles from "./side.module.css";
import { useSaving } from "./useSaving";
import styles from "./viewer.module.css";

export function KeyImages() {
  const desk = useDesk();
  useDeskState((state) => state.version);
  useDeskState((state) => state.marked);
  return (
    <>
      {desk.studies.map((study) => (
        <div key={study.id}>
          <Own study={study} />
          {keyObjectsOf(study).map((found) => (
            <section key={found.uid} className={sideStyles.group}>
              <h3 dir="auto">{titleOf(found) || <Trans>Van de afzender</Trans>}</h3>
              {found.description && <p dir="auto">{clean(found.description)}</p>}
              <ul>
                {found.images.map(({ sop, frames }) => (
                  <li key={`${sop}/${frames.join()}`}>
                    <Go study={study} image={{ sop, frame: frames[0] ?? 1 }} />
                  </li>
                ))}
              </ul>
            </section>
          ))}
        </div>
      ))}
    </>
  );
}

/** Who marked them and when; what kind of selection it is where that is not known. */
function titleOf(found: KeyObjects): string {
  const who = [spokenName(found.author), studyMoment(found.date, found.time)];
  return found.author ? who.filter(Boolean).join(" · ") : clean(found.title);
}

function Go({ study, image }: { study: JoinedStudy; image: { sop: string; frame: number } }) {
  const desk = useDesk();
  const { t } = useLingui();
  const mayPicture = useMayPicture();
  const instance = study.instance(image.sop);
  const series = study.series.find((one) => one.instances.some((each) => each.sopInstanceUid === image.sop));
  const number = instance?.instanceNumber ?? "";
  const name = (instance?.frames ?? 1) > 1 ? t`beeld ${image.frame}` : t`beeld ${number}`;
  const picture = async () => {
    await showImage(desk, study, image.sop, image.frame);
    perform(desk, "picture");
  };
  return (
    <span className={sideStyles.goRow}>
      <button
        type="button"
        className={sideStyles.goTo}
        onClick={() => void showImage(desk, study, image.sop, image.frame)}
      >
        <IconStarFilled size={13} aria-hidden />
        <span dir="auto">
          {seriesName(series ?? null)} · {name}
        </span>
      </button>
      {mayPicture && (
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t`Plaatje zonder naam van ${name}`}
          onClick={() => void picture()}
        >
          <IconPhotoShare size={16} aria-hidden />
        </ActionIcon>
      )}
    </span>
  );
}

function Own({ study }: { study: JoinedStudy }) {
  const desk = useDesk();
  const { t } = useLingui();
  const [description, setDescription] = useState("");
  const saving = useSaving();
  const images = markedImages(desk, study);
  const save = async () => {
    const body = { description: description.trim(), images };
    if (!(await saving.save(study, JSON.stringify(body), (id) => saveKeyObjects(study.source, id, body)))) return;
    forget(desk, images);
    setDescription("");
  };
  return (
    <section className={sideStyles.group}>
      <h3>
        <Trans>Hier gemarkeerd</Trans>
      </h3>
      {images.length === 0 && !saving.saved && (
        <p className={styles.quiet}>
          <Trans>Nog geen. Druk op K bij een beeld dat de ander moet zien.</Trans>
        </p>
      )}
      {images.length === 0 && (
        <SavedLine saving={saving}>
          <Trans>Bewaard bij het onderzoek.</Trans>
        </SavedLine>
      )}
      <ul>
        {images.flatMap((image) =>
          (image.frames.length > 0 ? image.frames : [1]).map((frame) => (
            <li key={`${image.sop_instance_uid}/${frame}`}>
              <Go study={study} image={{ sop: image.sop_instance_uid, frame }} />
            </li>
          )),
        )}
      </ul>
      {images.length > 0 && (
        <>
          <TextInput
            label={t`Toelichting (mag leeg)`}
            value={description}
            maxLength={256}
            onChange={(event) => setDescription(event.currentTarget.value)}
            my="xs"
          />
          <Button
            fullWidth
            leftSection={<IconStar size={16} aria-hidden />}
            loading={saving.busy}
            onClick={() => void save()}
          >
            <Trans>Bewaren bij het onderzoek</Trans>
          </Button>
        </>
      )}
      {saving.failed !== null && (
        <Trouble error={saving.failed} safe={<Trans>Uw markeringen staan nog op dit scherm.</Trans>} compact />
      )}
    </section>
  );
}

function forget(desk: ReturnType<typeof useDesk>, images: readonly SavedImage[]): void {
  const saved = new Set(images.map((image) => image.sop_instance_uid));
  const rest = [...desk.state.get().marked].filter((key) => !saved.has(key.slice(0, key.lastIndexOf("/"))));
  desk.state.set({ marked: new Set(rest) });
}
