/** Partners that no hub knows: the ways to each, how delivering goes, trying it; added, changed, read from a file. */
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Sure } from "@/ui/Form";
import { Table } from "@/ui/Table";
import { Trouble } from "@/ui/Trouble";
import { showMoment, showMomentFully } from "@/words/dates";
import { inLanguage } from "@/words/reasons";
import { useLanguage } from "@/words/useLanguage";
import { PartnerFile } from "./PartnerFile";
import { PartnerForm } from "./PartnerForm";
import classes from "./Partners.module.css";
import { Tried, useKinds } from "./PartnerWay";
import { type Partner, partnersQuery, removePartner, tryWay, type Way } from "./partners";
import { Answer, Head, Pill, shapes } from "./parts";

function placeOf(way: Way): string {
  if (way.kind === "disc") return "";
  const where = `${way.host ?? ""}${way.port ? `:${way.port}` : ""}`;
  return way.kind === "sftp" ? `${way.user ?? ""}@${where}` : `${way.ae_title ?? ""} ${where}`;
}

function Ways({ partner }: { partner: Partner }) {
  const { t } = useLingui();
  const kinds = useKinds();
  const form = { files: t`losse bestanden`, zip: t`één ZIP` };
  return (
    <ul className={classes.ways}>
      {partner.value.ways.map((way, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: ways have no other name than their place
        <li key={at}>
          <span className={shapes.strong}>{kinds[way.kind]}</span>
          {way.kind === "sftp" && <>: {form[way.form ?? "files"]}</>}
          {way.kind === "dicom" && <>: {way.plain ? t`DICOM zonder TLS` : t`DICOM over TLS`}</>}
          {way.location !== "" && (
            <>
              {" "}
              <Trans>(alleen {way.location})</Trans>
            </>
          )}
          <div className={shapes.mono}>{placeOf(way)}</div>
          {(partner.fingerprints[at] ?? []).map((one) => (
            <div key={one} className={`${shapes.mono} ${shapes.quiet}`}>
              {one}
            </div>
          ))}
        </li>
      ))}
    </ul>
  );
}

function Standing({ partner }: { partner: Partner }) {
  const language = useLanguage();
  const { standing } = partner;
  const still = standing.stuck + standing.failed > 0;
  return (
    <>
      <div>
        {standing.last === null ? (
          <span className={shapes.quiet}>
            <Trans>nog niets bezorgd</Trans>
          </span>
        ) : (
          <span title={showMomentFully(standing.last)}>
            <Trans>laatst bezorgd {showMoment(standing.last, Date.now() / 1000)}</Trans>
          </span>
        )}
      </div>
      {standing.moving > 0 && (
        <div className={shapes.quiet}>
          <Plural value={standing.moving} one="# onderweg" other="# onderweg" />
        </div>
      )}
      {standing.stuck > 0 && (
        <div>
          <Pill tone="warn">
            <Plural value={standing.stuck} one="# staat stil" other="# staan stil" />
          </Pill>
          {standing.reason !== null && <div>{inLanguage(standing.reason, language).text}</div>}
        </div>
      )}
      {standing.failed > 0 && (
        <div>
          <Pill tone="bad">
            <Plural value={standing.failed} one="# mislukt" other="# mislukt" />
          </Pill>
        </div>
      )}
      {still && standing.failed > 0 && (
        <div className={shapes.quiet}>
          <Trans>Opnieuw versturen kan bij Verzonden.</Trans>
        </div>
      )}
    </>
  );
}

