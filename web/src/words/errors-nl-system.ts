/**
 * Errors of the machinery in Dutch: disk, database, keys, network, other systems. Who reads a list needs to know what is
 * safe and whom to call, and gives the code on; so several codes share their words. What errors-nl.ts says goes before it;
 * tests/rules/test_portal_errors.py fails when a code has no Dutch in either.
 */
type Dutch = readonly [what: string, remedy: string];

const ALIKE: readonly (readonly [codes: string, what: string, remedy: string])[] = [
  [
    `
      drop-name drop-no-such-name drop-name-taken drop-not-empty drop-too-large drop-too-many-names drop-too-deep
      drop-file-open drop-too-many-open
    `,
    "De SFTP-server weigerde een verzoek van een partner.",
    "Vraag de partner wat zijn programma meldt; niets van wat er al stond, is gewijzigd.",
  ],
  [
    `
      multipart-malformed multipart-too-many multipart-truncated part-length part-type stow-broken-off
      stow-busy stow-empty stow-idle stow-media-type stow-study-differs stow-target-gone stow-unreadable token-cannot-read
      token-cannot-store
    `,
    "Een verzoek om via STOW-RS op te slaan is geweigerd of afgebroken. Wat als opgeslagen is gemeld, is veilig.",
    "Vraag de afzender wat zijn programma meldt; opnieuw sturen is altijd veilig.",
  ],
  [
    "role-missing stow-target-unknown token-of-two-kinds",
    "Dit token kan zo niet worden gemaakt.",
    "Geef een rol, een verzendregel of een partner die er is, en van die drie één.",
  ],
  [
    "drop-not-aside drop-id-short",
    "Wat apart ligt, is hiermee niet te vinden.",
    "Kijk in `beeldbrug sftp list` welke uploads apart liggen.",
  ],
  [
    "drop-incomplete",
    "Een upload van een partner is niet compleet.",
    "Vraag de partner het opnieuw te sturen, of laat uw beheerder nemen wat er is.",
  ],
  [
    "drop-failed sftp-host-key",
    "De SFTP-server kan niet bij zijn bestanden of zijn sleutel. Er is niets kwijt.",
    "Laat uw beheerder naar de schijf, de rechten en de instelling kijken.",
  ],
  [
    `
      bulk-hash-differs bulk-without-header capsule-incomplete capsule-malformed capsule-not-opened capsule-too-large
      envelope-differs envelope-gap envelope-hash-differs envelope-malformed envelope-misplaced
      envelope-previous-differs envelope-reused envelope-stream-differs expiry-malformed hash-malformed head-malformed
      header-differs id-malformed instance-twice jws-malformed jws-too-large manifest-differs message-delimiter
      message-goes-on message-header-differs message-record-size message-record-too-large message-truncated
      pack-differs pack-id-malformed pack-key-malformed pack-of-another-parcel parcel-offered-twice parcel-too-large
      parcel-without-offer part-differs part-hash-differs part-is-here part-replaced part-too-large
      part-too-many-records place-malformed preface-differs range-outside receipt-misplaced receipt-state-unknown
      record-malformed record-misplaced record-too-large seal-broken segment-differs segment-hash-differs
      segment-is-here segment-swapped segment-too-long segment-without-grant study-differs terms-differ
      recipient-malformed signature-invalid live-malformed live-not-opened live-replayed
    `,
    "Wat binnenkwam, klopt niet met wat de afzender zegt. Het is niet gebruikt.",
    "Vraag de afzender om het onderzoek opnieuw te versturen, en geef de code hieronder door aan uw beheerder.",
  ],
  [
    `
      key-not-here pack-not-here segment-gone segment-not-here instance-vanished study-vanished transport-key-unknown
      part-not-here parcel-not-here
    `,
    "Bij de afzender of onderweg is iets verdwenen.",
    "Vraag de afzender om het onderzoek opnieuw te versturen.",
  ],
  [
    "coding-unknown envelope-version-unknown record-unknown statement-version-unknown algorithms-missing",
    "De andere organisatie gebruikt een nieuwere versie dan wij. Er is niets kwijt.",
    "Vraag uw beheerder om Beeldbrug bij te werken.",
  ],
  [
    "segment-short statement-stale statement-not-yet transport-key-missing",
    "De sleutels van de ontvanger zijn nu niet beschikbaar. Er is niets kwijt.",
    "U hoeft niets te doen: het versturen gaat verder zodra de ontvanger weer meedoet. Heeft het haast, bel dan de ontvanger.",
  ],
  [
    `
      certificate-expired certificate-extension certificate-key certificate-malformed certificate-not-authority
      certificate-not-yet certificate-subject certificate-usage chain-broken chain-length chain-not-pinned
      organisation-name-malformed request-differs request-not-signed statement-forked statement-malformed
      statement-other-organisation statement-rolled-back statement-too-long ura-differs ura-malformed
      transport-key-malformed head-other-organisation
    `,
    "De sleutels of het certificaat van een organisatie kloppen niet. Er wordt niets aan haar verstuurd.",
    "Meld het aan uw beheerder: die belt de andere organisatie en vergelijkt de sleutels.",
  ],
  [
    `
      hub-answer answer-not-json answer-too-large event-too-large access-expired access-malformed access-not-yet
      access-other-hub access-too-long too-many-requests
    `,
    "De hub geeft geen goed antwoord. Er is niets kwijt.",
    "Het wordt vanzelf opnieuw geprobeerd. Blijft het zo, bel dan uw beheerder.",
  ],
  [
    "head-nowhere",
    "Niemand buiten dit systeem bewaart de stand van het logboek: een afgesneden einde zou niet opvallen.",
    "Vraag uw beheerder om een hub of het adres van de deur van een partner in te stellen.",
  ],
  [
    "no-hub",
    "Er is geen hub ingesteld; uitwisselen met andere organisaties kan niet.",
    "Vraag uw beheerder om de hub in te stellen.",
  ],
  [
    "connection-lost peer-aborted peer-busy peer-silent peer-unreachable peer-tls tls-failed",
    "Het andere systeem is niet bereikbaar of antwoordt niet. Er is niets kwijt.",
    "Het wordt vanzelf opnieuw geprobeerd. Blijft het zo, vraag dan uw beheerder om het netwerk en dat systeem na te kijken.",
  ],
  [
    `
      peer-echo-failed peer-faulty peer-move-failed peer-move-silent peer-query-failed
      peer-move-cancelled peer-move-identifier peer-move-resources peer-move-unsent
    `,
    "Het PACS of een ander DICOM-systeem doet niet wat is gevraagd.",
    "Probeer het opnieuw. Blijft het zo, geef dan de code hieronder door aan uw PACS-beheerder.",
  ],
  [
    `
      command-bytes command-set command-unexpected context-id context-unknown contexts-too-many
      class-differs-from-context dataset-bytes dataset-does-not-match dataset-missing instance-uid-invalid
      maximum-length-too-small message-empty-fragments operation-unknown pdu-fragments pdu-item-length pdu-length
      pdv-length pdv-unexpected upper-layer-state
    `,
    "Het verzendende DICOM-systeem houdt zich niet aan de afspraken van DICOM. Wat het zo stuurde, is niet bewaard.",
    "Laat het opnieuw versturen. Blijft het zo, geef dan de code hieronder door aan de leverancier van dat systeem.",
  ],
  [
    `
      dataset-broken dataset-truncated deflate-broken deflated-too-large dicomdir fragments-broken header-too-large
      identifiers-missing inflates-too-large nested-too-deep not-dicom too-many-elements too-many-fragments
      transfer-syntax-wrong file-unreadable dose-report-malformed
    `,
    "Een bestand is geen goede DICOM, of niet compleet. Het is niet bewaard.",
    "Laat het opnieuw versturen. Blijft het zo, meld het dan aan de leverancier van het systeem dat het maakte.",
  ],
  [
    `
      broken-edit character-set coercion-of-large-value deflated-edit element-wrong meta-not-in-header pieces-wrong
      value-too-long value-wrong
    `,
    "Een waarde in de beelden kan niet worden aangepast voor het eigen PACS. Er is niets geïmporteerd.",
    "Laat de beeldenbalie het onderzoek met de hand importeren.",
  ],
  [
    "address-not-allowed called-ae-unknown calling-ae-unknown certificate-not-allowed",
    "Het verzendende systeem mag hier niet naartoe versturen.",
    "Vraag uw beheerder om de verzendregel na te kijken: AE-titel, adres en certificaat.",
  ],
  [
    `
      accept-malformed attribute-not-found attribute-not-searchable column-not-settable frame-index-broken
      frame-not-in-words host-malformed match-malformed media-type-not-offered path-malformed 
      rendering-not-offered transfer-syntax-not-stored
    `,
    "Een programma vraagt iets dat Beeldbrug niet, of niet zo, geeft.",
    "Geef de code hieronder door aan de beheerder van dat programma.",
  ],
  [
    "disk-full",
    "De schijf van Beeldbrug is vol. Wat bevestigd was, is bewaard.",
    "Bel uw beheerder: zodra er ruimte is, gaat het werk vanzelf verder.",
  ],
  [
    `
      disk-failed disk-slow file-exists file-missing file-short spool-taken spool-too-short object-store
      object-store-url
    `,
    "De schijf van Beeldbrug werkt niet goed of is te traag.",
    "Bel uw beheerder.",
  ],
  [
    "commit-closed commit-queue-full commit-timeout database-busy database-down database-refused row-conflict",
    "De database is nu te druk of niet bereikbaar. Er is niets veranderd.",
    "Probeer het over een minuut opnieuw. Blijft het zo, bel dan uw beheerder.",
  ],
  [
    `
      audit-chain-broken audit-event-malformed database-damaged migration-broke-references row-damaged
      vault-seal-broken vault-value-malformed vault-value-too-large root-key-exposed root-key-malformed
      root-key-missing root-key-other root-key-wrong root-key-source
    `,
    "De database van Beeldbrug is beschadigd of niet te openen. Er wordt niets getoond wat niet zeker klopt.",
    "Bel meteen uw beheerder; die zet een reservekopie terug.",
  ],
  [
    "schema-newer schema-older",
    "De database en deze versie van Beeldbrug passen niet bij elkaar.",
    "Bel uw beheerder.",
  ],
  [
    `
      work-without-step message-ended message-open message-parameters segment-not-open
      live-secret-malformed live-too-large signing-key-malformed serve-failed
    `,
    "Er zit een fout in Beeldbrug zelf, of in de instellingen ervan.",
    "Geef de code hieronder door aan uw beheerder.",
  ],
  [
    "stopping",
    "Beeldbrug wordt net gestopt. Wat bevestigd was, is bewaard.",
    "Probeer het over een paar minuten opnieuw.",
  ],
  [
    "certificate-of-other-key database-url dimse-port-unusable hl7-port-unusable settings-invalid tls-files tls-files-invalid",
    "Een instelling van Beeldbrug klopt niet.",
    "Laat uw beheerder de instellingen nakijken.",
  ],
  [
    `
      backup-damaged backup-is-here backup-not-opened backup-of-other-key passphrase-short root-key-is-here
      signing-key-is-here transport-key-is-here vault-not-empty
    `,
    "De reservekopie past niet, of staat er al. Er is niets overschreven.",
    "Kijk na of u de goede kopie, de goede map en de goede wachtwoordzin hebt.",
  ],
  [
    `
      peer-no-echo peer-no-move peer-no-query peer-move-denied peer-move-destination-unknown peer-query-unsupported
      peer-rejected
      peer-rejected-application-context peer-rejected-called-ae peer-rejected-calling-ae peer-rejected-protocol-version
    `,
    "Het PACS of een ander DICOM-systeem kent Beeldbrug niet, of laat dit niet toe.",
    "Laat uw PACS-beheerder daar AE-titel, adres en rechten van Beeldbrug nakijken, met de code hieronder.",
  ],
  [
    `
      hl7-character-set hl7-endless hl7-message-type hl7-no-number hl7-no-patient hl7-not-a-message hl7-not-mllp
      hl7-no-document hl7-no-report-number hl7-number-unclear hl7-processing hl7-too-large hl7-undecodable hl7-version
    `,
    "Een bericht over een eigen patiënt of een verslag is niet bruikbaar. Er is niets van bewaard.",
    "Geef de code hieronder aan de beheerder van het EPD of de berichtenmakelaar.",
  ],
  [
    "hl7-peer-closed hl7-peer-not-set hl7-peer-silent hl7-peer-tls hl7-peer-unreachable",
    "Een systeem waaraan Beeldbrug HL7-berichten stuurt, heeft niet bevestigd dat het bericht is aangekomen.",
    "Beeldbrug stuurt hetzelfde bericht opnieuw. Laat de beheerder van dat systeem meekijken, met de code hieronder.",
  ],
  [
    "hl7-answer-to-another hl7-answer-too-large hl7-answer-unreadable hl7-character-missing",
    "Een systeem waaraan Beeldbrug HL7-berichten stuurt, past niet bij de instellingen: bericht of antwoord is niet bruikbaar.",
    "Laat uw beheerder de instellingen van dat systeem nakijken, met de code hieronder.",
  ],
  [
    `
      report-by-reference report-document report-empty report-encoding report-format report-several-documents
      report-too-long report-too-many report-too-many-pieces report-too-many-versions report-twice
    `,
    "Een verslag is niet te lezen: het is geen tekst of PDF, of te groot. Er is niets van bewaard.",
    "Laat de afzender het als tekst of als één PDF sturen; geef de code hieronder door.",
  ],
  [
    "report-file-is-here report-file-missing report-place-unclear",
    "De opdracht voor een verslag klopt niet.",
    "Kijk de opdracht na: beeldbrug report --help.",
  ],
  [
    `
      report-hash-differs report-is-here report-of-another report-piece-alone report-study-differs
      report-version-is-here
    `,
    "Een verslag van een afzender klopt niet met zijn verzending. Er is niets van bewaard.",
    "Bel de afzender en geef de code hieronder door.",
  ],
  [
    "report-cda report-sop-class report-without-content report-without-text",
    "Een verslag kan niet in deze vorm worden doorgegeven.",
    "Lees het bij de beelden, en vraag de afzender het als tekst of PDF te sturen.",
  ],
  [
    "hl7-not-set report-folder-unusable report-way-not-set",
    "Een verslag kan niet worden doorgegeven: het systeem of de map daarvoor is er niet.",
    "Laat uw beheerder de instellingen onder [reports] en [[hl7_out]] nakijken, met de code hieronder.",
  ],
  [
    "delivery-unknown no-such-document",
    "Dit verslag, of deze versie ervan, staat hier niet (meer) zo.",
    "Laad de pagina opnieuw.",
  ],
  [
    "patient-list-malformed patient-list-unreadable",
    "De lijst met eigen patiënten klopt niet. Er is niets van bewaard.",
    "Verbeter de genoemde regels en lees de lijst opnieuw in.",
  ],
  [
    "receiver-not-enrolled organisation-not-here",
    "De ontvangende organisatie doet niet mee met deze hub. Er is niets verstuurd.",
    "Bel de ontvanger, of kies een andere weg; vraag uw beheerder of de organisatie zich kan aansluiten.",
  ],
  [
    "access-unknown-organisation enrolment-closed certificate-older",
    "De hub laat uw organisatie nu niet toe. Er is niets kwijt.",
    "Vraag uw beheerder om de aansluiting en het certificaat na te kijken.",
  ],
  [
    "quota-exceeded",
    "De ruimte van uw organisatie op de hub is vol. Er is niets kwijt.",
    "Het gaat verder zodra ontvangers hebben opgehaald. Heeft het haast, bel dan uw beheerder.",
  ],
  [
    "store-failed internal upload-busy upload-not-here upload-superseded offset-differs body-broken-off body-idle",
    "De hub kan dit nu even niet. Er is niets kwijt.",
    "Het wordt vanzelf opnieuw geprobeerd. Blijft het zo, bel dan uw beheerder.",
  ],
  [
    "parcel-withdrawn",
    "De afzender heeft deze verzending ingetrokken.",
    "Bel de afzender als u de beelden nodig hebt.",
  ],
  [
    `
      access-missing claims-unknown directory-other-organisation expiry-passed hash-differs header-malformed
      header-missing length-required live-size method-not-allowed organisation-not-yours pack-not-granted
      pack-not-yours parcel-not-yours parcel-receiver-differs part-not-yours roots-unreadable route-not-here
      segment-empty segment-too-large sequence-older sequence-reused store-url
    `,
    "De hub weigert wat Beeldbrug vraagt. Er is niets kwijt.",
    "Geef de code hieronder door aan uw beheerder.",
  ],
  ["answer-is-here", "Er is al een antwoord met dit nummer.", "Bekijk het en antwoord opnieuw."],
  [
    "image-reply-misplaced",
    "Een antwoord over ontbrekende beelden hoort bij geen vraag die hier is gesteld.",
    "Bel de afzender.",
  ],
  ["image-request-is-here", "Een vraag met dit nummer is hier al.", "Bekijk die eerst."],
  ["image-request-misplaced", "Een vraag om beelden hoort niet bij een verzending daarheen.", "Bel de ontvanger."],
  ["image-request-reused", "Een vraag met dit nummer kwam al eerder.", "Bel de ontvanger."],
  ["answer-misplaced", "Een antwoord hoort niet bij een verzending aan die organisatie.", "Bel de ontvanger."],
  ["answer-reused", "Een antwoord met dit nummer kwam al eerder.", "Bel de ontvanger en vraag wat geldt."],
  [
    "answer-unknown",
    "Het antwoord van de ontvanger is hier niet bekend.",
    "Bel de ontvanger, en vraag uw beheerder om Beeldbrug bij te werken.",
  ],
  ["no-answer-to-retract", "Er is geen antwoord om terug te nemen.", "Geef een antwoord."],
  ["department-known", "Er is al een afdeling met deze naam.", "Neem een andere naam."],
  ["exchange-ambiguous", "Meer dan één uitwisseling begint zo.", "Geef meer cijfers van het kenmerk."],
  ["exchange-not-here", "Deze uitwisseling is er niet.", "Zoek haar op in de lijst."],
  ["factor-known", "Deze passkey is al geregistreerd.", "Gebruik die, of neem een andere."],
  ["gathering-there", "Deze uitwisseling wordt al gevuld.", "Kijk in de lijst hoe het ermee staat."],
  [
    "imported-before-with-other-content",
    "In het PACS staat al een beeld met hetzelfde kenmerk, maar met een andere inhoud. Er is niets overschreven.",
    "Vergelijk beide aan de beeldenbalie en beslis.",
  ],
  [
    "patients-differ",
    "De beelden in dit onderzoek zijn van verschillende patiënten.",
    "Bekijk ze samen met de afzender. Kies alleen een eigen nummer als ze toch van één patiënt zijn.",
  ],
  [
    "instance-not-here no-such-value",
    "Dit deel van het onderzoek is er niet.",
    "Laad het onderzoek opnieuw; ontbreekt het dan nog, bel dan de afzender.",
  ],
  [
    "range-not-satisfiable run-malformed waiting-malformed",
    "De beelden zijn niet goed opgevraagd.",
    "Laad het onderzoek opnieuw.",
  ],
  ["value-too-large", "Dit deel is te groot om hier te tonen.", "Importeer het onderzoek en bekijk het in het PACS."],
  ["mail-not-sent", "Een melding kon niet worden gemaild.", "Vraag uw beheerder om de mailserver na te kijken."],
  [
    "not-asked-for",
    "Niemand heeft om dit onderzoek of deze serie gevraagd.",
    "Kies het in het portaal, of verstuur het aan een AE-titel met een verzendregel.",
  ],
  [
    "provider-issuer provider-unusable secret-file",
    "De aanmelding via een ander systeem is niet goed ingesteld.",
    "Laat uw beheerder de instellingen controleren.",
  ],
  ["setting-malformed", "Dit kan niet zo worden ingesteld.", "Verbeter de aangewezen velden."],
  [
    "token-missing token-not-valid",
    "Dit programma heeft geen geldige toegang, of die is verlopen.",
    "Log opnieuw in, of vraag uw beheerder om een nieuwe toegangscode.",
  ],
  ["token-too-long", "Een toegangscode kan niet zo lang geldig zijn.", "Kies minder dagen."],
  [
    "host-unknown",
    "Onder deze hostnaam is hier niemand bekend.",
    "Gebruik het adres dat u van uw organisatie hebt gekregen.",
  ],
  [
    "hosting-invalid",
    "De instellingen van organisaties op één server spreken elkaar tegen.",
    "Verbeter de genoemde instellingen.",
  ],
  [
    "direct-without-roots",
    "Zonder hub staat nergens wiens certificaten worden geloofd.",
    "Zet [direct] roots op het PEM-bestand met de uitgevers.",
  ],
  ["door-without-tls", "Een partner geeft een deur zonder TLS op.", "Meld het bij de beheerder van die partner."],
  [
    "no-way",
    "Er leidt geen weg naar de ontvanger.",
    "Stel [hub] of [direct] in; verzenden gaat daarna vanzelf verder.",
  ],
  [
    "fhir-form fhir-form-too-large fhir-json-alone fhir-parameter-malformed fhir-parameter-unknown identity-in-url",
    "Een ander systeem vroeg het auditspoor op een manier die niet kan.",
    "Geef de fout aan wie dat systeem beheert.",
  ],
  [
    "collector-unreachable collector-tls collector-broke-off",
    "De verzamelaar van auditberichten nam ze niet aan.",
    "Laat uw beheerder [audit] en de verzamelaar nakijken; wat nog niet gegeven is, gaat later alsnog.",
  ],
  [
    "token-cannot-audit",
    "Met deze toegangscode is het auditspoor niet te lezen.",
    "Laat er een maken die daarvoor is.",
  ],
  [
    "trail-about-one",
    "Een zoekvraag gaat over één patiënt, één onderzoek of één uitwisseling.",
    "Vraag naar een van de drie.",
  ],
  ["token-unknown", "Dit account heeft geen toegangscode.", "U hoeft niets te doen."],
];

export const SYSTEM_NL: Record<string, Dutch> = Object.fromEntries(
  ALIKE.flatMap(([codes, what, remedy]) =>
    codes
      .trim()
      .split(/\s+/)
      .map((code) => [code, [what, remedy] as const]),
  ),
);
