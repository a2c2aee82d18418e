"""Settings of a node: one frozen object, read once from TOML and environment. See kit.settings and docs/reference.

One file is of one organisation. A node may host others, each with a file, a data folder and keys of its own
(``app.hosting``).
"""

from __future__ import annotations

import os
from ipaddress import ip_network
from pathlib import Path
from string import ascii_uppercase, digits
from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import SettingsConfigDict

from beeldbrug.kit.settings import Section, Settings
from beeldbrug.model.exchange import Ground, Party, Purpose, Urgency
from beeldbrug.node.app.audit_settings import Audit
from beeldbrug.node.app.direct_settings import Direct
from beeldbrug.node.app.hl7_settings import Hl7, Hl7Peer
from beeldbrug.node.app.import_settings import CoercionSection, OrdersSection
from beeldbrug.node.app.link_settings import UploadLinks
from beeldbrug.node.app.notice_settings import NoticeSection
from beeldbrug.node.app.report_settings import ReportDelivery
from beeldbrug.node.app.sftp_settings import Sftp
from beeldbrug.node.app.sign_in_settings import LaunchSection, OidcSection, SmartSection
from beeldbrug.node.app.stow_settings import Stow
from beeldbrug.node.app.unseen_settings import Unseen
from beeldbrug.node.policy.keeping import Keeping
from beeldbrug.node.policy.orders import OrderRule
from beeldbrug.node.policy.rules import (
    GENERAL_AE,
    QUIET_SECONDS,
    RETRIEVE_AE,
    Caller,
    GeneralRule,
    ImportRule,
    RetrieveRule,
    SendingRule,
)
from beeldbrug.node.policy.sign_in import SessionLimits
from beeldbrug.node.protocols.notices.hook import Hook

Title = Annotated[str, Field(pattern=r"^[!-\[\]-~]([ -\[\]-~]{0,14}[!-\[\]-~])?$")]
"""An AE title: 1 to 16 characters, no backslash, no spaces at the ends (PS3.5 section 6.2)."""

Port = Annotated[int, Field(ge=0, le=65535)]
Ura = Annotated[str, Field(pattern=r"^[0-9]{8}$")]
Receiver = Annotated[str, Field(pattern=r"^([0-9]{8}|partner:[a-z0-9][a-z0-9-]{0,39})$")]
"""A URA, or ``partner:`` and the id of a partner of the own list."""

Seconds = Annotated[float, Field(ge=0)]


RECEIVING = 2
"""Most receiving processes where the setting leaves it open: one interpreter uses one processor, and the other
processes want some too."""


class Organisation(Section):
    """Whose node this is; the certificate says so too."""

    ura: Ura
    """Number in the UZI register, eight digits; the certificate must name the same."""
    name: str
    """Name that receivers see."""
    certificate: Path
    """PEM chain, leaf first, that certifies the signing key."""
    signing_key: Path
    """PEM (PKCS #8) of the Ed25519 signing key; readable by the node only."""


class CallerSection(Section):
    """Who may call a title."""

    ae_title: str = "*"
    """Calling AE title; ``*`` is any."""
    networks: tuple[str, ...] = ()
    """Addresses or networks (CIDR) that it may call from; empty is any."""
    certificates: tuple[str, ...] = ()
    """SHA-256 fingerprints, in hex, of client certificates, one of which it must show; empty is any."""

    @field_validator("networks")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for network in value:
            ip_network(network, strict=False)
        return value

    def caller(self) -> Caller:
        """As policy has it."""
        return Caller(self.ae_title, self.networks, tuple(one.lower().replace(":", "") for one in self.certificates))