function Trial({ partner }: { partner: Partner }) {
  const { t } = useLingui();
  const kinds = useKinds();
  const ways = partner.value.ways.filter((way) => way.kind !== "disc");
  const trial = useMutation({
    mutationFn: async () => Promise.all(ways.map(async (way) => ({ way, tried: await tryWay(way) }))),
  });
  if (ways.length === 0) return null;
  return (
    <>
      <Button
        variant="default"
        size="xs"
        mt={6}
        loading={trial.isPending}
        onClick={() => trial.mutate()}
        aria-label={t`${partner.value.name} proberen`}
      >
        <Trans>Proberen</Trans>
      </Button>
      {trial.error !== null && <Trouble error={trial.error} compact />}
      {trial.data?.map(({ way, tried }, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: ways have no other name than their place
        <div key={at} className={classes.trial}>
          {ways.length > 1 && <span className={shapes.strong}>{kinds[way.kind]}</span>}
          <Tried tried={tried} kind={way.kind} />
        </div>
      ))}
    </>
  );
}

export function Partners() {
  const { t } = useLingui();
  const client = useQueryClient();
  const query = useQuery({ ...partnersQuery, refetchInterval: 30_000 });
  const [edited, setEdited] = useState<Partner | "new" | null>(null);
  const [removed, setRemoved] = useState<Partner | null>(null);
  const remove = useMutation({
    mutationFn: (partner: Partner) => removePartner(partner.value.id),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: partnersQuery.queryKey });
      setRemoved(null);
    },
  });
  return (
    <>
      <Head
        title={t`Partners`}
        lead={
          <Trans>
            Wie geen Beeldbrug heeft, maar wel beelden van u krijgt: langs een SFTP-server, een DICOM-systeem of een
            schijf. Bij Versturen staan ze tussen de andere ontvangers. Een ontvangstbewijs komt er niet: bezorgd is het
            hoogste.
          </Trans>
        }
      >
        <PartnerFile />
        <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setEdited("new")}>
          <Trans>Partner toevoegen</Trans>
        </Button>
      </Head>
      <Answer query={query}>
        {({ partners }) => (
          <Table
            rows={partners}
            keyOf={(partner) => partner.value.id}
            empty={
              <Trans>
                Nog geen partners. Voeg toe wie uw beelden krijgt zonder Beeldbrug, of lees een lijst in uit een bestand
                (CSV of JSON).
              </Trans>
            }
            columns={[
              {
                name: t`Partner`,
                cell: ({ value }) => (
                  <>
                    <div className={shapes.strong}>{value.name}</div>
                    <div className={shapes.quiet}>{[value.id, value.ura].filter((one) => one !== "").join(" · ")}</div>
                    {value.doors.map((door) => (
                      <div key={`${door.department} ${door.location}`} className={shapes.quiet}>
                        {[door.department, door.location].filter((one) => one !== "").join(", ")}
                      </div>
                    ))}
                  </>
                ),
              },
              { name: t`Hoe beelden er komen`, cell: (partner) => <Ways partner={partner} /> },
              {
                name: t`Hoe het gaat`,
                cell: (partner) => (
                  <>
                    <Standing partner={partner} />
                    <Trial partner={partner} />
                  </>
                ),
              },
            ]}
            deeds={(partner) => (
              <>
                <Button
                  variant="default"
                  size="xs"
                  onClick={() => setEdited(partner)}
                  aria-label={t`${partner.value.name} wijzigen`}
                >
                  <Trans>Wijzigen</Trans>
                </Button>
                <Button
                  variant="default"
                  size="xs"
                  onClick={() => {
                    remove.reset();
                    setRemoved(partner);
                  }}
                  aria-label={t`${partner.value.name} verwijderen`}
                >
                  <Trans>Verwijderen</Trans>
                </Button>
              </>
            )}
          />
        )}
      </Answer>
      {edited !== null && <PartnerForm partner={edited === "new" ? null : edited} onClose={() => setEdited(null)} />}
      {removed !== null && (
        <Sure
          title={t`Partner verwijderen`}
          deed={<Trans>Verwijderen</Trans>}
          error={remove.error}
          pending={remove.isPending}
          onClose={() => setRemoved(null)}
          onSure={() => remove.mutate(removed)}
        >
          <Trans>
            Wat nog naar {removed.value.name} onderweg is, mislukt en zegt dat. Wat al bezorgd is, blijft daar.
          </Trans>
        </Sure>
      )}
    </>
  );
}
