/** What upload requests ask of the node: the desk by its session, the holder of a link by a pass that the page keeps. */
import { queryOptions } from "@tanstack/react-query";
import { api, BASE, call, data } from "@/api/client";
import { failureOfAnswer } from "@/api/failure";
import type { components } from "@/api/schema";
import type { Counts } from "./bring";
import type { Seen, Status, TakeOrder } from "./queries";
import type { Begun, Way } from "./upload";

type Schemas = components["schemas"];
export type RequestSeen = Schemas["RequestSeen"];
export type RequestOrder = Schemas["RequestOrder"];
export type RequestMade = Schemas["RequestMade"];
export type UploadCame = Schemas["UploadCame"];
export type LinkOpened = Schemas["LinkOpened"];

export const requestsQuery = queryOptions({
  queryKey: ["intake", "requests"],
  queryFn: ({ signal }) => data(api.GET("/upload-requests", { signal })),
  staleTime: 0,
  gcTime: 60_000,
  refetchInterval: 15_000,
});

const one = (request: string) => ({ params: { path: { request } } });
const came = (request: string, upload: string) => ({ params: { path: { request, upload } } });

export const ask = (body: RequestOrder): Promise<RequestMade> => data(api.POST("/upload-requests", { body }));
export const closeRequest = (request: string) => api.POST("/upload-requests/{request}/close", one(request));
export const extendRequest = (request: string) =>
  api.POST("/upload-requests/{request}/extend", { ...one(request), body: { days: 14 } });
export const listCame = (request: string, upload: string): Promise<Seen> =>
  data(
    api.POST("/upload-requests/{request}/uploads/{upload}/list", {
      ...came(request, upload),
      body: { met: {}, others: {} },
    }),
  );
export const takeCame = (request: string, upload: string, body: TakeOrder): Promise<Status> =>
  data(api.POST("/upload-requests/{request}/uploads/{upload}/take", { ...came(request, upload), body }));
export const statusOfCame = (request: string, upload: string): Promise<Status> =>
  data(api.GET("/upload-requests/{request}/uploads/{upload}", came(request, upload)));
export const discardCame = (request: string, upload: string) =>
  api.POST("/upload-requests/{request}/uploads/{upload}/close", came(request, upload));

/** How the holder of a pass calls. */
export const linkWay = (holder: string): Way => ({
  path: "/link/uploads",
  headers: { "X-Beeldbrug-Pass": holder },
});

async function asHolder<T>(way: Way, path: string, method: string, body?: unknown): Promise<T> {
  const answer = await call(`${BASE}${way.path}${path}`, {
    method,
    headers: { ...way.headers, "Content-Type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const found: unknown = answer.status === 204 ? null : await answer.json().catch(() => null);
  if (!answer.ok) throw failureOfAnswer(answer.status, found);
  return found as T;
}

export const openLink = (token: string, code: string): Promise<LinkOpened> =>
  data(api.POST("/link/open", { body: { token, code } }));
export const beginOver = (way: Way, mark: string) => asHolder<Begun>(way, "", "POST", { mark });
export const heldOver = async (way: Way, upload: string) =>
  (await asHolder<Schemas["HeldParts"]>(way, `/${upload}/held`, "GET")).files;
export const sentOver = (way: Way, upload: string, from: string, note: string, counts: Counts) =>
  asHolder<null>(way, `/${upload}/sent`, "POST", { brought_by: from, note, ...counts });