class Rule(Section):
    """A sending rule: what it means to send to this AE title."""

    ae_title: Title
    """Called AE title that this rule is for; each title in one rule only."""
    receiver: Receiver
    """URA of the receiving organisation, as in the hub's address book; or ``partner:`` and the id of a partner of the
    own list, which no hub knows."""
    receiver_name: str = ""
    """Its name, for people to read."""
    location: str = ""
    """Location within the receiver."""
    department: str = ""
    """Department of the receiver."""
    person: str = ""
    """Person at the receiver."""
    purpose: Purpose = Purpose.TREATMENT
    """Purpose of use."""
    ground: Ground
    """Legal ground; only own-team, consultation, referral and emergency allow sending."""
    responsible: str
    """Role or person on whose behalf this is sent; in the audit trail."""
    urgency: Urgency = Urgency.ROUTINE
    """How urgent; stat goes before everything else."""
    sender_department: str = ""
    """Department that sends."""
    question: str = ""
    """Question that goes along with every study of this rule."""
    consent: str = ""
    """Where the patient's consent is registered; ground consultation needs it."""
    phone: str = ""
    """Number at which the receiver can ask."""
    callers: tuple[CallerSection, ...] = (CallerSection(),)
    """Who may call this title; one match is enough."""
    quiet_seconds: Seconds = QUIET_SECONDS
    """Silence after the last association by which a study counts as complete."""
    expires_days: Annotated[float, Field(gt=0, le=90)] = 30.0
    """Days after which a sending ends: hub and receiver delete what they hold of it."""

    reports: bool = True
    """Whether the reports of a study go with it, and later versions after it."""


class General(Section):
    """The AE title that takes anything; what comes in waits for somebody to say for whom it is."""

    ae_title: Title = GENERAL_AE
    """Its AE title."""
    callers: tuple[CallerSection, ...] = (CallerSection(),)
    """Who may call it; one match is enough."""
    quiet_seconds: Seconds = QUIET_SECONDS
    """As for a rule."""


class Retrieve(Section):
    """The AE title to which the own PACS sends what somebody chose in the portal (C-MOVE). Only what was asked for is
    taken. The PACS must know it with this node's address and DICOM port."""

    ae_title: Title = RETRIEVE_AE
    """Its AE title."""
    callers: tuple[CallerSection, ...] = (CallerSection(),)
    """Who may call it; one match is enough."""


class Dimse(Section):
    """The DICOM port."""

    host: str = "127.0.0.1"
    """Address to listen on; ``0.0.0.0`` for all."""
    port: Port = 11112
    """0 takes a free port, which is announced."""
    certificate: Path | None = None
    """PEM certificate (chain) of the port; with it the port speaks TLS only."""
    key: Path | None = None
    """PEM key of that certificate."""
    client_authorities: Path | None = None
    """PEM of the authorities of callers' certificates; without it none is asked for."""
    client_certificates: Literal["none", "optional", "required"] = "required"
    """Whether callers have to show a certificate; needs ``client_authorities``."""
    processes: Annotated[int, Field(ge=0, le=16)] = 0
    """Receiving processes, among which the associations are spread; 0 takes two, on one processor one."""
    associations: Annotated[int, Field(ge=1, le=1000)] = 64
    """Associations at once, all processes together."""
    associations_per_address: Annotated[int, Field(ge=1, le=1000)] = 32
    """Associations at once from one address."""
    idle_seconds: Annotated[float, Field(gt=0)] = 300.0
    """Silence after which an association is aborted."""

    def names(self) -> tuple[str, ...]:
        """Of the receiving processes: ``dimse``, ``dimse-1``, ..."""
        count = self.processes or min(RECEIVING, os.cpu_count() or 1)
        return tuple(f"dimse-{number}" if number else "dimse" for number in range(count))


class Web(Section):
    """The web port: the portal and DICOMweb."""

    host: str = "127.0.0.1"
    """Address to listen on."""
    port: Port = 8450
    """0 takes a free port, which is announced."""
    certificate: Path | None = None
    """PEM certificate (chain); without it plain HTTP, for behind a proxy that does TLS."""
    key: Path | None = None
    """PEM key of that certificate."""
    public_url: str = ""
    """URL under which clients see this port, for links in answers; empty takes the request's own."""


