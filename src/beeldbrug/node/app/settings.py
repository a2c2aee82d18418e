"""Settings of a node: one frozen object, read once from TOML and environment. See kit.settings and docs/reference.

One node serves one organisation; a machine may run several nodes, each with its own data folder and keys.
"""

from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import SettingsConfigDict

from beeldbrug.kit.settings import Section, Settings
from beeldbrug.model.exchange import Ground, Party, Purpose, Urgency
from beeldbrug.node.policy.rules import GENERAL_AE, Caller, GeneralRule, ImportRule, SendingRule
from beeldbrug.node.protocols.notices.notify import Hook

Title = Annotated[str, Field(pattern=r"^[!-\[\]-~]([ -\[\]-~]{0,14}[!-\[\]-~])?$")]
"""An AE title: 1 to 16 characters, no backslash, no spaces at the ends (PS3.5 section 6.2)."""

Port = Annotated[int, Field(ge=0, le=65535)]
Ura = Annotated[str, Field(pattern=r"^[0-9]{8}$")]
Seconds = Annotated[float, Field(ge=0)]


class Organisation(Section):
    """Whose node this is; the certificate says so too."""

    ura: Ura
    name: str
    certificate: Path
    """PEM chain, leaf first, that certifies the signing key."""
    signing_key: Path
    """PEM (PKCS #8) of the Ed25519 signing key; readable by the node only."""


class CallerSection(Section):
    """Who may call a title."""

    ae_title: str = "*"
    networks: tuple[str, ...] = ()
    certificates: tuple[str, ...] = ()

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
    receiver: Ura
    receiver_name: str = ""
    location: str = ""
    department: str = ""
    person: str = ""
    purpose: Purpose = Purpose.TREATMENT
    ground: Ground
    responsible: str
    urgency: Urgency = Urgency.ROUTINE
    sender_department: str = ""
    question: str = ""
    consent: str = ""
    phone: str = ""
    callers: tuple[CallerSection, ...] = (CallerSection(),)
    quiet_seconds: Seconds = 2.0
    expires_days: Annotated[float, Field(gt=0, le=90)] = 30.0


class General(Section):
    """The AE title that takes anything; what comes in waits for somebody to say for whom it is."""

    ae_title: Title = GENERAL_AE
    callers: tuple[CallerSection, ...] = (CallerSection(),)
    quiet_seconds: Seconds = 2.0


class Dimse(Section):
    """The DICOM port."""

    host: str = "127.0.0.1"
    port: Port = 11112
    certificate: Path | None = None
    key: Path | None = None
    client_authorities: Path | None = None
    client_certificates: Literal["none", "optional", "required"] = "required"
    associations: Annotated[int, Field(ge=1, le=1000)] = 64
    associations_per_address: Annotated[int, Field(ge=1, le=1000)] = 32
    idle_seconds: Annotated[float, Field(gt=0)] = 300.0


class Web(Section):
    """The web port: DICOMweb now, the portal later."""

    host: str = "127.0.0.1"
    port: Port = 8450
    certificate: Path | None = None
    key: Path | None = None
    public_url: str = ""


class Entity(Section):
    """An application entity to call."""

    ae_title: Title
    host: str
    port: Annotated[int, Field(ge=1, le=65535)]
    calling_ae: Title = "BEELDBRUG"
    tls_ca: str = ""
    tls_certificate: str = ""
    tls_key: str = ""
    timeout: Annotated[float, Field(gt=0)] = 30.0


class Import(Section):
    """How arrivals get into the PACS."""

    issuer: str = ""
    automatic: bool = True
    emergency_issuer: str = ""
    emergency_prefix: Annotated[str, Field(pattern=r"^[A-Z0-9]{1,8}$")] = "SPOED"
    associations: Annotated[int, Field(ge=1, le=16)] = 4


class HubSection(Section):
    """The hub that parcels travel by."""

    url: str
    roots: Path
    """PEM of the roots that every organisation's chain must end at."""
    authority: Path | None = None
    """PEM of the authority of the hub's own TLS certificate; without it the system's."""


class Alerting(Section):
    """Where alerts go besides the log."""

    webhook: str = ""
    mail_server: str = ""
    mail_from: str = ""
    mail_to: tuple[str, ...] = ()

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
    hub: HubSection | None = None
    dimse: Dimse = Dimse()
    web: Web = Web()
    rules: tuple[Rule, ...] = ()
    general: General = General()
    pacs: Entity | None = None
    worklist: Entity | None = None
    imports: Import = Import()
    alerts: Alerting = Alerting()
    database: SecretStr | None = None
    """``postgresql://...``; without it SQLite in ``data``."""

    store: str | None = None
    """``s3://bucket/prefix`` (or az://, gs://) for segments; without it a folder in ``data``."""

    store_options: dict[str, SecretStr] = Field(default_factory=dict)
    reserve_bytes: Annotated[int, Field(ge=0)] = 256 * 1024 * 1024
    """Free disk space below which nothing more is taken (DICOM status A700)."""

    log_level: Annotated[str, Field(pattern=r"^(debug|info|warning|error)$")] = "info"

    @model_validator(mode="after")
    def _consistent(self) -> NodeSettings:
        titles = [rule.ae_title for rule in self.rules] + [self.general.ae_title]
        twice = sorted({title for title in titles if titles.count(title) > 1})
        if twice:
            raise ValueError("an AE title may stand in one rule only: " + ", ".join(twice))
        if (self.dimse.certificate is None) != (self.dimse.key is None):
            raise ValueError("dimse: certificate and key belong together")
        if (self.web.certificate is None) != (self.web.key is None):
            raise ValueError("web: certificate and key belong together")
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
        return (*(_rule(rule, ura) for rule in self.rules), general)

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
    )
