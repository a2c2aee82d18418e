import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { MantineProvider } from "@mantine/core";
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { type ReactElement, useState } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { DayField, TimeField } from "./TypedField";

/** What the field gave, in order. */
let given: string[] = [];

function Held({
  first,
  field,
}: {
  first: string;
  field: (value: string, set: (next: string) => void) => ReactElement;
}) {
  const [value, setValue] = useState(first);
  return field(value, (next) => {
    given.push(next);
    setValue(next);
  });
}

function show(
  language: "nl" | "en",
  first: string,
  field: (value: string, set: (next: string) => void) => ReactElement,
) {
  i18n.loadAndActivate({ locale: language, messages: {} });
  render(
    <I18nProvider i18n={i18n}>
      <MantineProvider env="test">
        <Held first={first} field={field} />
      </MantineProvider>
    </I18nProvider>,
  );
  return screen.getByLabelText("Veld") as HTMLInputElement;
}

function type(input: HTMLInputElement, text: string) {
  fireEvent.change(input, { target: { value: text } });
  fireEvent.blur(input);
}

beforeEach(() => {
  given = [];
  vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: vi.fn(), removeEventListener: vi.fn() }));
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

describe("a field for a time", () => {
  const time = (value: string, set: (next: string) => void) => <TimeField label="Veld" value={value} onChange={set} />;

  it("takes what people type and shows it in twenty-four hours", () => {
    const input = show("en", "08:00", time);
    type(input, "16.30");
    expect(given).toEqual(["16:30"]);
    expect(input.value).toBe("16:30");
  });

  it("gives nothing for what is no time, and says so once it is left", () => {
    const input = show("nl", "08:00", time);
    fireEvent.change(input, { target: { value: "25" } });
    expect(input.getAttribute("aria-invalid")).not.toBe("true");
    fireEvent.blur(input);
    expect(given).toEqual([""]);
    expect([input.value, input.getAttribute("aria-invalid")]).toEqual(["25", "true"]);
  });
});

describe("a field for a day", () => {
  const day = (value: string, set: (next: string) => void) => (
    <DayField label="Veld" value={value} onChange={set} max="2026-06-30" />
  );

  it.each([
    ["nl", "01-02-2026", "03-04-2026"],
    ["en", "01/02/2026", "03/04/2026"],
  ] as const)("has the day before the month in %s", (language, first, then) => {
    const input = show(language, "2026-02-01", day);
    expect(input.value).toBe(first);
    type(input, "3-4-2026");
    expect(given).toEqual(["2026-04-03"]);
    expect(input.value).toBe(then);
  });

  it("gives nothing for a day that has not been, where it must have", () => {
    const input = show("nl", "2026-02-01", day);
    type(input, "01-07-2026");
    expect(given).toEqual([""]);
    expect(input.getAttribute("aria-invalid")).toBe("true");
  });
});
