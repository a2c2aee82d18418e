/**
 * One page in a live view: says every few seconds that it is there, tells what it shows, and hears the others.
 *
 * Views go out one at a time, the newest first; the node limits how fast they travel on. Nothing is stored, and the name
 * of the page is random.
 */
import { api, BASE, call, data } from "@/api/client";
import { failureOf } from "@/api/failure";
import { listen } from "@/api/live";
import type { components } from "@/api/schema";

export type Person = components["schemas"]["PresentObject"];
type LiveNow = components["schemas"]["LiveNow"];

/** Where a live view is: an exchange, or a shared view inside the organisation. */
export interface Place {
  kind: "exchanges" | "shares";
  id: string;
}

export interface LiveState {
  people: readonly Person[];
  /** Whether the other hospital can look along. */
  reaches: boolean;
  /** We show what we see, and see what others show. */
  together: boolean;
  /** It may not be looked at any more. */
  over: boolean;
}

export type View = Record<string, unknown>;

const BEAT_MS = 4000;
const HIDDEN_MS = 30_000;

const FIRST: LiveState = { people: [], reaches: false, together: false, over: false };

export function randomPage(): string {
  return [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

interface Said {
  page: string;
  sharing: boolean;
  view: View | null;
  leave: boolean;
}

export class LiveSession {
  readonly page = randomPage();
  private state: LiveState = FIRST;
  private readonly watchers = new Set<() => void>();
  private readonly viewers = new Set<(by: string, view: View) => void>();
  private readonly stops: (() => void)[] = [];
  private waiting: View | null = null;
  private sending = false;
  private hidden: number | undefined;

  constructor(readonly place: Place) {}

  start(): void {
    const here = `${this.place.kind}/${this.place.id}`;
    const beat = window.setInterval(() => void this.say(), BEAT_MS);
    const left = () => this.leave();
    const seen = () => this.seen();
    window.addEventListener("pagehide", left);
    document.addEventListener("visibilitychange", seen);
    this.stops.push(
      () => window.clearInterval(beat),
      () => window.clearTimeout(this.hidden),
      () => window.removeEventListener("pagehide", left),
      () => document.removeEventListener("visibilitychange", seen),
      listen<{ place: string; people: Person[] }>("presence", (told) => {
        if (told.place === here) this.become({ people: told.people });
      }),
      listen<{ place: string; by: string; view: View }>("live", (told) => {
        if (told.place === here && told.by !== this.page) for (const one of [...this.viewers]) one(told.by, told.view);
      }),
      listen("again", () => void this.say()),
    );
    void this.say();
  }

  stop(): void {
    if (this.stops.length === 0) return;
    for (const stop of this.stops.splice(0)) stop();
    this.leave();
    this.become(FIRST);
  }

  get = (): LiveState => this.state;

  watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  /** `seen` runs for everything that another page shows. */
  onView(seen: (by: string, view: View) => void): () => void {
    this.viewers.add(seen);
    return () => this.viewers.delete(seen);
  }

  setTogether(together: boolean): void {
    this.waiting = null;
    this.become({ together });
    void this.say();
  }

  /** Shows this to the others, while we look together. */
  show(view: View): void {
    if (!this.state.together) return;
    this.waiting = view;
    if (!this.sending) void this.send();
  }

  private async send(): Promise<void> {
    this.sending = true;
    while (this.waiting !== null && this.stops.length > 0) {
      const view = this.waiting;
      this.waiting = null;
      await this.say(view);
    }
    this.sending = false;
  }

  private async say(view: View | null = null): Promise<void> {
    if (this.stops.length === 0 || this.state.over || document.hidden) return;
    try {
      const now = await this.post({ page: this.page, sharing: this.state.together, view, leave: false });
      if (this.stops.length > 0) this.become({ people: now.people, reaches: now.reaches });
    } catch (thrown) {
      const { kind } = failureOf(thrown);
      if (kind === "not-found" || kind === "signed-out" || kind === "denied") {
        this.become({ ...FIRST, over: true });
      }
      // anything else passes: the next beat tries again
    }
  }

  private post(said: Said): Promise<LiveNow> {
    const body = said as never; // the description leaves open what a view holds
    return this.place.kind === "exchanges"
      ? data(api.POST("/exchanges/{exchange}/live", { params: { path: { exchange: this.place.id } }, body }))
      : data(api.POST("/shares/{share}/live", { params: { path: { share: this.place.id } }, body }));
  }

  /** Without waiting for an answer, also while the page goes away. */
  private leave(): void {
    const body = JSON.stringify({ page: this.page, leave: true });
    const headers = { "Content-Type": "application/json" };
    const url = `${BASE}/${this.place.kind}/${this.place.id}/live`;
    void call(new URL(url, window.location.origin).href, { method: "POST", body, headers, keepalive: true }).catch(
      () => undefined,
    );
  }

  /** Who turned away from the page for a while is not looking. */
  private seen(): void {
    window.clearTimeout(this.hidden);
    if (document.hidden) this.hidden = window.setTimeout(() => this.leave(), HIDDEN_MS);
    else void this.say();
  }

  private become(change: Partial<LiveState>): void {
    const next = { ...this.state, ...change };
    if (JSON.stringify(next) === JSON.stringify(this.state)) return;
    this.state = next;
    for (const watcher of [...this.watchers]) watcher();
  }
}
