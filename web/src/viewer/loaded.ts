/** Loading a picture into Cornerstone's memory without throwing. */
import * as core from "@cornerstonejs/core";
import type { Fault } from "@/join";

/** Loads a picture into memory; a fault instead of throwing. */
export async function load(imageId: string): Promise<Fault | null> {
  try {
    await core.imageLoader.loadAndCacheImage(imageId);
    return null;
  } catch (thrown) {
    return faultOf(thrown);
  }
}

function faultOf(thrown: unknown): Fault {
  const inner = typeof thrown === "object" && thrown !== null && "error" in thrown ? thrown.error : thrown;
  const fields = (typeof inner === "object" && inner !== null ? inner : {}) as Partial<Fault>;
  return { code: fields.code ?? "image-not-shown", text: fields.text ?? "", remedy: fields.remedy ?? "" };
}
