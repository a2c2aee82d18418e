/** What its sender takes back (IHE IOCM): how many images of a series, and why, in words. */
import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import type { JoinedSeries, JoinedStudy } from "@/join";

const WHY: Record<string, MessageDescriptor> = {
  "113001": msg`om de kwaliteit`,
  "113037": msg`om de veiligheid van de patiënt`,
  "113038": msg`verkeerde opdracht of patiënt`,
  "113039": msg`bewaartermijn voorbij`,
};

/** Words for the code of a rejection note; undefined for one that is not known. */
export function whyRejected(code: string): MessageDescriptor | undefined {
  return WHY[code];
}

/** How many instances of a series its sender takes back. */
export function rejectedIn(study: JoinedStudy, series: JoinedSeries): number {
  return series.instances.filter((instance) => study.rejected(instance.id) !== "").length;
}
