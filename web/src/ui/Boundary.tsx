/** Catches what breaks while drawing a part of the screen, so that the rest goes on. */
import { Component, type ReactNode } from "react";
import { ask } from "@/api/early";
import { Failure } from "@/api/failure";
import { Trouble } from "./Trouble";

/** How often a page of which a part could not be fetched asks whether the node is back. */
const ASK_MS = 5000;

interface Props {
  children: ReactNode;
  safe?: ReactNode;
  /** A small part of a screen: one quiet box. */
  compact?: boolean;
}

interface State {
  failure: Failure | null;
  /** A part of the program could not be fetched. It is not fetched again by drawing again: only a new page does. */
  missing: boolean;
  asking: boolean;
}

const UNREACHED = () => new Failure("unreachable", "node-not-reached");

/** What could not be fetched is out of reach for now, or was replaced by a newer version on the node. */
function stateOf(thrown: unknown): Partial<State> {
  if (thrown instanceof Failure) return { failure: thrown };
  const text = thrown instanceof Error ? thrown.message : "";
  const missing = /dynamically imported module|module script failed|preload CSS/i.test(text);
  if (missing && !navigator.onLine) return { failure: UNREACHED(), missing };
  return { failure: new Failure("broken", missing ? "page-outdated" : "page-broken"), missing };
}

/** Whether there is a node to get a new page from. */
async function isReached(): Promise<boolean> {
  const answer = await ask("/api/v1/start", AbortSignal.timeout(ASK_MS)).catch(() => null);
  return answer?.ok === true;
}

export class Boundary extends Component<Props, State> {
  override state: State = { failure: null, missing: false, asking: false };
  private timer: number | undefined;

  static getDerivedStateFromError(thrown: unknown): Partial<State> {
    return stateOf(thrown);
  }

  override componentDidUpdate(): void {
    const { failure, missing } = this.state;
    // by itself only where nothing else stands on the screen that could be lost
    if (!missing || this.props.compact) return;
    if (failure?.code === "node-not-reached") this.timer ??= window.setInterval(() => void this.reload(), ASK_MS);
  }

  override componentWillUnmount(): void {
    window.clearInterval(this.timer);
  }

  /** Never without a node: the browser's own page of failure would take the place of ours. */
  private async reload(): Promise<void> {
    if (this.state.asking) return;
    this.setState({ asking: true });
    const reached = await isReached();
    if (reached) window.location.reload();
    else this.setState({ failure: UNREACHED(), asking: false });
  }

  override render(): ReactNode {
    const { failure, missing, asking } = this.state;
    if (failure === null) return this.props.children;
    const again = () => (missing ? void this.reload() : this.setState({ failure: null }));
    if (this.props.compact) return <Trouble error={failure} retry={again} retrying={asking} compact />;
    return (
      <div style={{ padding: 24, display: "grid", placeItems: "center" }}>
        <Trouble error={failure} safe={this.props.safe} retry={again} retrying={asking} />
      </div>
    );
  }
}
