/** Where am I, for which organisation, and where can I go: at the top, and on a phone at the bottom. */
import { Trans, useLingui } from "@lingui/react/macro";
import { Menu, Text, UnstyledButton } from "@mantine/core";
import {
  IconCalendarTime,
  IconChevronDown,
  IconDisc,
  IconDots,
  IconFileText,
  IconHistory,
  IconInbox,
  IconLogout,
  IconSend,
  IconSettings,
  IconUserCircle,
  IconWorldUpload,
} from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { countsQuery, may } from "@/api/queries";
import type { Me, Start } from "@/api/types";
import { Mark } from "./Mark";
import { HAS } from "./rooms";
import { signOut } from "./session";
import classes from "./TopBar.module.css";

export const ADMINISTRATION = ["administer", "accounts", "roster", "figures", "bsn-quality"];

/** Words of this length stand beside each other on a narrow phone. */
const AT_THE_BOTTOM = 5;

interface Place {
  to: "/ontvangen" | "/verzonden" | "/versturen" | "/inlezen" | "/verslagen" | "/rooster" | "/logboek" | "/beheer";
  name: ReactNode;
  icon: typeof IconInbox;
  badge?: number;
  urgent?: boolean;
}

function usePlaces(me: Me): Place[] {
  const sees = may(me, "see-exchanges");
  const { data: counts } = useQuery({ ...countsQuery, enabled: sees });
  const places: Place[] = [];
  if (sees) {
    const urgent = (counts?.urgent ?? 0) > 0;
    places.push({
      to: "/ontvangen",
      name: <Trans>Ontvangen</Trans>,
      icon: IconInbox,
      badge: counts?.waiting ?? 0,
      urgent,
    });
    places.push({ to: "/verzonden", name: <Trans>Verzonden</Trans>, icon: IconWorldUpload });
  }
  if (HAS.send && may(me, "send")) places.push({ to: "/versturen", name: <Trans>Versturen</Trans>, icon: IconSend });
  if (may(me, "intake")) places.push({ to: "/inlezen", name: <Trans>Inlezen</Trans>, icon: IconDisc });
  const reports = counts?.reports ?? 0;
  if (reports > 0)
    places.push({ to: "/verslagen", name: <Trans>Verslagen</Trans>, icon: IconFileText, badge: reports, urgent: true });
  if (sees || may(me, "roster")) places.push({ to: "/rooster", name: <Trans>Dienst</Trans>, icon: IconCalendarTime });
  if (may(me, "audit")) places.push({ to: "/logboek", name: <Trans>Logboek</Trans>, icon: IconHistory });
  if (HAS.admin && may(me, ...ADMINISTRATION))
    places.push({ to: "/beheer", name: <Trans>Beheer</Trans>, icon: IconSettings });
  return places;
}

function Badge({ count, urgent }: { count: number; urgent: boolean }) {
  if (count === 0) return null;
  return (
    <span className={urgent ? classes.urgent : classes.badge}>
      {count > 999 ? "999+" : count}
      <span className="bb-hidden">
        <Trans>open</Trans>
      </span>
    </span>
  );
}

function Places({ places }: { places: Place[] }) {
  return places.map(({ to, name, icon: Icon, badge = 0, urgent = false }) => (
    <Link key={to} to={to} className={classes.place} activeProps={{ "aria-current": "page" }}>
      <Icon size={18} stroke={1.7} aria-hidden />
      <span>{name}</span>
      <Badge count={badge} urgent={urgent} />
    </Link>
  ));
}

/** What does not fit at the bottom of a phone. */
function More({ places }: { places: Place[] }) {
  const navigate = useNavigate();
  const open = places.reduce((sum, { badge = 0 }) => sum + badge, 0);
  return (
    <Menu position="top-end" width={220} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <UnstyledButton className={classes.place}>
          <IconDots size={18} stroke={1.7} aria-hidden />
          <span>
            <Trans>Meer</Trans>
          </span>
          <Badge count={open} urgent={places.some(({ urgent = false }) => urgent)} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {places.map(({ to, name, icon: Icon, badge = 0, urgent = false }) => (
          <Menu.Item
            key={to}
            leftSection={<Icon size={16} aria-hidden />}
            rightSection={<Badge count={badge} urgent={urgent} />}
            onClick={() => void navigate({ to })}
          >
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function AccountMenu({ me }: { me: Me }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const { t } = useLingui();
  return (
    <Menu position="bottom-end" width={240} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <UnstyledButton className={classes.account} aria-label={t`Account van ${me.name}`}>
          <IconUserCircle size={20} stroke={1.6} aria-hidden />
          <span className={classes.wide}>{me.name}</span>
          <IconChevronDown size={14} aria-hidden className={classes.wide} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <div className={classes.who} aria-hidden>
          <Text fw={600} size="sm">
            {me.name}
          </Text>
          <Text size="xs" c="dimmed">
            {me.department === "" ? me.login : `${me.login} · ${me.department}`}
          </Text>
        </div>
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconUserCircle size={16} aria-hidden />}
          onClick={() => void navigate({ to: "/account" })}
        >
          <Trans>Mijn account</Trans>
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={() => void signOut(client)}>
          <Trans>Afmelden</Trans>
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

export function TopBar({ start, me }: { start: Start; me: Me }) {
  const { t } = useLingui();
  const places = usePlaces(me);
  return (
    <>
      <a href="#main" className={classes.skip}>
        <Trans>Naar de inhoud</Trans>
      </a>
      <header className={classes.bar}>
        <Link to="/" className={classes.home} aria-label={t`Beeldbrug, naar het begin`}>
          <Mark />
        </Link>
        <div className={classes.organisation} title={start.organisation_name}>
          {start.organisation_name}
        </div>
        <nav className={classes.places} aria-label={t`Hoofdmenu`}>
          <Places places={places} />
        </nav>
        <AccountMenu me={me} />
      </header>
      {places.length > 1 && (
        <nav className={classes.bottom} aria-label={t`Hoofdmenu onderaan`}>
          <Places places={places.length > AT_THE_BOTTOM ? places.slice(0, AT_THE_BOTTOM - 1) : places} />
          {places.length > AT_THE_BOTTOM && <More places={places.slice(AT_THE_BOTTOM - 1)} />}
        </nav>
      )}
    </>
  );
}
