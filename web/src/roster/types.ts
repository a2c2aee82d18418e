/** Names for the shapes of the wire that this room works with. */
import type { components } from "@/api/schema";

type Schemas = components["schemas"];

export type Notice = Schemas["NoticeObject"];
export type Ways = Schemas["Ways"];
export type Contact = Schemas["ContactObject"];
export type Person = Schemas["PersonObject"];
export type Roster = Schemas["RosterObject"];
export type Rules = Schemas["RulesObject"];
export type Shift = Schemas["ShiftObject"];
export type Substitution = Schemas["SubstitutionObject"];
export type Standing = Schemas["StandingObject"];
export type Span = Schemas["SpanObject"];
export type Week = Schemas["WeekObject"];
export type Outside = "mail" | "sms";
