/** By what an arrival came that no hospital of the network sent: on a disc, by SFTP. */
import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";

const WAYS: Record<string, MessageDescriptor> = {
  disc: msg`Schijf of bestand`,
  sftp: msg`SFTP`,
};

/** The way in words; nothing for what came by the network itself. */
export function wayOf(route: string): MessageDescriptor | undefined {
  return WAYS[route];
}
