/** The settings that may be changed while the node runs: read, set, take away. Each change says what it rests on. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, data } from "@/api/client";
import type { components } from "@/api/schema";

type Schemas = components["schemas"];
export type Configuration = Schemas["Configuration"];
export type Setting = Schemas["SettingObject"];
export type Kind = Setting["kind"];

export interface Caller {
  ae_title: string;
  networks: string[];
  certificates: string[];
}

/** A sending rule as the node's model has it. */
export interface Rule {
  ae_title: string;
  receiver: string;
  receiver_name: string;
  location: string;
  department: string;
  person: string;
  purpose: string;
  ground: string;
  responsible: string;
  urgency: string;
  sender_department: string;
  question: string;
  consent: string;
  phone: string;
  callers: Caller[];
  quiet_seconds: number;
  expires_days: number;
}

/** The AE title that takes anything. */
export interface General {
  ae_title: string;
  callers: Caller[];
  quiet_seconds: number;
}

/** A DICOM system to call. */
export interface Entity {
  ae_title: string;
  host: string;
  port: number;
  calling_ae: string;
  tls_ca: string;
  tls_certificate: string;
  tls_key: string;
  timeout: number;
}

export interface Assumed {
  discs_per_exchange: number;
  repeat_share: number;
  repeat_source: string;
}

export const settingsQuery = {
  queryKey: ["administration", "settings"],
  queryFn: ({ signal }: { signal: AbortSignal }) => data(api.GET("/administration/settings", { signal })),
};

/** The value of a setting: the node's model made it, so it has that model's shape. */
export function heldBy<T>(setting: Setting): T {
  return setting.value as T;
}

export function settingOf(configuration: Configuration, kind: Kind): Setting | undefined {
  return configuration.settings.find((one) => one.kind === kind);
}

export function useSet(kind: Kind, revision: number, done: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (value: object) => {
      // the node's model says what it takes; the API's description only that it is an object
      const body = { kind, value: value as never, based_on: revision };
      return data(api.POST("/administration/settings", { body }));
    },
    onSuccess: (configuration) => {
      client.setQueryData(settingsQuery.queryKey, configuration);
      void client.invalidateQueries({ queryKey: ["administration", "history"] });
      done();
    },
  });
}

export function useTakeAway(revision: number, done: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ kind, name }: { kind: Kind; name: string }) =>
      data(api.POST("/administration/settings/remove", { body: { kind, name, based_on: revision } })),
    onSuccess: (configuration) => {
      client.setQueryData(settingsQuery.queryKey, configuration);
      void client.invalidateQueries({ queryKey: ["administration", "history"] });
      done();
    },
  });
}
