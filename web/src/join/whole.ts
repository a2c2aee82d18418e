/** Makes lines of a plan whole again: the instances of a series are told by what differs from its first. Pure. */
import type { JsonDataset } from "./types";
import type { Line, ToldLine } from "./wire";

/** Reads the lines of one answer in order. Attributes that instances have in common are one object in memory. */
export class WholeLines {
  private readonly firsts = new Map<number, JsonDataset>();

  /** Throws for a line that is like one that was not told. */
  whole(told: ToldLine): Line {
    if (told.type !== "instance") return told;
    const { like, without, ...line } = told;
    if (!like) {
      this.firsts.set(line.id, line.metadata);
      return line;
    }
    const first = this.firsts.get(like);
    if (first === undefined) throw new Error("a line is like one that was not told");
    const metadata: Record<string, JsonDataset[string]> = { ...first, ...line.metadata };
    for (const tag of without ?? []) delete metadata[tag];
    return { ...line, metadata };
  }
}
