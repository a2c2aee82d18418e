/** Warnings in plain words: what is the matter, and what it means for looking. */
import { Plural, Trans } from "@lingui/react/macro";
import type { Warning } from "./warnings";

export function WarningWords({ warning }: { warning: Warning }) {
  const { missing = 0, after = 0, before = 0, count = 0 } = warning.values;
  switch (warning.code) {
    case "missing-between":
      return (
        <Plural
          value={missing}
          one={
            <Trans>
              Er ontbreekt 1 coupe tussen {after} en {before}.
            </Trans>
          }
          other={
            <Trans>
              Er ontbreken {missing} coupes tussen {after} en {before}.
            </Trans>
          }
        />
      );
    case "missing":
      return (
        <Plural value={count} one="Er ontbreekt 1 coupe in deze serie." other="Er ontbreken # coupes in deze serie." />
      );
    case "doubles":
      return (
        <Plural
          value={count}
          one="1 coupe ligt op dezelfde plaats als een andere (fase of dubbel)."
          other="# coupes liggen op dezelfde plaats als een andere (fasen of dubbel)."
        />
      );
    case "unsorted":
      return <Trans>De coupes liggen niet op volgorde; u bladert in de volgorde van de afzender.</Trans>;
    case "uneven":
      return <Trans>De afstand tussen de coupes wisselt; MPR kan niet.</Trans>;
    case "orientations":
      return <Trans>Deze serie heeft coupes in verschillende richtingen.</Trans>;
    case "sizes":
      return <Trans>De beelden van deze serie zijn niet even groot.</Trans>;
    case "no-position":
      return <Trans>De beelden zeggen niet waar zij liggen; de volgorde is die van hun nummer.</Trans>;
    case "absurd":
      return <Trans>Sommige gegevens van de afzender kunnen niet kloppen en zijn niet gebruikt.</Trans>;
    case "undecodable":
      return (
        <Plural value={count} one="1 beeld kan niet worden getoond." other="# beelden kunnen niet worden getoond." />
      );
    case "window":
      return <Trans>Het venster van de afzender liet niets zien; het is aangepast.</Trans>;
  }
}
