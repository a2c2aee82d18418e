/** Where a folder, disc or file is dropped or chosen, and what was begun before. */
import { Plural, Trans } from "@lingui/react/macro";
import { Button, Text } from "@mantine/core";
import { IconDisc, IconFiles, IconFolderOpen } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type ChangeEvent, type DragEvent, type ReactNode, useRef, useState } from "react";
import { nodeNow } from "@/api/clock";
import { Trouble } from "@/ui/Trouble";
import { showMoment } from "@/words/dates";
import { chosenFiles, droppedFiles, entriesOf, type Found } from "./found";
import classes from "./intake.module.css";
import { close, openQuery } from "./queries";

type Finding = (told: (count: number) => void) => Promise<Found[]>;

interface DropProps {
  onChosen: (finding: Finding) => void;
  /** What can be brought. */
  children: ReactNode;
}

/** Takes a drop, and has a button for a folder and one for files: whoever cannot drag has both. */
export function DropZone({ onChosen, children }: DropProps) {
  const [over, setOver] = useState(false);
  const folder = useRef<HTMLInputElement>(null);
  const files = useRef<HTMLInputElement>(null);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const entries = entriesOf(event.dataTransfer);
    if (entries.length > 0) onChosen((told) => droppedFiles(entries, told));
  };
  const chosen = (event: ChangeEvent<HTMLInputElement>) => {
    const list = [...(event.currentTarget.files ?? [])];
    event.currentTarget.value = "";
    if (list.length > 0) onChosen((told) => chosenFiles(list, told));
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a drop is the mouse's way; the buttons inside are everybody's
    <div
      className={classes.drop}
      data-over={over}
      data-testid="drop"
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <IconDisc size={44} stroke={1.2} aria-hidden className={classes.icon} />
      {children}
      <div className={classes.deeds}>
        <Button leftSection={<IconFolderOpen size={18} aria-hidden />} onClick={() => folder.current?.click()}>
          <Trans>Schijf of map kiezen</Trans>
        </Button>
        <Button
          variant="default"
          leftSection={<IconFiles size={18} aria-hidden />}
          onClick={() => files.current?.click()}
        >
          <Trans>Bestanden kiezen</Trans>
        </Button>
      </div>
      <input ref={folder} type="file" hidden data-testid="folder" onChange={chosen} {...{ webkitdirectory: "" }} />
      <input ref={files} type="file" hidden multiple data-testid="files" onChange={chosen} />
    </div>
  );
}

function Begun() {
  const open = useQuery(openQuery);
  const closing = useMutation({ mutationFn: close, onSuccess: () => open.refetch() });
  const uploads = (open.data ?? []).filter((one) => one.state === "open");
  if (uploads.length === 0) return null;
  return (
    <section className={classes.begun}>
      <Text fw={620} component="h2" size="md">
        <Plural value={uploads.length} one="Nog niet klaar" other="Nog niet klaar: #" />
      </Text>
      <Text size="sm">
        <Trans>
          Kies dezelfde map of hetzelfde bestand opnieuw om verder te gaan. Na een week wordt het vanzelf vernietigd.
        </Trans>
      </Text>
      <ul className={classes.plain}>
        {uploads.map((one) => {
          const begun = showMoment(one.created, nodeNow());
          return (
            <li key={one.id} className={classes.line}>
              <span>
                <Trans>Begonnen {begun}</Trans>
              </span>
              <Button
                variant="subtle"
                size="compact-sm"
                color="red"
                loading={closing.isPending && closing.variables === one.id}
                onClick={() => closing.mutate(one.id)}
              >
                <Trans>Weggooien</Trans>
              </Button>
            </li>
          );
        })}
      </ul>
      {closing.isError && <Trouble error={closing.error} compact />}
    </section>
  );
}

export function Choose({ error, onChosen }: { error: unknown; onChosen: (finding: Finding) => void }) {
  return (
    <div className={classes.choose}>
      <DropZone onChosen={onChosen}>
        <Text fw={620} size="lg">
          <Trans>Sleep een schijf, stick, map, ZIP- of ISO-bestand hierheen</Trans>
        </Text>
        <Text size="sm" c="dimmed">
          <Trans>
            U ziet eerst wat erop staat. Er wordt niets ingelezen voor u dat zegt; programma’s op de schijf blijven waar
            zij zijn.
          </Trans>
        </Text>
      </DropZone>
      {error !== null && <Trouble error={error} compact />}
      <Begun />
    </div>
  );
}
