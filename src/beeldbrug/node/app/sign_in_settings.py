"""Settings of the ways in through other systems: identity provider (OpenID Connect), EPD (SMART), launch."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from beeldbrug.kit.settings import Section
from beeldbrug.model.account import Assurance, Role
from beeldbrug.node.policy.provider import ClaimMap, RoleRule
from beeldbrug.node.protocols.oidc.registration import SMART_DOCUMENT, Registration

Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]{0,99}$")]
Level = Literal["low", "substantial", "high"]
Algorithm = Literal["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"]

LEVELS: dict[str, Assurance] = {one.name.lower(): one for one in Assurance}


class RoleSection(Section):
    """What a value of the provider's role claim means here. What stands in no such table opens nothing."""

    value: str
    """A value of the claim: a group's name or id, or an application role."""
    role: Role
    """Role that it gives; several values may give several roles."""
    department: str = ""
    """Department that it stands for, where the provider does not name one itself."""


class ProviderSection(Section):
    """What was agreed with a provider, whatever it is asked for."""

    client_id: str
    """Id under which this node is registered at the provider."""
    client_secret_file: Path | None = None
    """File of the client's secret; without it the client is a public one, which PKCE alone protects. Read at each
    sign-in, so that it can be changed without a restart."""
    client_authentication: Literal["client_secret_basic", "client_secret_post"] = "client_secret_basic"
    """How the secret goes to the provider."""
    authority: Path | None = None
    """PEM of the authority of the provider's TLS certificate; without it the system's."""
    algorithms: tuple[Algorithm, ...] = ("RS256", "PS256", "ES256")
    """Signatures of ID tokens that are taken. None with a shared secret can be, nor an unsigned one."""
    userinfo: bool = False
    """Whether to ask the provider's userinfo endpoint for claims that the ID token does not have."""
    login_claim: str = "preferred_username"
    """Claim with the account name that is wished for. Accounts are known by issuer and subject, not by this."""
    name_claim: str = "name"
    """Claim with the person's name."""
    mail_claim: str = ""
    """Claim with the mail address; empty takes none over."""
    phone_claim: str = ""
    """Claim with the telephone number; empty takes none over."""
    department_claim: str = ""
    """Claim with the department; empty takes the one of the role's table."""
    role_claim: str = "roles"
    """Claim with roles or groups, text or a list; a path has dots, as ``realm_access.roles``."""
    roles: tuple[RoleSection, ...] = ()
    """What its values mean; whoever has none of them has no way in."""
    assurance_claims: tuple[str, ...] = ("acr", "amr")
    """Claims that say how sure the sign-in at the provider was; the highest level counts."""
    assurance: dict[str, Level] = Field(default_factory=dict)
    """Level by a value of these claims: ``low``, ``substantial`` (a second factor) or ``high``; what is not here is
    ``low``."""
    second_factor: Literal["local", "refuse"] = "local"
    """What follows on ``low``: the second factor that the account has here, or no way in."""

    @model_validator(mode="after")
    def _some_role(self) -> ProviderSection:
        if not self.roles:
            raise ValueError("roles: without any nobody can come in")
        return self

    def claims(self) -> ClaimMap:
        """As policy has it."""
        return ClaimMap(
            login=self.login_claim,
            name=self.name_claim,
            mail=self.mail_claim,
            phone=self.phone_claim,
            department=self.department_claim,
            roles=self.role_claim,
            assurance=self.assurance_claims,
            rules=tuple(RoleRule(one.value, one.role, one.department) for one in self.roles),
            levels={value: LEVELS[level] for value, level in self.assurance.items()},
        )


