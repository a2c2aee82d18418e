import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { MantineProvider } from "@mantine/core";
import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { lazy, type ReactNode, Suspense } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Boundary } from "./Boundary";

const MISSING = "Failed to fetch dynamically imported module: /assets/SignInPage.js";
const reload = vi.fn();
let reached: boolean;

function Broken({ text }: { text: string }): ReactNode {
  throw new Error(text);
}

let broken: boolean;
function Sometimes(): ReactNode {
  if (broken) throw new Error("no");
  return <p>hier</p>;
}

async function show(children: ReactNode): Promise<void> {
  render(
    <I18nProvider i18n={i18n}>
      <MantineProvider env="test">
        <Boundary safe="U bent afgemeld.">
          <Suspense>{children}</Suspense>
        </Boundary>
      </MantineProvider>
    </I18nProvider>,
  );
  await act(() => vi.advanceTimersByTimeAsync(0));
}

beforeEach(() => {
  i18n.loadAndActivate({ locale: "nl", messages: {} });
  vi.useFakeTimers();
  vi.spyOn(console, "error").mockImplementation(() => undefined); // React tells there what the boundary shows
  reached = false;
  vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: vi.fn(), removeEventListener: vi.fn() }));
  vi.stubGlobal("fetch", () => (reached ? Promise.resolve(new Response("{}")) : Promise.reject(new TypeError("x"))));
  vi.stubGlobal("location", { ...window.location, reload });
  reload.mockClear();
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe("a part of the program that could not be fetched", () => {
  it("says what is safe, and loads the page anew by itself once there is a node, not before", async () => {
    vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
    const Away = lazy(() => Promise.reject<{ default: () => ReactNode }>(new TypeError(MISSING)));
    await show(<Away />);
    expect(screen.getByRole("alert").textContent).toContain("U bent afgemeld.");
    expect(screen.getByRole("alert").textContent).toContain("node-not-reached");
    await act(() => vi.advanceTimersByTimeAsync(12_000));
    expect(reload).not.toHaveBeenCalled();
    reached = true;
    await act(() => vi.advanceTimersByTimeAsync(6_000));
    expect(reload).toHaveBeenCalled();
  });

  it("that was replaced by a newer version loads the page anew when asked, not by itself", async () => {
    await show(<Broken text={MISSING} />);
    expect(screen.getByRole("alert").textContent).toContain("page-outdated");
    reached = true;
    await act(() => vi.advanceTimersByTimeAsync(12_000));
    expect(reload).not.toHaveBeenCalled();
    fireEvent.click(screen.getByRole("button"));
    await act(() => vi.advanceTimersByTimeAsync(0));
    expect(reload).toHaveBeenCalledTimes(1);
  });

  it("is out of reach when the node is, whatever the browser thinks of its network", async () => {
    await show(<Broken text={MISSING} />);
    fireEvent.click(screen.getByRole("button"));
    await act(() => vi.advanceTimersByTimeAsync(0));
    expect(screen.getByRole("alert").textContent).toContain("node-not-reached");
    expect(reload).not.toHaveBeenCalled();
  });
});

describe("what breaks otherwise", () => {
  it("is drawn again when asked, on the same page", async () => {
    broken = true;
    await show(<Sometimes />);
    expect(screen.getByRole("alert").textContent).toContain("page-broken");
    broken = false;
    fireEvent.click(screen.getByRole("button"));
    expect(screen.getByText("hier")).toBeTruthy();
    expect(reload).not.toHaveBeenCalled();
  });
});
