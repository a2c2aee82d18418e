/** Accounts: who may sign in, external experts with their end, and the one-time code that is handed over. */
import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { useLingui as useI18n } from "@lingui/react";
import { Trans, useLingui } from "@lingui/react/macro";
import { ActionIcon, Button, Menu, SegmentedControl, TextInput } from "@mantine/core";
import { IconDots, IconPlus, IconSearch } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, data } from "@/api/client";
import type { components } from "@/api/schema";
import { Sure } from "@/ui/Form";
import { Phone } from "@/ui/Phone";
import { Table } from "@/ui/Table";
import { showDay, showMoment } from "@/words/dates";
import { ROLES } from "@/words/states";
import { AccountForm } from "./AccountForm";
import { dayOf } from "./forms";
import { type Handed, OneTimeCode } from "./OneTimeCode";
import { Answer, Head, Pill, shapes, type Tone } from "./parts";

export type Account = components["schemas"]["AccountObject"];

export const accountsQuery = {
  queryKey: ["administration", "accounts"],
  queryFn: ({ signal }: { signal: AbortSignal }) => data(api.GET("/administration/accounts", { signal })),
};

const STANDINGS: Record<string, [MessageDescriptor, Tone]> = {
  open: [msg`open`, "good"],
  new: [msg`nog geen wachtwoord`, "plain"],
  "ends-soon": [msg`eindigt binnenkort`, "warn"],
  locked: [msg`wacht na mislukte pogingen`, "warn"],
  ended: [msg`afgelopen`, "bad"],
  closed: [msg`gesloten`, "plain"],
};

type Deed = "close" | "open" | "code" | "sign-out";

function useDeed(onCode: (code: Handed) => void) {
  const client = useQueryClient();
  const refresh = () => client.invalidateQueries({ queryKey: accountsQuery.queryKey });
  return useMutation({
    mutationFn: async ({ account, deed }: { account: Account; deed: Deed }) => {
      const params = { path: { account: account.id } };
      if (deed === "code") return onCode(await data(api.POST("/administration/accounts/{account}/code", { params })));
      if (deed === "sign-out") await api.POST("/administration/accounts/{account}/sign-out", { params });
      else await api.POST("/administration/accounts/{account}/closed", { params, body: { closed: deed === "close" } });
    },
    onSuccess: refresh,
  });
}

function Standing({ account }: { account: Account }) {
  const { i18n } = useI18n();
  const [words, tone] = STANDINGS[account.standing] ?? [msg`onbekend`, "plain"];
  return <Pill tone={tone}>{i18n._(words)}</Pill>;
}

function Who({ account }: { account: Account }) {
  return (
    <>
      <div className={shapes.strong}>{account.name}</div>
      <div className={shapes.quiet}>{account.login}</div>
    </>
  );
}

function Roles({ account }: { account: Account }) {
  const { i18n } = useI18n();
  return (
    <>
      <div>{account.roles.map((role) => (ROLES[role] === undefined ? role : i18n._(ROLES[role]))).join(", ")}</div>
      {account.department !== "" && <div className={shapes.quiet}>{account.department}</div>}
    </>
  );
}

function Reach({ account }: { account: Account }) {
  return (
    <>
      {account.phone !== "" && <Phone number={account.phone} />}
      {account.mail !== "" && <div className={shapes.quiet}>{account.mail}</div>}
    </>
  );
}

function Access({ account }: { account: Account }) {
  return (
    <>
      <Standing account={account} />
      {account.ends !== null && (
        <div className={shapes.quiet}>
          <Trans>tot en met {showDay(dayOf(account.ends))}</Trans>
        </div>
      )}
      {account.sponsor !== "" && (
        <div className={shapes.quiet}>
          <Trans>
            extern, {account.sponsor} staat ervoor in ({account.agreement})
          </Trans>
        </div>
      )}
      {account.last_used !== null && (
        <div className={shapes.quiet}>
          <Trans>laatst aangemeld {showMoment(account.last_used, Date.now() / 1000)}</Trans>
        </div>
      )}
    </>
  );
}