class PortalSection(Section):
    """The portal that people sign in to."""

    idle_minutes: Annotated[float, Field(ge=1, le=240)] = 20.0
    """Minutes without any act after which a session ends."""
    session_hours: Annotated[float, Field(ge=0.1, le=24)] = 12.0
    """Hours after which a session ends anyway."""
    for_diagnosis: bool = False
    """Whether this installation is certified for primary diagnosis; without it the viewer says that it is not."""
    oidc: tuple[OidcSection, ...] = ()
    """Identity providers of the hospital that people sign in with."""
    smart: tuple[SmartSection, ...] = ()
    """EPDs that open a patient in the portal by SMART App Launch."""
    launch: tuple[LaunchSection, ...] = ()
    """Systems that may open a patient in the portal: PACS, EPD."""

    @model_validator(mode="after")
    def _consistent(self) -> PortalSection:
        for ids in ([one.id for one in part] for part in (self.oidc, self.smart, self.launch)):
            if len(set(ids)) < len(ids):
                raise ValueError("an id stands for one provider or system only")
        return self

    def limits(self) -> SessionLimits:
        """As policy has it."""
        return SessionLimits(self.idle_minutes * 60.0, self.session_hours * 3600.0)


class Entity(Section):
    """An application entity to call."""

    ae_title: Title
    """Its AE title."""
    host: str
    """Its name or address."""
    port: Annotated[int, Field(ge=1, le=65535)]
    """Its port."""
    calling_ae: Title = "BEELDBRUG"
    """AE title with which the node calls it."""
    tls_ca: str = ""
    """PEM of the authorities of its certificate; with it the node calls over TLS. The host name is checked."""
    tls_certificate: str = ""
    """PEM certificate that the node shows it."""
    tls_key: str = ""
    """PEM key of that certificate."""
    timeout: Annotated[float, Field(gt=0)] = 30.0
    """Seconds without an answer after which a call has failed."""


MODALITY_CHARACTERS = 16
CODE_STRING = frozenset(ascii_uppercase + digits + "_ ")
"""Characters of a CS value (PS3.5 section 6.2)."""


