/**
 * The receiver's four answers: one touch or one key each. The answer leaves at once; for five seconds it can be taken back
 * with one touch. "Blijven" asks once, because it erases the copy.
 */
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, TextInput } from "@mantine/core";
import { IconAmbulance, IconArrowBackUp, IconHome, IconPhone, IconScan } from "@tabler/icons-react";
import { useCallback, useEffect, useId, useMemo, useRef, useState } from "react";
import { useMe } from "@/api/queries";
import type { Exchange } from "@/api/types";
import { Trouble } from "@/ui/Trouble";
import classes from "./Consult.module.css";
import { useAnswer } from "./useAnswer";
import { useAnswerKeys } from "./useAnswerKeys";
import { ANSWERS, type AnswerKind, CHOICES } from "./words";

const UNDO_SECONDS = 5;
const ICONS = { come: IconAmbulance, stay: IconHome, "more-imaging": IconScan, "call-me": IconPhone } as const;

/** Seconds left to take back what was just answered. */
function useUndo(): [AnswerKind | null, number, (given: AnswerKind | null) => void] {
  const [given, setGiven] = useState<{ kind: AnswerKind; until: number } | null>(null);
  const [left, setLeft] = useState(0);
  useEffect(() => {
    if (given === null) return undefined;
    const look = () => {
      const seconds = Math.ceil((given.until - Date.now()) / 1000);
      setLeft(seconds);
      if (seconds <= 0) setGiven(null);
    };
    look();
    const timer = window.setInterval(look, 200);
    return () => window.clearInterval(timer);
  }, [given]);
  const begin = useCallback((kind: AnswerKind | null) => {
    setGiven(kind === null ? null : { kind, until: Date.now() + UNDO_SECONDS * 1000 });
  }, []);
  return [given?.kind ?? null, left, begin];
}

export function AnswerButtons({ exchange, keys = true }: { exchange: Exchange; keys?: boolean }) {
  const { i18n, t } = useLingui();
  const me = useMe();
  const fields = useId();
  const [text, setText] = useState("");
  const [phone, setPhone] = useState(me.phone);
  const [asking, setAsking] = useState(false);
  const [more, setMore] = useState(false);
  const [undo, left, beginUndo] = useUndo();
  const sure = useRef<HTMLButtonElement>(null);
  const give = useAnswer(exchange.id);
  const { mutate, isPending } = give;

  const send = useCallback(
    (kind: AnswerKind) => {
      setAsking(false);
      mutate(
        { answer: kind, text, phone },
        {
          onSuccess: (row) => {
            setText("");
            setMore(false);
            beginUndo(kind !== "retracted" && row.answer?.outcome === "done" ? kind : null);
          },
        },
      );
    },
    [mutate, text, phone, beginUndo],
  );
  const choose = useCallback(
    (place: number) => {
      const choice = CHOICES[place];
      if (choice === undefined || isPending) return;
      if (choice.kind === "stay") setAsking(true);
      else send(choice.kind);
    },
    [send, isPending],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: the letters change with the language
  const letters = useMemo(() => CHOICES.map((choice) => i18n._(choice.letter)), [i18n.locale]);
  useAnswerKeys(letters, keys && !isPending, choose);
  useEffect(() => {
    if (asking) sure.current?.focus();
  }, [asking]);

  const last = exchange.answer;
  const undone = undo === null ? undefined : ANSWERS[undo];
  return (
    <section className={classes.answering} aria-label={t`Antwoord aan de afzender`}>
      {asking ? (
        <div className={classes.asking} role="alertdialog" aria-labelledby={`${fields}-stay`}>
          <p id={`${fields}-stay`}>
            <strong>
              <Trans>Blijft de patiënt? De kopie hier wordt dan meteen gewist.</Trans>
            </strong>
          </p>
          <Button ref={sure} size="md" color="red.9" onClick={() => send("stay")} loading={isPending}>
            <Trans>Blijven, en wissen</Trans>
          </Button>
          <Button size="md" variant="default" onClick={() => setAsking(false)}>
            <Trans>Annuleren</Trans>
          </Button>
        </div>
      ) : (
        <div className={classes.choices}>
          {CHOICES.map((choice, place) => {
            const Icon = ICONS[choice.kind];
            const letter = letters[place] ?? "";
            return (
              <button
                key={choice.kind}
                type="button"
                className={classes.choice}
                data-kind={choice.kind}
                aria-pressed={last?.answer === choice.kind}
                aria-keyshortcuts={keys ? `Shift+${letter}` : undefined}
                disabled={isPending}
                onClick={() => choose(place)}
              >
                <Icon size={22} stroke={1.7} aria-hidden />
                <span>{i18n._(choice.label)}</span>
                {keys && <kbd aria-hidden>⇧{letter}</kbd>}
              </button>
            );
          })}
        </div>
      )}
      {undone !== undefined && (
        <div className={classes.undo} role="status">
          <span>
            <Trans>
              Verstuurd: <strong>{i18n._(undone)}</strong>
            </Trans>
          </span>
          <Button
            size="compact-md"
            variant="default"
            leftSection={<IconArrowBackUp size={16} aria-hidden />}
            onClick={() => send("retracted")}
          >
            <Trans>Terugnemen ({left})</Trans>
          </Button>
        </div>
      )}
      {give.isError && (
        <Trouble error={give.error} compact safe={<Trans>De afzender heeft dit antwoord niet gekregen.</Trans>} />
      )}
      {more ? (
        <div className={classes.fields}>
          <TextInput
            label={t`Toelichting`}
            value={text}
            maxLength={500}
            onChange={(event) => setText(event.currentTarget.value)}
            autoFocus
          />
          <TextInput
            label={t`Telefoon`}
            type="tel"
            value={phone}
            maxLength={40}
            onChange={(event) => setPhone(event.currentTarget.value)}
          />
        </div>
      ) : (
        <button type="button" className={classes.linkButton} onClick={() => setMore(true)}>
          <Trans>Toelichting of telefoonnummer erbij</Trans>
        </button>
      )}
    </section>
  );
}
