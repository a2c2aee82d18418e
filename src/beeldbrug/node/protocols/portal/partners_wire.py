"""Partners that no hub knows, as the portal's API says them. Key files are named by path, never read out."""

from __future__ import annotations

from typing import Literal

import msgspec

from beeldbrug.model.exchange import Route
from beeldbrug.node.policy.delivering import trouble
from beeldbrug.node.policy.fingerprint import fingerprints
from beeldbrug.node.ports.partners import Door, Form, Partner, Standing, Way
from beeldbrug.node.protocols.portal.exchange_wire import ReasonObject, reason_object


class PartnerDoor(msgspec.Struct, frozen=True):
    """A location, a department, or both."""

    location: str = ""
    department: str = ""


class PartnerWay(msgspec.Struct, frozen=True):
    """One way to a partner, tried in order; which fields count is said by ``kind``. ``key`` and the ``tls_`` fields are
    paths on the node's machine, ``host_key`` is the server's public key as in known_hosts."""

    kind: Literal["sftp", "dicom", "disc"]
    location: str = ""
    host: str = ""
    port: int = 0
    user: str = ""
    key: str = ""
    host_key: str = ""
    directory: str = ""
    form: Literal["files", "zip"] = "files"
    ae_title: str = ""
    calling_ae: str = "BEELDBRUG"
    tls_ca: str = ""
    tls_certificate: str = ""
    tls_key: str = ""
    plain: bool = False


class PartnerValue(msgspec.Struct, frozen=True):
    """A partner as it is kept."""

    id: str
    name: str
    ura: str
    doors: list[PartnerDoor]
    ways: list[PartnerWay]


class PartnerStanding(msgspec.Struct, frozen=True):
    """How delivering goes: on their way, of those stuck and why, failed and to be sent again; the last success."""

    moving: int
    stuck: int
    reason: ReasonObject | None
    failed: int
    last: float | None


class KeptPartner(msgspec.Struct, frozen=True):
    """A partner with how it stands. ``fingerprints``: of each way, those of its host keys."""

    value: PartnerValue
    changed: float
    fingerprints: list[list[str]]
    standing: PartnerStanding


class KeptPartners(msgspec.Struct, frozen=True):
    """By name."""

    partners: list[KeptPartner]


class PartnerChange(msgspec.Struct, frozen=True):
    """A partner as somebody has it on a screen; ``seen`` is its ``changed`` there, null for a new one."""

    value: PartnerValue
    seen: float | None = None


class PartnerTried(msgspec.Struct, frozen=True):
    """Whether a way leads there: null for ``reason`` is yes, after so many ``seconds``."""

    seconds: float
    reason: ReasonObject | None


class HostKeyAsked(msgspec.Struct, frozen=True):
    """Ask this SSH server; port 0 is 22."""

    host: str
    port: int = 0


class HostKeyShown(msgspec.Struct, frozen=True):
    """What it shows. Nobody has confirmed that it is the partner's."""

    host_key: str
    fingerprint: str


class ListedPartner(msgspec.Struct, frozen=True):
    """A partner that a file names, and what becomes of it; ``fields`` of name, ura, doors and ways differ."""

    id: str
    name: str
    fate: Literal["new", "changed", "same"]
    fields: list[str]
    before: PartnerValue | None
    after: PartnerValue


class PartnerFile(msgspec.Struct, frozen=True):
    """What a file would change; ``basis`` goes along when it is kept. ``untouched`` partners are not in it."""

    partners: list[ListedPartner]
    untouched: int
    basis: str


class PartnersKept(msgspec.Struct, frozen=True):
    """How many were added or changed."""

    kept: int


def way_of(one: PartnerWay) -> Way:
    """As the list keeps it; what does not count for its kind is left out."""
    kind = Route(one.kind)
    given = Way(kind, one.location.strip())
    if kind is Route.SFTP:
        place = (one.host.strip(), one.port, one.user.strip(), one.key.strip(), one.host_key.strip())
        return Way(kind, given.location, *place, one.directory.strip(), Form(one.form))
    if kind is Route.DICOM:
        return Way(
            kind,
            given.location,
            one.host.strip(),
            one.port,
            ae_title=one.ae_title.strip(),
            calling_ae=one.calling_ae.strip(),
            tls_ca=one.tls_ca.strip(),
            tls_certificate=one.tls_certificate.strip(),
            tls_key=one.tls_key.strip(),
            plain=one.plain,
        )
    return given


def partner_of(one: PartnerValue, organisation: str) -> Partner:
    """As the list keeps it."""
    doors = tuple(dict.fromkeys(Door(door.location.strip(), door.department.strip()) for door in one.doors))
    ways = tuple(dict.fromkeys(way_of(way) for way in one.ways))
    return Partner(organisation, one.id.strip(), one.name.strip(), one.ura.strip(), doors, ways)


def partner_value(one: Partner) -> PartnerValue:
    """As it is kept."""
    doors = [PartnerDoor(door.location, door.department) for door in one.doors]
    return PartnerValue(one.id, one.name, one.ura, doors, [_way(way) for way in one.ways])


def kept_partner(one: Partner, standing: Standing) -> KeptPartner:
    """With how it stands."""
    why = reason_object(trouble(standing.reason, "", "")) if standing.reason else None
    return KeptPartner(
        partner_value(one),
        one.changed,
        [fingerprints(way.host_key) for way in one.ways],
        PartnerStanding(standing.moving, standing.stuck, why, standing.failed, standing.last),
    )


def _way(way: Way) -> PartnerWay:
    kind: Literal["sftp", "dicom", "disc"] = (
        "sftp" if way.kind is Route.SFTP else "dicom" if way.kind is Route.DICOM else "disc"
    )
    return PartnerWay(
        kind=kind,
        location=way.location,
        host=way.host,
        port=way.port,
        user=way.user,
        key=way.key,
        host_key=way.host_key,
        directory=way.directory,
        form="zip" if way.form is Form.ZIP else "files",
        ae_title=way.ae_title,
        calling_ae=way.calling_ae,
        tls_ca=way.tls_ca,
        tls_certificate=way.tls_certificate,
        tls_key=way.tls_key,
        plain=way.plain,
    )
