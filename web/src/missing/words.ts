/** Words of requests for missing images. */
import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";

export const KINDS: Record<string, MessageDescriptor> = {
  "all-series": msg`alle reeksen`,
  "thin-slices": msg`de dunne coupes`,
  priors: msg`eerdere onderzoeken`,
  report: msg`het verslag`,
};

export const STANDS: Record<string, MessageDescriptor> = {
  asked: msg`gevraagd`,
  coming: msg`komt eraan`,
  refused: msg`geweigerd`,
  answered: msg`gekomen`,
};

export const REFUSALS: Record<string, MessageDescriptor> = {
  "images-not-here": msg`Die beelden zijn hier niet`,
  "all-was-sent": msg`Alles van dit onderzoek is al verstuurd`,
  "images-not-allowed": msg`Die beelden mogen op deze grond niet mee`,
  "see-text": msg`Anders: zie de toelichting`,
};

export const TEXT_CHARACTERS = 500;
export const PHONE_CHARACTERS = 40;
