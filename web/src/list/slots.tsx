/**
 * Places in a row and in the details that another room fills: answers to a consult before transfer.
 *
 * Siblings do not know each other, so `app` plugs them in here (app/rooms.tsx).
 */
import { type ComponentType, Suspense } from "react";
import type { Exchange } from "@/api/types";
import { Boundary } from "@/ui/Boundary";

type Slot = ComponentType<{ exchange: Exchange }>;

/** A dialog over the list; it closes itself by `onClose`. */
type DialogSlot = ComponentType<{ exchange: Exchange; onClose: () => void }>;

/**
 * `row`: below a row; `details`: on top of the details of an exchange; `missing`: what is asked for there; `forward`: beside what can be done with it there;
 * `forWhom`: for whom a parked study is.
 */
export interface Slots {
  row?: Slot;
  details?: Slot;
  missing?: Slot;
  forward?: Slot;
  forWhom?: DialogSlot;
}

let filled: Slots = {};

export function fillSlots(slots: Slots): void {
  filled = { ...filled, ...slots };
}

export function hasSlot(place: keyof Slots): boolean {
  return filled[place] !== undefined;
}

/** The dialog that says for whom a parked study is. */
export function ForWhom(props: { exchange: Exchange; onClose: () => void }) {
  const Filled = filled.forWhom;
  if (Filled === undefined) return null;
  return (
    <Boundary compact>
      <Suspense fallback={null}>
        <Filled {...props} />
      </Suspense>
    </Boundary>
  );
}

/** What another room shows of this exchange here, if any. */
export function SlotFor({ place, exchange }: { place: "row" | "details" | "missing" | "forward"; exchange: Exchange }) {
  const Filled = filled[place];
  if (Filled === undefined) return null;
  return (
    <Boundary compact>
      <Suspense fallback={null}>
        <Filled exchange={exchange} />
      </Suspense>
    </Boundary>
  );
}
