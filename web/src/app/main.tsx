/** Where the program begins in the browser. */
import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { type MantineColorSchemeManager, MantineProvider } from "@mantine/core";
import "@mantine/core/styles.layer.css";
import "@mantine/notifications/styles.layer.css";
import { Notifications } from "@mantine/notifications";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { failureOf } from "@/api/failure";
import { readLanding } from "@/api/landing";
import { preferredLanguage, speak } from "@/words/catalogues";
import "./base.css";
import { firstScreen } from "./first";
import { Gate } from "./Gate";
import { warmViewer } from "./rooms";
import { theme, variables } from "./theme";

/** The theme is the account's; the browser keeps nothing. */
const forgetful: MantineColorSchemeManager = {
  get: (fallback) => fallback,
  set: () => undefined,
  subscribe: () => undefined,
  unsubscribe: () => undefined,
  clear: () => undefined,
};

readLanding();

const client = new QueryClient({
  defaultOptions: {
    queries: {
      retry: (count, thrown) => ["unreachable", "unavailable"].includes(failureOf(thrown).kind) && count < 2,
      networkMode: "always",
      refetchOnWindowFocus: false,
      gcTime: 5 * 60_000,
    },
    mutations: { networkMode: "always" },
  },
});

// a page that the browser kept aside comes back as it was left, signed in or not: it is loaded anew instead
window.addEventListener("pageshow", (event) => {
  if (event.persisted) window.location.reload();
});

// who comes for a picture waits for the longest of these instead of for their sum
if (window.location.pathname.startsWith("/uitwisseling/")) warmViewer();

async function begin(): Promise<void> {
  const root = document.getElementById("root");
  if (root === null) throw new Error("The page has no root element.");
  const screen = firstScreen(client);
  await speak(preferredLanguage(), "app", "ui", "words");
  await screen;
  createRoot(root).render(
    <StrictMode>
      <I18nProvider i18n={i18n}>
        <MantineProvider
          theme={theme}
          cssVariablesResolver={variables}
          defaultColorScheme="auto"
          colorSchemeManager={forgetful}
        >
          <Notifications position="bottom-right" limit={4} />
          <QueryClientProvider client={client}>
            <Gate />
          </QueryClientProvider>
        </MantineProvider>
      </I18nProvider>
    </StrictMode>,
  );
}

void begin();
