/** What reading in asks of the node. What names a patient goes in bodies alone. */
import { queryOptions } from "@tanstack/react-query";
import { api, data } from "@/api/client";
import type { components } from "@/api/schema";
import type { Counts } from "./bring";

type Schemas = components["schemas"];
export type Seen = Schemas["FilesSeen"];
export type PatientSeen = Schemas["PatientSeen"];
export type StudySeen = Schemas["StudySeen"];
export type Status = Schemas["UploadStatus"];
export type TakeOrder = Schemas["TakeOrder"];

const path = (upload: string) => ({ params: { path: { upload } } });

export const openQuery = queryOptions({
  queryKey: ["intake", "open"],
  queryFn: async ({ signal }) => (await data(api.GET("/uploads", { signal }))).uploads,
  staleTime: 0,
  gcTime: 0,
});

export const begin = (mark: string) => data(api.POST("/uploads", { body: { mark } }));
export const heldBy = async (upload: string) => (await data(api.GET("/uploads/{upload}/held", path(upload)))).files;
export const list = (upload: string, counts: Counts): Promise<Seen> =>
  data(api.POST("/uploads/{upload}/list", { ...path(upload), body: counts }));
export const take = (upload: string, body: TakeOrder): Promise<Status> =>
  data(api.POST("/uploads/{upload}/take", { ...path(upload), body }));
export const statusOf = (upload: string): Promise<Status> => data(api.GET("/uploads/{upload}", path(upload)));
export const close = (upload: string) => api.POST("/uploads/{upload}/close", path(upload));
