/** The one frame of a form: its fields, why it was not taken, and at the end the deed beside the way back. */
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, type ButtonProps, Modal, type ModalProps, Stack } from "@mantine/core";
import type { FormEvent, ReactNode } from "react";
import classes from "./Form.module.css";
import { Trouble } from "./Trouble";

interface Props {
  children: ReactNode;
  /** What the button says that submits. */
  deed: ReactNode;
  onSubmit: () => void;
  onCancel: () => void;
  pending: boolean;
  error: unknown;
  /** Whether it can be submitted at all; fields that are wrong are better said when somebody tries. */
  ready?: boolean;
  /** Fields are checked here and not by the browser. */
  checked?: boolean;
  /** More buttons. */
  more?: ReactNode;
  colour?: ButtonProps["color"];
}

export function Form({
  children,
  deed,
  onSubmit,
  onCancel,
  pending,
  error,
  ready = true,
  checked = false,
  more,
  colour,
}: Props) {
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <form onSubmit={submit} noValidate={checked}>
      <Stack>
        {children}
        {error !== null && <Trouble error={error} compact />}
        <div className={classes.deeds}>
          {more !== undefined && <div className={classes.more}>{more}</div>}
          <Button variant="default" onClick={onCancel}>
            <Trans>Annuleren</Trans>
          </Button>
          <Button
            type="submit"
            loading={pending}
            disabled={!ready}
            {...(colour === undefined ? {} : { color: colour })}
          >
            {deed}
          </Button>
        </div>
      </Stack>
    </form>
  );
}

/** The same in a dialog. */
export function FormDialog({ title, size, ...form }: Props & { title: string } & Pick<ModalProps, "size">) {
  const { t } = useLingui();
  return (
    <Modal
      opened
      onClose={form.onCancel}
      title={title}
      closeButtonProps={{ "aria-label": t`Sluiten` }}
      {...(size === undefined ? {} : { size })}
    >
      <Form {...form} />
    </Modal>
  );
}

interface SureProps {
  title: string;
  /** What will happen. */
  children: ReactNode;
  deed: ReactNode;
  /** What is taken away, ended or closed is told by colour too. */
  takes?: boolean;
  error: unknown;
  pending: boolean;
  onClose: () => void;
  onSure: () => void;
}

/** Asks once more. */
export function Sure({ title, children, deed, takes = true, error, pending, onClose, onSure }: SureProps) {
  return (
    <FormDialog
      title={title}
      deed={deed}
      onSubmit={onSure}
      onCancel={onClose}
      pending={pending}
      error={error}
      {...(takes ? { colour: "#b3141d" } : {})}
    >
      <div className={classes.question}>{children}</div>
    </FormDialog>
  );
}
