/** Reading in, step by step: choose, look, decide, send, take in. The page that is left stops; what is there stays. */
import { useEffect, useRef, useState } from "react";
import { Bringing, IMAGES, type Progress } from "./bring";
import type { Found } from "./found";
import { begin, heldBy, list, type Seen, type Status, statusOf, type TakeOrder, take } from "./queries";
import { markOf } from "./seal";

const ASK_MS = 300;
const WAY = { path: "/uploads", headers: {} };

export type Step =
  | { name: "choose"; error: unknown }
  | { name: "finding"; count: number }
  | { name: "looking"; progress: Progress }
  | { name: "decide"; upload: string; seen: Seen; last: Status | null }
  | { name: "sending"; progress: Progress; images: number }
  | { name: "taking"; status: Status }
  | { name: "done"; status: Status }
  | { name: "broken"; error: unknown; again: () => void };

const NOTHING: Progress = { files: 0, ofFiles: 0, bytes: 0, ofBytes: 0, waiting: false };

export function useBringing() {
  const [step, setStep] = useState<Step>({ name: "choose", error: null });
  const bringing = useRef<Bringing | null>(null);
  const alive = useRef(true);
  useEffect(() => {
    alive.current = true;
    return () => {
      alive.current = false;
      bringing.current?.stop();
    };
  }, []);
  const show = (next: Step) => {
    if (alive.current) setStep(next);
  };

  const bring = async (finding: (told: (count: number) => void) => Promise<Found[]>) => {
    show({ name: "finding", count: 0 });
    let files: Found[];
    try {
      files = await finding((count) => show({ name: "finding", count }));
    } catch (error) {
      return show({ name: "choose", error });
    }
    await look(files);
  };

  const look = async (files: Found[]) => {
    show({ name: "looking", progress: { ...NOTHING, ofFiles: files.length } });
    try {
      const begun = await begin(await markOf(files));
      const held = begun.chunks > 0 ? await heldBy(begun.id) : {};
      const one = new Bringing(begun, WAY, held, IMAGES, (progress) =>
        setStep((now) =>
          now.name === "looking" ? { ...now, progress } : now.name === "sending" ? { ...now, progress } : now,
        ),
      );
      bringing.current = one;
      await one.headers(files);
      show({ name: "decide", upload: begun.id, seen: await list(begun.id, one.counts), last: null });
    } catch (error) {
      show({ name: "broken", error, again: () => void look(files) });
    }
  };

  const decide = async (upload: string, seen: Seen, order: TakeOrder) => {
    const one = bringing.current;
    if (one === null) return;
    const studies = seen.patients
      .filter((patient) => patient.number === order.patient)
      .flatMap((patient) => patient.studies)
      .filter((study) => order.studies.includes(study.uid));
    const images = studies.reduce((sum, study) => sum + study.instances, 0);
    show({ name: "sending", progress: NOTHING, images });
    try {
      await one.rest(studies.flatMap((study) => study.files));
      let status = await take(upload, order);
      while (status.state === "taking" && alive.current) {
        show({ name: "taking", status: status.of > 0 ? status : { ...status, of: images } });
        await new Promise((go) => setTimeout(go, ASK_MS));
        status = await statusOf(upload);
      }
      if (status.state === "taken") show({ name: "done", status });
      else show({ name: "decide", upload, seen: await list(upload, one.counts), last: status });
    } catch (error) {
      show({ name: "broken", error, again: () => void decide(upload, seen, order) });
    }
  };

  const again = () => {
    bringing.current?.stop();
    bringing.current = null;
    show({ name: "choose", error: null });
  };
  return { step, bring, decide, again };
}
