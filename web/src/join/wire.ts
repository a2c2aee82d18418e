/** Lines of a plan as the node writes them (`beeldbrug.node.usecases.view.plan`). */
import type { Opening } from "../pixels";
import type { JsonDataset } from "./types";

export interface StudyLine {
  readonly type: "study";
  readonly here: number;
  readonly total: number;
  readonly arriving: boolean;
  readonly instances: string;
  /** Those that their sender takes back: by id, the code of why. */
  readonly rejected?: Readonly<Record<string, string>>;
}

export interface InstanceLine {
  readonly type: "instance";
  readonly id: number;
  readonly here: boolean;
  readonly sop_class: string;
  readonly transfer_syntax: string;
  readonly frames: number;
  readonly at_node: boolean;
  readonly pixels: { readonly tag: string; readonly opening: Opening; readonly index: string } | null;
  readonly metadata: JsonDataset;
}

export interface EndLine {
  readonly type: "end";
  readonly here: number;
  readonly total: number;
  readonly arriving: boolean;
  readonly last: number;
}

export type Line = StudyLine | InstanceLine | EndLine;

/**
 * An instance as it is told: when it is `like` the instance of an earlier line, `metadata` has only what differs, and
 * `without` are the tags that it lacks.
 */
export interface ToldInstance extends InstanceLine {
  readonly like?: number;
  readonly without?: readonly string[];
}

export type ToldLine = StudyLine | ToldInstance | EndLine;
