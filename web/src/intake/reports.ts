/** What the desk asks of the node about reports that could not be placed. What names a patient goes in bodies alone. */
import { queryOptions } from "@tanstack/react-query";
import { api, data } from "@/api/client";
import type { components } from "@/api/schema";

type Schemas = components["schemas"];
export type ReportCase = Schemas["ReportCase"];
export type ReportStudy = Schemas["ReportStudy"];

const path = (report: string) => ({ params: { path: { report } } });

export const reportsQuery = queryOptions({
  queryKey: ["reports", "desk"],
  queryFn: async ({ signal }) => (await data(api.GET("/reports/desk", { signal }))).cases,
  staleTime: 0,
  gcTime: 0,
});

export const claimReport = (report: string, takeOver: boolean) =>
  data(api.POST("/reports/{report}/claim", { ...path(report), body: { take_over: takeOver } }));
export const placeReport = (report: string, study: string) =>
  data(api.POST("/reports/{report}/place", { ...path(report), body: { study_uid: study } }));
export const setReportAside = (report: string, why: string) =>
  data(api.POST("/reports/{report}/aside", { ...path(report), body: { why } }));
/** Where the browser itself shows the PDF; the id in it is random. */
export const documentOf = (report: string) => `/api/v1/reports/${report}/document`;
