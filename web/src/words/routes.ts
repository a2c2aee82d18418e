/** By what something came, or goes, that is not the network of nodes: on a disc, by SFTP, by DICOM. */
import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";

const WAYS: Record<string, MessageDescriptor> = {
  disc: msg`Schijf of bestand`,
  sftp: msg`SFTP`,
  stow: msg`STOW-RS`,
  link: msg`Uploadverzoek`,
  dicom: msg`DICOM`,
  picture: msg`Plaatje zonder naam`,
};

/** The way in words; nothing for what came by the network itself. */
export function wayOf(route: string): MessageDescriptor | undefined {
  return WAYS[route];
}
