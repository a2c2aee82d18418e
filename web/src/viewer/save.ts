/** Saving key images and presentation states at the node, which makes DICOM objects of them; refusals come back as Failures. */
import { api, data } from "@/api/client";
import type { components } from "@/api/schema";
import type { Source } from "@/join";
import type { SavedImage, SavedPresentation } from "./presentation-write";

/** What was saved: its name there, and the row in the plan of the study. */
export type Saved = components["schemas"]["SavedBeside"];

export interface SavedKeyObjects {
  description: string;
  images: SavedImage[];
}

/** A name for what is to be saved. Asking again with the same one makes nothing twice. */
export function newId(): string {
  return crypto.randomUUID().replaceAll("-", "");
}

export function saveKeyObjects(source: Source, id: string, what: SavedKeyObjects): Promise<Saved> {
  const body = { id, ...what };
  return source.kind === "exchange"
    ? data(api.POST("/exchanges/{exchange}/key-objects", { params: { path: { exchange: source.id } }, body }))
    : data(api.POST("/studies/{study}/key-objects", { params: { path: { study: source.id } }, body }));
}

export function savePresentation(source: Source, id: string, what: SavedPresentation): Promise<Saved> {
  const body = { id, ...what };
  return source.kind === "exchange"
    ? data(api.POST("/exchanges/{exchange}/presentations", { params: { path: { exchange: source.id } }, body }))
    : data(api.POST("/studies/{study}/presentations", { params: { path: { study: source.id } }, body }));
}

/** Takes back what one has just saved. */
export async function takeBack(source: Source, saved: string): Promise<void> {
  if (source.kind === "exchange")
    await api.DELETE("/exchanges/{exchange}/saved/{saved}", { params: { path: { exchange: source.id, saved } } });
  else await api.DELETE("/studies/{study}/saved/{saved}", { params: { path: { study: source.id, saved } } });
}
