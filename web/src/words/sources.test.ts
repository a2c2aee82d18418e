import { i18n } from "@lingui/core";
import { beforeAll, expect, test } from "vitest";
import { placesOf } from "./sources";

beforeAll(() => i18n.loadAndActivate({ locale: "nl", messages: {} }));

test("sources are named as a sentence names them, unknown ones by their code", () => {
  expect(placesOf(["pacs"])).toBe("PACS");
  expect(placesOf(["pacs", "worklist", "hl7"])).toBe("PACS, werklijst en EPD-berichten");
  expect(placesOf(["list", "later"])).toBe("patiëntenlijst en later");
});
