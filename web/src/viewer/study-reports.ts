/** Reports that came with a study or were written of it, other than its own instances; with all their versions. */
import { queryOptions, useQueries } from "@tanstack/react-query";
import { api, data } from "@/api/client";
import type { components } from "@/api/schema";
import type { JoinedStudy, Source } from "@/join";
import { useDesk, useDeskState } from "./context";

export type StudyReport = components["schemas"]["StudyReport"];
export type ReportVersion = components["schemas"]["ReportVersion"];

export function reportsQuery(source: Source) {
  return queryOptions({
    queryKey: ["study-reports", source.kind, source.id],
    queryFn: async ({ signal }) => {
      const asked =
        source.kind === "exchange"
          ? api.GET("/exchanges/{exchange}/reports", { params: { path: { exchange: source.id } }, signal })
          : api.GET("/studies/{study}/reports", { params: { path: { study: source.id } }, signal });
      return (await data<components["schemas"]["StudyReports"]>(asked)).reports;
    },
    staleTime: 30_000,
    refetchInterval: 60_000,
    gcTime: 0,
  });
}

export interface ReportEntry {
  study: JoinedStudy;
  report: StudyReport;
}

/** Those of all studies on the desk, and what stood in the way of asking for them. */
export function useStudyReports(): { entries: ReportEntry[]; error: unknown; again: () => void } {
  const desk = useDesk();
  useDeskState((state) => state.version);
  const known = desk.studies.filter((study) => study.header !== null);
  const asked = useQueries({ queries: known.map((study) => ({ ...reportsQuery(study.source), retry: false })) });
  const entries = known.flatMap((study, at) => (asked[at]?.data ?? []).map((report) => ({ study, report })));
  const failed = asked.filter((one) => one.error !== null);
  const again = () => {
    for (const one of failed) void one.refetch();
  };
  return { entries, error: failed[0]?.error ?? null, again };
}

/** The version in force; the newest where none is. */
export function inForce(report: StudyReport): ReportVersion | undefined {
  return report.versions.find((one) => one.number === report.standing) ?? report.versions[0];
}