class OidcSection(ProviderSection):
    """An identity provider (OpenID Connect) with which people sign in to the portal. It must know the address
    ``https://.../api/v1/oidc/ID/callback`` of this node."""

    id: Id
    """Short name in the address of the sign-in; the provider's registration of this node holds it."""
    name: str
    """Name on the button, as people know it."""
    issuer: str
    """The provider's issuer, exactly as its own document has it."""
    scopes: tuple[str, ...] = ("openid", "profile")
    """What is asked for; ``openid`` is always."""
    acr_values: tuple[str, ...] = ()
    """Levels to ask the provider for, the best first."""

    @field_validator("issuer")
    @classmethod
    def _issuer(cls, value: str) -> str:
        return checked_url(value)

    def registration(self) -> Registration:
        """As the protocol has it."""
        return registration(self, self.issuer, ("openid", *self.scopes), acr_values=self.acr_values)


class SmartSection(ProviderSection):
    """An EPD that opens a patient in the portal by SMART App Launch (EHR launch). It must know the addresses
    ``https://.../api/v1/smart/ID`` (launch) and ``https://.../api/v1/smart/ID/callback`` (redirect) of this node."""

    id: Id
    """Short name in these addresses."""
    issuer: str
    """Address of the EPD's FHIR server, as it puts it into ``iss``; no other may launch here."""
    token_issuer: str = ""
    """Issuer of its ID tokens, exactly as its smart-configuration has it; empty: the FHIR server's own address."""
    scopes: tuple[str, ...] = ("launch", "openid", "fhirUser", "patient/Patient.read")
    """What is asked for; ``launch`` and ``openid`` are always."""
    number_system: str = ""
    """FHIR system of the hospital's own patient numbers; empty: patients are found by BSN and birth date alone."""

    @field_validator("issuer")
    @classmethod
    def _issuer(cls, value: str) -> str:
        return checked_url(value)

    @field_validator("token_issuer")
    @classmethod
    def _token_issuer(cls, value: str) -> str:
        return checked_url(value) if value else value

    def registration(self) -> Registration:
        """As the protocol has it."""
        fixed = registration(self, self.issuer, ("launch", "openid", *self.scopes))
        return replace(fixed, issuer=self.token_issuer, document=SMART_DOCUMENT)


class LaunchSection(Section):
    """A system that may open a patient in the portal for somebody who is signed in there: PACS, EPD."""

    id: Id
    """Name by which it proves itself (HTTP Basic, or ``system`` in a signed link)."""
    secret_file: Path | None = None
    """File of its secret, 32 characters or more, with which its server asks for a link. Read at each launch, so that it
    can be changed without a restart."""
    link_key_file: Path | None = None
    """File of the key, another of 32 characters or more, with which it signs links itself. Off without it, and for
    systems only that can do nothing but build an address: the patient's number and the user's name are in that address
    once, and so in what the system itself or a proxy before the node logs."""
    users: str = ""
    """Empty: it names people by their account name here; else the issuer of the provider whose subject it names."""
    assurance: Literal["substantial", "high"] = "substantial"
    """How sure its own sign-in is. One with a password alone has no place here."""

    @model_validator(mode="after")
    def _some_way(self) -> LaunchSection:
        if self.secret_file is None and self.link_key_file is None:
            raise ValueError("secret_file or link_key_file is needed")
        if self.secret_file == self.link_key_file:
            raise ValueError("link_key_file: another file than secret_file")
        return self


def registration(
    section: ProviderSection, base: str, scopes: tuple[str, ...], acr_values: tuple[str, ...] = ()
) -> Registration:
    """As the protocol has it."""
    return Registration(
        base=base,
        client_id=section.client_id,
        secret_file=section.client_secret_file,
        authentication=section.client_authentication,
        scopes=tuple(dict.fromkeys(scopes)),
        algorithms=section.algorithms,
        acr_values=acr_values,
        userinfo=section.userinfo,
        authority=section.authority,
    )


def checked_url(value: str) -> str:
    """The URL, if what is asked of it can be trusted. Raises ValueError."""
    parts = urlsplit(value)
    if parts.scheme == "https" and parts.hostname and not parts.query and not parts.fragment:
        return value
    if parts.scheme == "http" and _is_loopback(parts.hostname or ""):
        return value
    raise ValueError("an https address, without query (http on this machine only)")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