function Deeds({ account, onEdit, onDeed }: { account: Account; onEdit: () => void; onDeed: (deed: Deed) => void }) {
  const { t } = useLingui();
  return (
    <Menu position="bottom-end" width={250} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <ActionIcon variant="default" size="lg" aria-label={t`Wat kan met ${account.name}`}>
          <IconDots size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={onEdit}>
          <Trans>Wijzigen</Trans>
        </Menu.Item>
        <Menu.Item onClick={() => onDeed("code")}>
          <Trans>Eenmalige code geven</Trans>
        </Menu.Item>
        <Menu.Item onClick={() => onDeed("sign-out")}>
          <Trans>Overal afmelden</Trans>
        </Menu.Item>
        {account.closed ? (
          <Menu.Item onClick={() => onDeed("open")}>
            <Trans>Weer openen</Trans>
          </Menu.Item>
        ) : (
          <Menu.Item color="var(--bb-stat)" onClick={() => onDeed("close")}>
            <Trans>Sluiten</Trans>
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

const SHOWN: Record<string, (account: Account) => boolean> = {
  open: (account) => !account.closed,
  external: (account) => account.sponsor !== "",
  closed: (account) => account.closed || account.standing === "ended",
};

export function Accounts() {
  const { t } = useLingui();
  const query = useQuery(accountsQuery);
  const [shown, setShown] = useState("open");
  const [typed, setTyped] = useState("");
  const [edited, setEdited] = useState<Account | "new" | null>(null);
  const [asked, setAsked] = useState<{ account: Account; deed: Deed } | null>(null);
  const [code, setCode] = useState<Handed | null>(null);
  const deed = useDeed((given) => {
    setAsked(null);
    setCode(given);
  });
  const close = () => {
    setAsked(null);
    deed.reset();
  };
  const ask = (account: Account, which: Deed) => {
    deed.reset();
    setAsked({ account, deed: which });
  };
  const fits = (account: Account) =>
    (SHOWN[shown]?.(account) ?? true) &&
    `${account.name} ${account.login} ${account.department}`.toLowerCase().includes(typed.trim().toLowerCase());
  return (
    <>
      <Head
        title={t`Accounts`}
        lead={
          <Trans>
            Wie zich mag aanmelden. Een nieuw account krijgt een eenmalige code, die u persoonlijk overhandigt.
          </Trans>
        }
      >
        <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setEdited("new")}>
          <Trans>Account maken</Trans>
        </Button>
      </Head>
      <div className={shapes.actions} style={{ marginBottom: 12 }}>
        <SegmentedControl
          aria-label={t`Welke accounts`}
          value={shown}
          onChange={setShown}
          data={[
            { value: "open", label: t`Open` },
            { value: "external", label: t`Extern` },
            { value: "closed", label: t`Gesloten` },
          ]}
        />
        <TextInput
          aria-label={t`Zoek in accounts`}
          placeholder={t`Naam, account of afdeling`}
          leftSection={<IconSearch size={16} aria-hidden />}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          style={{ flex: "1 1 200px", maxWidth: 320 }}
        />
      </div>
      <Answer query={query}>
        {({ accounts }) => (
          <Table
            rows={accounts.filter(fits)}
            keyOf={(account) => account.id}
            empty={<Trans>Geen account past hierbij.</Trans>}
            columns={[
              { name: t`Naam`, cell: (account) => <Who account={account} /> },
              { name: t`Rol en afdeling`, cell: (account) => <Roles account={account} /> },
              { name: t`Bereikbaar`, cell: (account) => <Reach account={account} /> },
              { name: t`Toegang`, cell: (account) => <Access account={account} /> },
            ]}
            deeds={(account) => (
              <Deeds account={account} onEdit={() => setEdited(account)} onDeed={(which) => ask(account, which)} />
            )}
          />
        )}
      </Answer>
      {edited !== null && (
        <AccountForm
          account={edited === "new" ? null : edited}
          onClose={() => setEdited(null)}
          onCode={(given) => {
            setEdited(null);
            setCode(given);
          }}
        />
      )}
      {code !== null && <OneTimeCode handed={code} onClose={() => setCode(null)} />}
      {asked !== null && (
        <Ask
          asked={asked}
          error={deed.error}
          pending={deed.isPending}
          onClose={close}
          onSure={() => deed.mutate(asked, { onSuccess: close })}
        />
      )}
    </>
  );
}

function Ask({
  asked: { account, deed },
  ...rest
}: {
  asked: { account: Account; deed: Deed };
  error: unknown;
  pending: boolean;
  onClose: () => void;
  onSure: () => void;
}) {
  const { t } = useLingui();
  const name = account.name;
  const words = {
    close: [
      t`Account sluiten`,
      <Trans key="close">
        {name} wordt meteen overal afgemeld en kan er niet meer in. U kunt het account later weer openen.
      </Trans>,
      <Trans key="close-do">Account sluiten</Trans>,
    ],
    open: [
      t`Account weer openen`,
      <Trans key="open">{name} kan zich weer aanmelden zoals voorheen.</Trans>,
      <Trans key="open-do">Openen</Trans>,
    ],
    code: [
      t`Eenmalige code geven`,
      <Trans key="code">
        Hiermee kiest {name} een nieuw wachtwoord en een nieuwe tweede stap; de oude werken dan niet meer. Geef de code
        alleen aan iemand die u herkent, of op een telefoonnummer dat u al kende.
      </Trans>,
      <Trans key="code-do">Code maken</Trans>,
    ],
    "sign-out": [
      t`Overal afmelden`,
      <Trans key="out">{name} wordt op alle apparaten afgemeld en kan zich daarna gewoon weer aanmelden.</Trans>,
      <Trans key="out-do">Afmelden</Trans>,
    ],
  } as const;
  const [title, text, label] = words[deed];
  return (
    <Sure title={title} deed={label} takes={deed !== "open"} {...rest}>
      {text}
    </Sure>
  );
}
