/** Opens a study for looking: makes the desk, watches over its end, and shows what the state of the study allows. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { onSessionEnd } from "@/api/forget";
import { startQuery } from "@/api/queries";
import type { JoinedStudy, Source, StudyState } from "@/join";
import { uncover } from "@/ui/cover";
import { DeskContext } from "./context";
import { Desk } from "./desk";
import { Ended } from "./Ended";
import { NARROW } from "./narrow";
import { ViewerTheme } from "./ViewerTheme";
import { Workbench } from "./Workbench";

export interface ViewerPageProps {
  /** Ids are random; one of the two is given. */
  exchange?: string;
  study?: string;
  /** Studies to hang beside it from the start: priors, or another patient's. */
  beside?: readonly Source[];
  /** Gets the desk when it is there, for what other rooms show beside the pictures. */
  onDesk?: (desk: Desk) => (() => void) | undefined;
  /** What other rooms put beside the pictures, such as the consultation. */
  children?: React.ReactNode;
}

const OVER: readonly StudyState[] = ["withdrawn", "signed-out", "failed", "closed"];

/** The picture is with the screen after the next frame; before that there would be a flash of nothing. */
function drawn(): void {
  requestAnimationFrame(() => requestAnimationFrame(uncover));
}

export function ViewerPage({ exchange, study, beside, onDesk, children }: ViewerPageProps) {
  const [desk, setDesk] = useState<Desk | null>(null);
  const [over, setOver] = useState<{ state: StudyState; study: JoinedStudy } | null>(null);
  const [attempt, setAttempt] = useState(0);
  const { data: start } = useQuery(startQuery);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list of the same studies is no other page; attempt opens anew
  useEffect(() => {
    const made = new Desk();
    made.narrow = window.matchMedia(NARROW).matches;
    made.start();
    const main = exchange ? { kind: "exchange" as const, id: exchange } : { kind: "study" as const, id: study ?? "" };
    const opened = made.add(main, made.narrow ? { loadAll: false } : {});
    for (const [place, source] of (beside ?? []).entries()) made.add(source, { rank: place + 1, loadAll: false });
    const check = () => {
      if (!OVER.includes(opened.state)) return;
      uncover();
      setOver({ state: opened.state, study: opened });
    };
    made.onEnded = (gone) => {
      if (gone === opened) check();
      else made.remove(gone);
    };
    opened.ready.catch(check);
    const signedOut = onSessionEnd(() => {
      setOver({ state: "signed-out", study: opened });
      made.end();
    });
    const left = onDesk?.(made);
    made.onFirst = drawn;
    setOver(null);
    setDesk(made);
    return () => {
      uncover();
      left?.();
      signedOut();
      made.end();
      setDesk(null);
    };
  }, [exchange, study, attempt]);
  return (
    <ViewerTheme>
      {over ? (
        <Ended state={over.state} fault={over.study.fault} onAgain={() => setAttempt(attempt + 1)} />
      ) : (
        desk && (
          <DeskContext value={desk}>
            <Workbench notForDiagnosis={start?.not_for_diagnosis ?? true}>{children}</Workbench>
          </DeskContext>
        )
      )}
    </ViewerTheme>
  );
}
