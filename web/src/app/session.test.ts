import { QueryClient } from "@tanstack/react-query";
import { afterEach, expect, it } from "vitest";
import { startQuery } from "@/api/queries";
import { endSession } from "./session";

const store = Storage.prototype.setItem;

afterEach(() => {
  Storage.prototype.setItem = store;
  localStorage.clear();
});

it("leaves nothing in the browser's storage, also of what a library would note there afterwards", () => {
  const client = new QueryClient();
  client.setQueryData(startQuery.queryKey, { session: { account: "a" } } as never);
  localStorage.setItem("graphics", "before");
  sessionStorage.setItem("graphics", "before");
  endSession(client, "signed-out");
  localStorage.setItem("graphics", "after");
  expect(localStorage.length + sessionStorage.length).toBe(0);
});
