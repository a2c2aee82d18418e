/** A picture that cannot be shown, in plain words, where the picture would be. */
import { Trans } from "@lingui/react/macro";
import { IconPhotoOff } from "@tabler/icons-react";
import { Failure } from "@/api/failure";
import type { Fault } from "@/join";
import { explain } from "@/words/errors";
import paneStyles from "./pane.module.css";
import styles from "./viewer.module.css";

export function FaultCard({ fault, number }: { fault: Fault; number: number }) {
  const words = explain(new Failure("unsupported", fault.code, fault.text, fault.remedy));
  return (
    <div className={paneStyles.fault} role="alert">
      <IconPhotoOff size={28} aria-hidden />
      <p>
        <strong>
          <Trans>Beeld {number} kan niet worden getoond.</Trans>
        </strong>
      </p>
      <p>{words.what}</p>
      <p>
        <Trans>
          De andere beelden zijn goed. Vraag de afzender om dit beeld opnieuw te sturen, of bekijk het in uw PACS.
        </Trans>
      </p>
      <p className={styles.quiet}>
        <code>{fault.code}</code>
      </p>
    </div>
  );
}
