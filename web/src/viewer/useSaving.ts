/** One thing to save: busy, failed or saved, retried under the same name, and taken back again. */
import { useRef, useState } from "react";
import type { JoinedStudy } from "@/join";
import { newId, type Saved, takeBack } from "./save";

export interface Saving {
  busy: boolean;
  failed: unknown;
  /** What was saved last, while it can be taken back from here. */
  saved: { study: JoinedStudy; object: Saved } | null;
  save(study: JoinedStudy, what: string, post: (id: string) => Promise<Saved>): Promise<boolean>;
  undo(): Promise<void>;
}

/** `what` of `save` is everything that is saved, as text: a retry of the same has the same name, anything else a new one. */
export function useSaving(): Saving {
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<unknown>(null);
  const [saved, setSaved] = useState<Saving["saved"]>(null);
  const tried = useRef<{ what: string; id: string } | null>(null);
  const run = async (deed: () => Promise<void>) => {
    setBusy(true);
    setFailed(null);
    try {
      await deed();
      return true;
    } catch (thrown) {
      setFailed(thrown);
      return false;
    } finally {
      setBusy(false);
    }
  };
  return {
    busy,
    failed,
    saved,
    save: (study, what, post) =>
      run(async () => {
        if (tried.current?.what !== what) tried.current = { what, id: newId() };
        const object = await post(tried.current.id);
        tried.current = null;
        setSaved({ study, object });
        study.renew();
      }),
    undo: async () => {
      if (!saved) return;
      await run(async () => {
        await takeBack(saved.study.source, saved.object.id);
        saved.study.drop(saved.object.instance);
        setSaved(null);
      });
    },
  };
}
