/** Passkeys (W3C WebAuthn): the browser's part, with its faults turned into Failures. */
import {
  browserSupportsWebAuthn,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  startAuthentication,
  startRegistration,
} from "@simplewebauthn/browser";
import { call } from "@/api/client";
import { Failure, failureOfAnswer } from "@/api/failure";

/** Whether a passkey can belong to this host: to a name, never to an IP address (W3C WebAuthn, 5.1.2: a valid domain). */
export function isDomain(host: string): boolean {
  return host !== "" && !host.startsWith("[") && !/^\d+(\.\d+){3}$/.test(host);
}

/** Whether this browser can use passkeys at this address (only over https or on this machine itself, by its name). */
export function passkeysPossible(): boolean {
  return browserSupportsWebAuthn() && window.isSecureContext && isDomain(window.location.hostname);
}

async function options<T>(path: string): Promise<T> {
  const answer = await call(path, { method: "POST" });
  const body: unknown = await answer.json().catch(() => null);
  if (!answer.ok) throw failureOfAnswer(answer.status, body);
  return body as T;
}

function failureOfBrowser(thrown: unknown): Failure {
  if (thrown instanceof Failure) return thrown;
  const { name, cause } = thrown as { name?: string; cause?: { name?: string } };
  const names = [name, cause?.name];
  if (names.includes("InvalidStateError")) return new Failure("conflict", "passkey-known");
  if (names.includes("NotAllowedError") || names.includes("AbortError"))
    return new Failure("denied", "passkey-not-used");
  return new Failure("unsupported", "passkey-impossible");
}

/** What the authenticator answers to the node's question. Throws Failure. */
export async function askPasskey(): Promise<Record<string, unknown>> {
  try {
    const optionsJSON = await options<PublicKeyCredentialRequestOptionsJSON>("/api/v1/sign-in/passkey/options");
    return { ...(await startAuthentication({ optionsJSON })) };
  } catch (thrown) {
    throw failureOfBrowser(thrown);
  }
}

/** A new passkey on this device or key. Throws Failure. */
export async function makePasskey(): Promise<Record<string, unknown>> {
  try {
    const optionsJSON = await options<PublicKeyCredentialCreationOptionsJSON>("/api/v1/me/passkey/options");
    return { ...(await startRegistration({ optionsJSON })) };
  } catch (thrown) {
    throw failureOfBrowser(thrown);
  }
}
