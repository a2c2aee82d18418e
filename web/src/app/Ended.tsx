/** Why there is nobody here any more, and what that means for this screen. */
import { Trans } from "@lingui/react/macro";
import type { Ending } from "./session";

export function Ended({ ending }: { ending: Exclude<Ending, null> }) {
  if (ending === "idle")
    return <Trans>U bent afgemeld omdat er even niets gebeurde. Wat al verstuurd of bewaard was, is er nog.</Trans>;
  if (ending === "expired") return <Trans>Uw sessie is afgelopen. Meld u aan en u gaat verder waar u was.</Trans>;
  return <Trans>U bent afgemeld. Op dit scherm is niets achtergebleven.</Trans>;
}
