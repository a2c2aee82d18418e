/** What the node says of an image before a picture is made of it, and putting one on record. */
import { api, data } from "@/api/client";
import type { components } from "@/api/schema";
import type { Source } from "@/join";

export type Asked = components["schemas"]["PictureAsked"];
export type Warning = components["schemas"]["ReasonObject"];

export async function warningsOf(source: Source, instance: number): Promise<readonly Warning[]> {
  const id = String(instance);
  const { warnings } =
    source.kind === "exchange"
      ? await data(
          api.GET("/exchanges/{exchange}/instances/{instance}/picture", {
            params: { path: { exchange: source.id, instance: id } },
          }),
        )
      : await data(
          api.GET("/studies/{study}/instances/{instance}/picture", {
            params: { path: { study: source.id, instance: id } },
          }),
        );
  return warnings;
}

/** Policy is asked, and the outbox has it from here on. Rejects with a Failure when it may not go out. */
export async function putOnRecord(source: Source, instance: number, body: Asked): Promise<void> {
  const id = String(instance);
  if (source.kind === "exchange")
    await data(
      api.POST("/exchanges/{exchange}/instances/{instance}/picture", {
        params: { path: { exchange: source.id, instance: id } },
        body,
      }),
    );
  else
    await data(
      api.POST("/studies/{study}/instances/{instance}/picture", {
        params: { path: { study: source.id, instance: id } },
        body,
      }),
    );
}
