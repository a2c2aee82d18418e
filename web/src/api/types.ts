/** Names for the shapes of the wire; the shapes themselves are generated from the node's OpenAPI description. */
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Start = Schemas["Start"];
export type Me = Schemas["Me"];
export type Provider = Schemas["Provider"];
export type SignIn = Schemas["SignIn"];
export type SecondFactor = Schemas["SecondFactor"];
export type Exchange = Schemas["Exchange"];
export type ExchangePage = Schemas["ExchangePage"];
export type Party = Schemas["PartyObject"];
export type Alert = Schemas["AlertObject"];
export type Reason = Schemas["ReasonObject"];
export type Patient = Schemas["PatientObject"];
export type Candidate = Schemas["Candidate"];
export type ImageRequest = Schemas["ImageRequestObject"];
export type Deed = Schemas["DeedObject"];
export type Counts = Schemas["Counts"];
export type Direction = "in" | "out";
