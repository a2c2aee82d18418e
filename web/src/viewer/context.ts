/** The desk for the components below the page. */
import { createContext, useContext } from "react";
import type { Desk } from "./desk";
import type { DeskState } from "./desk-state";
import { useStore } from "./store";

export const DeskContext = createContext<Desk | null>(null);

export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (!desk) throw new Error("outside of the viewer");
  return desk;
}

/** A part of the desk's state; the component renders again when it changes. */
export function useDeskState<Part>(pick: (state: DeskState) => Part): Part {
  return useStore(useDesk().state, pick);
}
