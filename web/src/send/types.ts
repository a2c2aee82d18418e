/** Shapes of sending on the wire, by short names; they are generated from the node's OpenAPI description. */
import type { components } from "@/api/schema";

type Schemas = components["schemas"];

export type Study = Schemas["StudyObject"];
export type StudiesFound = Schemas["StudiesFound"];
export type Series = Schemas["SeriesObject"];
export type Book = Schemas["RecipientBook"];
export type Rule = Schemas["RuleObject"];
export type Sent = Schemas["Sent"];
export type Gathering = Schemas["GatheringObject"];
export type Proposed = Schemas["Proposed"];
export type SendOrder = Schemas["SendOrder"];
export type TermsBody = Schemas["Terms"];
export type Checked = Schemas["Checked"];
