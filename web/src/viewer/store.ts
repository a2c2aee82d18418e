/** A value that React can watch: small enough for 30 changes a second, without a library. */
import { useSyncExternalStore } from "react";

export class Store<State extends object> {
  private state: State;
  private readonly listeners = new Set<() => void>();

  constructor(initial: State) {
    this.state = initial;
  }

  readonly get = (): State => this.state;

  /** Changes what differs; tells nobody when nothing does. */
  readonly set = (patch: Partial<State>): void => {
    const keys = Object.keys(patch) as (keyof State)[];
    if (keys.every((key) => Object.is(patch[key], this.state[key]))) return;
    this.state = { ...this.state, ...patch };
    for (const listener of [...this.listeners]) listener();
  };

  /** Runs at every change; the returned function stops it. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
}

/** The whole state, or what `pick` takes of it: a value that stays the same object while it does not change. */
export function useStore<State extends object>(store: Store<State>): State;
export function useStore<State extends object, Part>(store: Store<State>, pick: (state: State) => Part): Part;
export function useStore<State extends object, Part>(store: Store<State>, pick?: (state: State) => Part): State | Part {
  return useSyncExternalStore(store.subscribe, () => (pick ? pick(store.get()) : store.get()));
}
