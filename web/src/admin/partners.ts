/** The own list of partners: what is asked of the node, and what a form may hold. */
import { api, BASE, call, data } from "@/api/client";
import { failureOfAnswer } from "@/api/failure";
import type { components } from "@/api/schema";

type Schemas = components["schemas"];
export type Partner = Schemas["KeptPartner"];
export type PartnerValue = Schemas["PartnerValue"];
export type Way = Schemas["PartnerWay"];
export type Door = Schemas["PartnerDoor"];
export type PartnerFile = Schemas["PartnerFile"];
export type Listed = Schemas["ListedPartner"];
export type Kind = Way["kind"];

export const partnersQuery = {
  queryKey: ["administration", "partner-list"],
  queryFn: ({ signal }: { signal: AbortSignal }) => data(api.GET("/administration/partners", { signal })),
};

export const keepPartner = (value: PartnerValue, seen: number | null) =>
  data(api.POST("/administration/partners", { body: { value, seen } }));

export const removePartner = (partner: string) =>
  api.DELETE("/administration/partners/{partner}", { params: { path: { partner } } });

export const tryWay = (body: Way) => data(api.POST("/administration/partners/try", { body }));

export const askHostKey = (host: string, port: number) =>
  data(api.POST("/administration/partners/host-key", { body: { host, port } }));

async function sendFile<T>(path: string, file: Blob): Promise<T> {
  const answer = await call(`${BASE}/administration/partners/${path}`, { method: "POST", body: file });
  const body: unknown = await answer.json().catch(() => null);
  if (!answer.ok) throw failureOfAnswer(answer.status, body);
  return body as T;
}

export const lookAtFile = (file: Blob): Promise<PartnerFile> => sendFile("file", file);
export const keepFile = (file: Blob, basis: string): Promise<Schemas["PartnersKept"]> =>
  sendFile(`file/keep?basis=${basis}`, file);

export const NO_WAY: Way = {
  kind: "sftp",
  location: "",
  host: "",
  port: 0,
  user: "",
  key: "",
  host_key: "",
  directory: "",
  form: "files",
  ae_title: "",
  calling_ae: "BEELDBRUG",
  tls_ca: "",
  tls_certificate: "",
  tls_key: "",
  plain: false,
};

export const NOBODY: PartnerValue = { id: "", name: "", ura: "", doors: [], ways: [NO_WAY] };

export const isId = (id: string): boolean => /^[a-z0-9][a-z0-9-]{0,39}$/.test(id) && id !== "disc" && id !== "picture";

/** A short name that fits, of the name that people read. */
export function idOf(name: string): string {
  const plain = name.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  return plain
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 40)
    .replace(/-+$/, "");
}

/** Doors as people type them: one a line, department and location parted by a comma. */
export const typedDoors = (doors: readonly Door[]): string =>
  doors
    .map((one) => [one.department, one.location].filter((part, at) => part !== "" || at === 0).join(", "))
    .join("\n");

export function readDoors(text: string): { location: string; department: string }[] {
  return text
    .split("\n")
    .map((line) => {
      const [department = "", ...rest] = line.split(",");
      return { department: department.trim(), location: rest.join(",").trim() };
    })
    .filter((one) => one.department !== "" || one.location !== "");
}
