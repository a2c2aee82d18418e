/** What is on record of a picture without a name: which file, and what the check for text said. The picture is not kept. */
import { Plural, Trans } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { api, data } from "@/api/client";
import type { Exchange } from "@/api/types";
import { Trouble } from "@/ui/Trouble";
import { showSize } from "@/words/sizes";
import classes from "./Details.module.css";

export function PictureRecord({ row }: { row: Exchange }) {
  const found = useQuery({
    queryKey: ["picture", row.id],
    queryFn: ({ signal }) =>
      data(api.GET("/exchanges/{exchange}/picture", { params: { path: { exchange: row.id } }, signal })),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (found.error) return <Trouble error={found.error} compact />;
  if (!found.data) return null;
  const one = found.data;
  return (
    <section>
      <h3 className={classes.heading}>
        <Trans>Het bestand</Trans>
      </h3>
      <p>
        {one.media_type === "image/png" ? "PNG" : "JPEG"}, {showSize(one.size)}.{" "}
        {one.text === "none" && <Trans>Bij de controle is geen tekst gevonden.</Trans>}
        {one.text !== "none" && (
          <Trans>
            De controle wees nog <Plural value={one.spots} one="# plek" other="# plekken" /> aan; een mens heeft het
            bekeken en bevestigd.
          </Trans>
        )}{" "}
        {one.covered > 0 && (
          <Plural value={one.covered} one="# vak is zwart gemaakt." other="# vakken zijn zwart gemaakt." />
        )}
      </p>
      <p>
        <Trans>Vingerafdruk (SHA-256)</Trans>: <code className={classes.hash}>{one.hash}</code>
      </p>
    </section>
  );
}
