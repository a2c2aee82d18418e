/** The file of a picture: made bare, named after nobody, hashed; saved or copied once the node has put it on record. */
import { bareJpeg, barePng, NotAPicture } from "./bare";

export type Media = "image/png" | "image/jpeg";

export interface PictureFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly media: Media;
  /** SHA-256 in hexadecimal. */
  readonly hash: string;
}

export async function fileOf(canvas: HTMLCanvasElement, media: Media): Promise<PictureFile> {
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, media, 0.92));
  if (blob?.type !== media) throw new NotAPicture("the browser made no file");
  const made = new Uint8Array(await blob.arrayBuffer());
  const bytes = media === "image/png" ? barePng(made) : bareJpeg(made);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return { bytes, media, hash: [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("") };
}

/** Saves it; the name holds a part of the record's id, by which the outbox finds it, and nothing of a patient. */
export function save({ bytes, media }: PictureFile, id: string): void {
  const address = URL.createObjectURL(new Blob([bytes], { type: media }));
  const link = document.createElement("a");
  link.href = address;
  link.download = `beeldbrug-${id.slice(0, 8)}.${media === "image/png" ? "png" : "jpg"}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** Whether this browser, on this page, lets pictures be copied. */
export function canCopy(): boolean {
  return typeof ClipboardItem !== "undefined" && navigator.clipboard?.write !== undefined;
}

export async function copy({ bytes, media }: PictureFile): Promise<void> {
  await navigator.clipboard.write([new ClipboardItem({ [media]: new Blob([bytes], { type: media }) })]);
}
