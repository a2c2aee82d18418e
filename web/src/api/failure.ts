/** Why a call to the node failed: an answer of the node, or no answer at all. */

export type FailureKind =
  | "malformed"
  | "denied"
  | "signed-out"
  | "not-found"
  | "conflict"
  | "too-large"
  | "unsupported"
  | "unavailable"
  | "unreachable"
  | "broken";

const KIND_BY_STATUS: Record<number, FailureKind> = {
  400: "malformed",
  401: "signed-out",
  403: "denied",
  404: "not-found",
  406: "unsupported",
  409: "conflict",
  410: "not-found",
  413: "too-large",
  415: "unsupported",
  422: "malformed",
  423: "denied",
  429: "unavailable",
  501: "unsupported",
};

/** The kind of an HTTP status; whatever is not in the table is the node's own fault. */
export function kindOfStatus(status: number): FailureKind {
  return KIND_BY_STATUS[status] ?? (status >= 502 && status <= 504 ? "unavailable" : "broken");
}

/** `text` and `remedy` are the node's English words, empty when it said nothing. */
export class Failure extends Error {
  constructor(
    readonly kind: FailureKind,
    readonly code: string,
    readonly text = "",
    readonly remedy = "",
    readonly status = 0,
  ) {
    super(code);
    this.name = "Failure";
  }
}

/** Anything thrown, as a Failure: what is not one is a fault of this program. */
export function failureOf(thrown: unknown): Failure {
  return thrown instanceof Failure ? thrown : new Failure("broken", "page-broken");
}

/** The failure that an answer of the node means. */
export function failureOfAnswer(status: number, body: unknown): Failure {
  const fields = typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
  const text = (key: string) => (typeof fields[key] === "string" ? fields[key] : "");
  const kind = kindOfStatus(status);
  return new Failure(kind, text("code") || `http-${status}`, text("text"), text("remedy"), status);
}
