/** Administration: one section at a time, those that the roles open. No patient stands anywhere in it. */
import { Trans, useLingui } from "@lingui/react/macro";
import {
  IconActivityHeartbeat,
  IconAddressBook,
  IconArrowsExchange,
  IconBuildingHospital,
  IconChartBar,
  IconFileSettings,
  IconId,
  IconKey,
  IconListDetails,
  IconRoute,
  IconServer2,
  IconTable,
  IconUsers,
} from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { type ComponentType, type ReactNode, Suspense } from "react";
import { may, useMe } from "@/api/queries";
import type { Me } from "@/api/types";
import { Boundary } from "@/ui/Boundary";
import { Loading } from "@/ui/Loading";
import { Accounts } from "./Accounts";
import { Addresses } from "./Addresses";
import classes from "./AdminPage.module.css";
import { Coercion } from "./Coercion";
import { Departments } from "./Departments";
import { Figures } from "./Figures";
import { FileSettings } from "./FileSettings";
import { Health } from "./Health";
import { HubAndKeys } from "./HubAndKeys";
import { Pacs } from "./Pacs";
import { Partners } from "./Partners";
import { Quality } from "./Quality";
import { Queues } from "./Queues";
import { Rules } from "./Rules";

interface Place {
  slug: string;
  permission: string;
  name: ReactNode;
  icon: typeof IconUsers;
  section: ComponentType;
}

const PLACES: Place[] = [
  {
    slug: "toestand",
    permission: "administer",
    name: <Trans>Toestand</Trans>,
    icon: IconActivityHeartbeat,
    section: Health,
  },
  {
    slug: "wachtrijen",
    permission: "administer",
    name: <Trans>Wachtrijen</Trans>,
    icon: IconListDetails,
    section: Queues,
  },
  { slug: "regels", permission: "administer", name: <Trans>Regels</Trans>, icon: IconRoute, section: Rules },
  { slug: "pacs", permission: "administer", name: <Trans>PACS</Trans>, icon: IconServer2, section: Pacs },
  {
    slug: "importtabel",
    permission: "administer",
    name: <Trans>Importtabel</Trans>,
    icon: IconTable,
    section: Coercion,
  },
  {
    slug: "partners",
    permission: "administer",
    name: <Trans>Partners</Trans>,
    icon: IconArrowsExchange,
    section: Partners,
  },
  {
    slug: "adresboek",
    permission: "administer",
    name: <Trans>Adresboek</Trans>,
    icon: IconAddressBook,
    section: Addresses,
  },
  { slug: "hub", permission: "administer", name: <Trans>Hub en sleutels</Trans>, icon: IconKey, section: HubAndKeys },
  {
    slug: "bestand",
    permission: "administer",
    name: <Trans>Instellingen</Trans>,
    icon: IconFileSettings,
    section: FileSettings,
  },
  { slug: "accounts", permission: "accounts", name: <Trans>Accounts</Trans>, icon: IconUsers, section: Accounts },
  {
    slug: "afdelingen",
    permission: "accounts",
    name: <Trans>Afdelingen</Trans>,
    icon: IconBuildingHospital,
    section: Departments,
  },
  {
    slug: "kengetallen",
    permission: "figures",
    name: <Trans>Cijfers</Trans>,
    icon: IconChartBar,
    section: Figures,
  },
  {
    slug: "bsn",
    permission: "bsn-quality",
    name: <Trans>BSN-kwaliteit</Trans>,
    icon: IconId,
    section: Quality,
  },
];

function placesOf(me: Me): Place[] {
  return PLACES.filter((place) => may(me, place.permission));
}

export function AdminPage({ section }: { section: string }) {
  const { t } = useLingui();
  const places = placesOf(useMe());
  const here = places.find((place) => place.slug === section) ?? places[0];
  if (here === undefined) return null;
  const Section = here.section;
  const toHere = (link: HTMLAnchorElement | null) => {
    if (link === null) return;
    const show = () => link.scrollIntoView({ block: "nearest", inline: "center" });
    show();
    window.addEventListener("resize", show); // a phone that is turned
    return () => window.removeEventListener("resize", show);
  };
  return (
    <div className={classes.page}>
      <nav className={classes.places} aria-label={t`Beheer`}>
        {places.map(({ slug, name, icon: Icon }) => (
          <Link
            key={slug}
            to="/beheer/$section"
            params={{ section: slug }}
            className={classes.place}
            activeProps={{}}
            {...(slug === here.slug ? { "aria-current": "page" as const, ref: toHere } : {})}
          >
            <Icon size={18} stroke={1.7} aria-hidden />
            <span>{name}</span>
          </Link>
        ))}
      </nav>
      <div className={classes.room} key={here.slug}>
        <Boundary>
          <Suspense fallback={<Loading height={240} />}>
            <Section />
          </Suspense>
        </Boundary>
      </div>
    </div>
  );
}