class Import(Section):
    """How arrivals get into the PACS."""

    issuer: str = ""
    """Issuer of the hospital's own patient numbers, written at import; empty takes the organisation's name."""
    automatic: bool = True
    """Whether import needs no human when BSN, birth date and name agree."""
    emergency_issuer: str = ""
    """Not empty: a stat arrival without own number is imported under a number of this issuer."""
    emergency_prefix: Annotated[str, Field(pattern=r"^[A-Z0-9]{1,8}$")] = "SPOED"
    """Start of such a number; eight digits follow."""
    rekey_seconds: Annotated[float, Field(ge=0, le=86_400)] = 600.0
    """How long the PACS has to move a study from its emergency number to the own number by itself; after that the
    import is undone, and done anew once the PACS is clean."""
    associations: Annotated[int, Field(ge=1, le=16)] = 4
    """Associations with the PACS at once for one arrival."""
    without: tuple[str, ...] = ()
    """Modalities of series that stay out of the PACS, such as ``["PR", "KO"]``; at the desk each can be taken in."""
    order: Literal["worklist", "none"] = "worklist"
    """Where the order that a study is imported for is looked up: in the worklist by own number, or nowhere."""
    order_days: Annotated[int, Field(ge=0, le=366)] = 14
    """Days before and after the arrival within which a step of the worklist fits."""
    order_modalities: tuple[str, ...] = ()
    """Modalities of steps that fit every study, such as ``["OT"]``, besides those of the study itself."""
    undo_days: Annotated[float, Field(ge=0, le=366)] = 7.0
    """Days after an import within which the desk can undo it; 0 allows none."""
    storage_commitment: Literal["when supported", "never", "required"] = "when supported"
    """Whether the PACS is asked to confirm that it keeps what was imported (DICOM storage commitment). ``required``: an
    alert stands where it does not, and what is not confirmed is not emptied before its end date. The PACS must know
    this node's AE title, address and DICOM port to report to."""
    rejection_notes: Literal["never", "sent", "trusted"] = "never"
    """Whether undoing an import sends the PACS a rejection note (IHE IOCM). ``trusted``: that the PACS takes it counts
    as having removed the study; only for a PACS that is known to hide what it is told to."""
    forward_rejections: bool = False
    """Whether rejection notes that a sender's PACS sent along go into the own PACS, so that it hides what they are
    about; the desk is told of each in any case."""
    commitment_seconds: Annotated[float, Field(ge=1, le=86400)] = 600.0
    """Seconds to wait for that, three times."""
    ask_again_seconds: Annotated[float, Field(gt=0)] = 60.0
    """How often an arrival without a safe match is looked up again: the patient may have been registered meanwhile."""

    @field_validator("without", "order_modalities")
    @classmethod
    def _modalities(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for one in value:
            if not one or len(one) > MODALITY_CHARACTERS or not set(one) <= CODE_STRING:
                raise ValueError("a modality is a DICOM code such as PR or KO")
        return value


class Keep(Section):
    """How long the vault keeps what belongs to an exchange that has ended; the exchange and its trail stay."""

    sent_days: Annotated[float, Field(gt=0, le=3650)] = 7.0
    """Days after the last thing that happened in a sending that has ended; then its instances, keys and sealed bytes
    are destroyed, unless another exchange still needs them. The original is in the PACS."""
    imported_days: Annotated[float | None, Field(gt=0, le=3650)] = None
    """The same for an arrival that is in the PACS; without it, until the end date that its sender set, which is never
    passed."""

    def keeping(self) -> Keeping:
        """As policy has it."""
        return Keeping(self.sent_days, self.imported_days)

    report_days: Annotated[float, Field(gt=0, le=3650)] = 90.0
    """Days after its last version that an own report is kept whose study is not here: so long it waits for the study to
    be sent."""


class Intake(Section):
    """A folder in which discs, ZIP and ISO files are put to be read in. Each folder or file right below it is one
    reading; it becomes an arrival at the desk."""

    folder: Path | None = None
    """The folder; without it none is watched. It holds ``done`` and ``refused``, which the node makes."""
    quiet_seconds: Annotated[float, Field(ge=1, le=3600)] = 30.0
    """Seconds without any change in an item before it is read."""
    every_seconds: Annotated[float, Field(ge=0.1, le=600)] = 5.0
    """Seconds from one look at the folder to the next."""
    after: Literal["keep", "remove"] = "keep"
    """What becomes of an item that was read in: kept in ``done``, or removed."""
    brought_by: Annotated[str, Field(max_length=200)] = ""
    """Who brings what lies there, as the desk sees it."""


class FiguresSection(Section):
    """What the figures without identity assume; shown beside every figure that rests on it."""

    discs_per_exchange: Annotated[float, Field(ge=0, le=10)] = 1.0
    """Discs that one arrival in the PACS stands for."""
    repeat_share: Annotated[float, Field(ge=0, le=1)] = 0.0
    """Share of arrivals in the PACS of which it is assumed that they avoided a repeat examination, where nobody said so
    of each; 0 estimates none."""
    repeat_source: Annotated[str, Field(max_length=300)] = ""
    """Where that share comes from: a publication, or an own count."""


class HubSection(Section):
    """The hub that parcels travel by."""

    url: str
    """``https://...`` of the hub."""
    roots: Path
    """PEM of the roots that every organisation's chain must end at."""
    authority: Path | None = None
    """PEM of the authority of the hub's own TLS certificate; without it the system's."""


class Alerting(Section):
    """Where alerts go besides the log."""

    webhook: str = ""
    """URL that each alert is posted to as JSON, without identity."""
    mail_server: str = ""
    """SMTP server, ``host`` or ``host:port``; STARTTLS where it is offered."""
    mail_from: str = ""
    """Sender of the mail."""
    mail_to: tuple[str, ...] = ()
    """Recipients; none means no mail."""

    def hook(self) -> Hook:
        """As the protocol has it."""
        return Hook(self.webhook, self.mail_server, self.mail_from, self.mail_to)


class NodeSettings(Settings):
    """All of a node. Every default is fit for one machine."""

    model_config = SettingsConfigDict(env_prefix="BEELDBRUG_NODE_")

    data: Path
    """Folder of database, spool, segments."""

    root_key: Path
    """File of the vault's root key: outside ``data``, so that no backup of the one holds the other."""

    organisation: Organisation
    """Whose node this is."""
    hosted: tuple[Path, ...] = ()
    """Settings files of other organisations that this node hosts, strictly apart, on its own two ports; as seen from
    this file. Each of them, and this one, has a ``web.public_url`` with a host name of its own."""
    hosted_by: Path | None = None
    """Settings file of the node that hosts this organisation, as seen from this file; its ports and processes serve."""
    hub: HubSection | None = None
    """The hub; without it nothing is sent or fetched but from node to node."""
    direct: Direct | None = None
    """Sending from node to node; without it everything goes by the hub."""
    dimse: Dimse = Dimse()
    """The DICOM port."""
    web: Web = Web()
    """The web port."""
    portal: PortalSection = PortalSection()
    """The portal that people sign in to."""
    rules: tuple[Rule, ...] = ()
    """Sending rules, one for each AE title."""
    general: General = General()
    """The title that takes anything."""
    retrieve: Retrieve = Retrieve()
    """The title that takes what was asked of the PACS."""
    pacs: Entity | None = None
    """The PACS that arrivals go into; without it nothing is imported."""
    worklist: Entity | None = None
    """A modality worklist to ask for patients besides the PACS."""
    hl7: Hl7 | None = None
    """The port for HL7 v2; without it the node listens to none."""
    hl7_out: tuple[Hl7Peer, ...] = ()
    """Systems that the node sends HL7 v2 to."""
    sftp: Sftp | None = None
    """The SFTP server for partners; without it the node listens to none."""
    stow: Stow = Stow()
    """Storing by STOW-RS on the web port."""
    imports: Import = Import()
    """How arrivals are matched and imported."""
    coercion: CoercionSection = CoercionSection()
    """What an import writes."""
    reports: ReportDelivery = ReportDelivery()
    """How reports go on to the hospital's own systems."""
    orders: OrdersSection = OrdersSection()
    """Orders that are made for imports."""
    figures: FiguresSection = FiguresSection()
    """What the figures without identity assume."""
    intake: Intake = Intake()
    """Reading in discs and files by a watched folder."""
    audit: Audit = Audit()
    """Where the audit trail goes besides the vault."""
    unseen: Unseen = Unseen()
    """What may wait how long, and the daily summary."""
    upload_links: UploadLinks = UploadLinks()
    """What one network address may do at upload links."""
    keep: Keep = Keep()
    """How long content is kept."""
    notices: NoticeSection = NoticeSection()
    """How people are woken."""
    alerts: Alerting = Alerting()
    """Where alerts go besides the log."""
    database: SecretStr | None = None
    """``postgresql://...``; without it SQLite in ``data``."""

    store: str | None = None
    """``s3://bucket/prefix`` (or az://, gs://) for segments; without it a folder in ``data``."""

    store_options: dict[str, SecretStr] = Field(default_factory=dict)
    """obstore's options of that store, such as ``aws_access_key_id``, ``aws_endpoint``."""
    reserve_bytes: Annotated[int, Field(ge=0)] = 256 * 1024 * 1024
    """Free disk space below which nothing more is taken (DICOM status A700)."""

    restart_seconds: Annotated[float, Field(gt=0)] = 30.0
    """Longest pause before a process that ended is started again."""

    log_level: Annotated[str, Field(pattern=r"^(debug|info|warning|error)$")] = "info"
    """Least level that is logged."""

    @model_validator(mode="after")
    def _consistent(self) -> NodeSettings:
        titles = [rule.ae_title for rule in self.rules] + [self.general.ae_title, self.retrieve.ae_title]
        twice = sorted({title for title in titles if titles.count(title) > 1})
        if twice:
            raise ValueError("an AE title may stand in one rule only: " + ", ".join(twice))
        if len({one.name for one in self.hl7_out}) < len(self.hl7_out):
            raise ValueError("hl7_out: a name stands for one system only")
        if self.reports.hl7 and self.reports.hl7 not in {one.name for one in self.hl7_out}:
            raise ValueError("reports: hl7 names no system of hl7_out")
        if self.orders.peer and self.orders.peer not in {one.name for one in self.hl7_out}:
            raise ValueError("orders: peer is the name of a system in hl7_out")
        asked = next((one.version for one in self.hl7_out if one.name == self.orders.peer), "")
        if asked and self.orders.message == "OMI" and tuple(map(int, asked.split("."))) < (2, 5):
            raise ValueError("orders: message OMI is of version 2.5 on; set version of its hl7_out")
        if (self.dimse.certificate is None) != (self.dimse.key is None):
            raise ValueError("dimse: certificate and key belong together")
        if (self.web.certificate is None) != (self.web.key is None):
            raise ValueError("web: certificate and key belong together")
        if self.hosted_by is not None:
            shared = {"hosted", "dimse", "restart_seconds", "log_level"} & self.model_fields_set
            shared |= {f"web.{name}" for name in self.web.model_fields_set - {"public_url"}}
            if shared:
                raise ValueError("hosted_by: these are set by the node that hosts: " + ", ".join(sorted(shared)))
        accounts = {one.account for one in self.sftp.partners} if self.sftp is not None else set()
        if accounts & {one.account for one in self.stow.partners}:
            raise ValueError("an account is that of one partner, by SFTP or STOW-RS")
        if self.root_key.absolute().is_relative_to(self.data.absolute()):
            raise ValueError("root_key must lie outside data, so that no backup of the one holds the other")
        return self

    @property
    def database_url(self) -> str:
        """URL of the database in use."""
        if self.database is not None:
            return self.database.get_secret_value()
        return f"sqlite:///{self.data / 'node.sqlite'}"

    def policy_rules(self) -> tuple[SendingRule | GeneralRule, ...]:
        """The rules as policy has them."""
        ura = self.organisation.ura
        callers = tuple(one.caller() for one in self.general.callers)
        general = GeneralRule(self.general.ae_title, ura, callers, self.general.quiet_seconds)
        retrieve = RetrieveRule(self.retrieve.ae_title, ura, tuple(one.caller() for one in self.retrieve.callers))
        return (*(_rule(rule, ura) for rule in self.rules), general, retrieve)

    def import_rule(self) -> ImportRule:
        """The import rule as policy has it."""
        imports = self.imports
        return ImportRule(
            self.organisation.ura,
            imports.issuer or self.organisation.name,
            imports.automatic,
            imports.emergency_issuer,
            imports.emergency_prefix,
            imports.associations,
            imports.without,
            OrderRule(imports.order == "worklist", imports.order_days, imports.order_modalities),
            imports.undo_days,
            imports.storage_commitment,
            imports.forward_rejections,
            imports.rekey_seconds,
        )


def _rule(rule: Rule, ura: str) -> SendingRule:
    receiver = Party(rule.receiver, rule.receiver_name, rule.location, rule.department, rule.person)
    return SendingRule(
        ae_title=rule.ae_title,
        organisation=ura,
        receiver=receiver,
        purpose=rule.purpose,
        ground=rule.ground,
        urgency=rule.urgency,
        sender_department=rule.sender_department,
        responsible=rule.responsible,
        question=rule.question,
        consent=rule.consent,
        phone=rule.phone,
        callers=tuple(caller.caller() for caller in rule.callers),
        quiet_seconds=rule.quiet_seconds,
        expires_days=rule.expires_days,
        reports=rule.reports,
    )
