/** A report as a PDF on its way to an exchange: put ready first, then put with it. */
import { BASE, call } from "./client";
import { failureOfAnswer } from "./failure";

/** Puts a report ready; its id. */
export async function putReport(file: Blob): Promise<string> {
  const answer = await call(`${BASE}/sending/reports`, { method: "POST", body: file });
  const body: unknown = await answer.json().catch(() => null);
  if (!answer.ok) throw failureOfAnswer(answer.status, body);
  return (body as { id: string }).id;
}
