/** Asks for the text of an arrow, and gives it to the tool that waits for it. */
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, Modal, TextInput } from "@mantine/core";
import { type FormEvent, useEffect, useState } from "react";
import { onArrowText } from "./tools";

interface Question {
  answer: (text: string | undefined) => void;
  before: string;
}

export function ArrowText() {
  const { t } = useLingui();
  const [question, setQuestion] = useState<Question | null>(null);
  const [text, setText] = useState("");
  useEffect(
    () =>
      onArrowText((answer, before = "") => {
        setText(before);
        setQuestion({ answer, before });
      }),
    [],
  );
  const done = (given: string | undefined) => {
    question?.answer(given);
    setQuestion(null);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    done(text.trim() || undefined);
  };
  return (
    <Modal
      opened={question !== null}
      onClose={() => done(question?.before || undefined)}
      title={t`Tekst bij de pijl`}
      closeButtonProps={{ "aria-label": t`Sluiten` }}
    >
      <form onSubmit={submit}>
        <TextInput
          label={t`Tekst`}
          value={text}
          maxLength={64}
          data-autofocus
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={() => done(question?.before || undefined)}>
            <Trans>Annuleren</Trans>
          </Button>
          <Button type="submit" disabled={text.trim() === ""}>
            <Trans>Plaatsen</Trans>
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
