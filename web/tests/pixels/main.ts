/** A page without a screen, for `tests/e2e/portal/test_pixels.py`: opens studies and tells what came out of the join. */
import { cache, imageLoader, metaData } from "@cornerstonejs/core";
import { closeAll, initJoin, type JoinedStudy, openStudies, openStudy, type Source } from "../../src/join";

interface Shown {
  sop: string;
  frame: number;
  type: string;
  rows: number;
  columns: number;
  samples: number;
  sha256: string;
  window: [number, number];
}

async function sha256(data: ArrayBufferView): Promise<string> {
  const bytes = new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (one) => one.toString(16).padStart(2, "0")).join("");
}

function until(study: JoinedStudy, holds: () => boolean, seconds: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`waited in vain: ${study.state}`)), seconds * 1000);
    const look = () => {
      if (!holds()) return;
      clearTimeout(timer);
      stop();
      resolve();
    };
    const stop = study.subscribe(look);
    look();
  });
}

const held = new Map<string, JoinedStudy>();

const tests = {
  /** Opens a study; gives its id for the other calls. */
  async open(source: Source, loadAll = true): Promise<string> {
    const study = openStudy(source, { loadAll });
    held.set(study.id, study);
    await study.ready;
    return study.id;
  },
  state(id: string) {
    const study = held.get(id) as JoinedStudy;
    const { state, fault, offline, progress, header } = study;
    const series = study.series.map((one) => ({
      kind: one.kind,
      modality: one.modality,
      images: one.imageIds.length,
      here: one.here,
      volume: one.volume,
      plane: one.plane,
      suv: one.suv,
      stacks: one.stacks.map((stack) => stack.length),
      problems: one.problems,
      positions: one.images.map((image) => image.position),
      numbers: one.images.map((image) => image.instance.instanceNumber),
      undecodable: one.instances.map((instance) => instance.undecodable),
    }));
    return { state, fault, offline, progress, header, series };
  },
  async wait(id: string, state: string, seconds = 20): Promise<void> {
    const study = held.get(id) as JoinedStudy;
    await until(study, () => study.state === state, seconds);
  },
  /** Every image of a study as Cornerstone gets it. */
  async images(id: string): Promise<Shown[]> {
    const study = held.get(id) as JoinedStudy;
    const found: Shown[] = [];
    for (const series of study.series) {
      for (const { imageId, instance, frame } of series.images) {
        const image = await imageLoader.loadAndCacheImage(imageId);
        const data = image.getPixelData();
        const { rows, columns, numberOfComponents, dataType } = image;
        found.push({
          sop: instance.sopInstanceUid,
          frame,
          type: dataType,
          rows,
          columns,
          samples: numberOfComponents,
          sha256: await sha256(data),
          window: [image.windowCenter as number, image.windowWidth as number],
        });
      }
    }
    return found;
  },
  /** Samples of one image, in base64. */
  async samples(id: string, sop: string, frame: number): Promise<string> {
    const imageId = (held.get(id) as JoinedStudy).imageIdOf(sop, frame) as string;
    const data = (await imageLoader.loadAndCacheImage(imageId)).getPixelData();
    const bytes = new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
    let text = "";
    for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
    return btoa(text);
  },
  module(id: string, name: string, at = 0, series = 0): unknown {
    const imageId = (held.get(id) as JoinedStudy).series[series]?.imageIds[at] as string;
    return metaData.get(name, imageId);
  },
  /** The error code with which the first image fails. */
  async refusal(id: string): Promise<string> {
    const imageId = (held.get(id) as JoinedStudy).series[0]?.imageIds[0] as string;
    return imageLoader.loadAndCacheImage(imageId).then(
      () => "",
      (error: { code?: string }) => error.code ?? String(error),
    );
  },
  /** Milliseconds until the first image and until everything is decoded in memory; and bytes. */
  async measure(source: Source): Promise<{ plan: number; first: number; all: number; frames: number; bytes: number }> {
    const started = performance.now();
    const study = openStudy(source);
    held.set(study.id, study);
    await study.ready;
    const plan = performance.now() - started;
    const imageId = study.series[0]?.imageIds[0] as string;
    study.look(imageId);
    await imageLoader.loadAndCacheImage(imageId);
    const first = performance.now() - started;
    await until(study, () => study.state === "complete" && study.progress.loaded >= study.progress.wanted, 120);
    const all = performance.now() - started;
    const { loaded, bytes } = study.progress;
    study.close();
    held.delete(study.id);
    return { plan, first, all, frames: loaded, bytes };
  },
  /** Milliseconds of fetching segments whole, a few at a time, and no more. */
  async download(urls: string[], atOnce = 4): Promise<{ ms: number; bytes: number }> {
    const started = performance.now();
    const left = [...urls];
    let bytes = 0;
    const one = async () => {
      for (let url = left.shift(); url; url = left.shift()) {
        const answer = await fetch(url, { cache: "no-store" });
        if (!answer.ok) throw new Error(`${answer.status} for a plain download`);
        bytes += (await answer.arrayBuffer()).byteLength;
      }
    };
    await Promise.all(Array.from({ length: atOnce }, one));
    return { ms: performance.now() - started, bytes };
  },
  async value(id: string, tag: string): Promise<number> {
    const study = held.get(id) as JoinedStudy;
    const uri = study.series[0]?.instances[0]?.attributes[tag]?.BulkDataURI as string;
    return (await study.bulk(uri)).byteLength;
  },
  close(id: string): void {
    held.get(id)?.close();
  },
  signOut: closeAll,
  /** What is left: open studies, Cornerstone's cache, and the browser's storage. */
  async left() {
    const databases = (await indexedDB.databases?.())?.length ?? 0;
    const caches_ = (await caches.keys()).length;
    return {
      open: openStudies().length,
      cached: cache.getCacheSize(),
      databases,
      caches: caches_,
      local: JSON.stringify(localStorage),
      session: JSON.stringify(sessionStorage),
    };
  },
};

declare global {
  interface Window {
    pixels: typeof tests;
  }
}

initJoin();
window.pixels = tests;
