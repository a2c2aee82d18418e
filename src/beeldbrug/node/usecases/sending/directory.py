"""A care directory as a file: organisations by URA, with their locations, departments and telephone numbers.

FHIR R4 or STU3, JSON: a Bundle of Organization, Location and HealthcareService as ZORG-AB and IHE mCSD (Mobile Care
Services Discovery) have them. What is not in use (``active`` false, a Location ``inactive`` or ``suspended``) is left
out, and so is what belongs to no organisation with a URA; other resources are passed by.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from beeldbrug.model.errors import Malformed, TooLarge

URA_SYSTEM: Final = "http://fhir.nl/fhir/NamingSystem/ura"
URA_OID: Final = "urn:oid:2.16.528.1.1007.3.3"
FILE_BYTES: Final = 64 * 1024 * 1024
ENTRIES_MOST: Final = 100_000
DEPTH: Final = 8
"""How far ``partOf`` is followed."""

_NOWHERE: Final[Mapping[str, Any]] = {}


@dataclass(frozen=True, slots=True, order=True)
class ListedDoor:
    """A location, a department there, or both."""

    location: str
    department: str
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """An organisation of the file; ``doors`` in order, each once."""

    ura: str
    name: str
    doors: tuple[ListedDoor, ...]


def read_directory(content: bytes) -> list[Listed]:
    """The organisations of a file that have a URA, by URA. Raises Malformed ``directory-file``, TooLarge."""
    if len(content) > FILE_BYTES:
        raise TooLarge("directory-file-large", "The file is too large for a directory.", "Give it in parts.")
    try:
        bundle = msgspec.json.decode(content)
    except msgspec.MsgspecError:
        raise _malformed("it is no JSON") from None
    if not isinstance(bundle, dict) or bundle.get("resourceType") != "Bundle":
        raise _malformed("it is no FHIR Bundle")
    entries = bundle.get("entry", [])
    if not isinstance(entries, list) or len(entries) > ENTRIES_MOST:
        raise _malformed(f"it has no entries, or more than {ENTRIES_MOST}")
    return _Directory(entries).listed()


class _Directory:
    """The resources of one bundle, by what refers to them."""

    def __init__(self, entries: list[Any]) -> None:
        self._by_name: dict[str, Mapping[str, Any]] = {}
        self._all: list[Mapping[str, Any]] = []
        for entry in entries:
            resource = entry.get("resource") if isinstance(entry, dict) else None
            if not isinstance(resource, dict):
                continue
            self._all.append(resource)
            kind, id_ = resource.get("resourceType"), resource.get("id")
            for name in (entry.get("fullUrl"), f"{kind}/{id_}"):
                if isinstance(name, str):
                    self._by_name.setdefault(name, resource)

    def listed(self) -> list[Listed]:
        names: dict[str, str] = {}
        doors: dict[str, dict[tuple[str, str], str]] = {}
        for one in self._of("Organization"):
            ura = _ura(one)
            if ura:
                names.setdefault(ura, _text(one.get("name")))
        for ura, door in self._doors():
            doors.setdefault(ura, {}).setdefault((door.location, door.department), door.phone)
        return [
            Listed(ura, name, tuple(sorted(ListedDoor(*place, phone) for place, phone in doors.get(ura, {}).items())))
            for ura, name in sorted(names.items())
        ]

    def _doors(self) -> Iterator[tuple[str, ListedDoor]]:
        places: set[tuple[str, str]] = set()
        for service in self._of("HealthcareService"):
            owner = self._found(service.get("providedBy"))
            sites = [self._site(one) for one in _list(service.get("location"))]
            for ura in self._ura_of(owner):
                for site in [one for one in sites if one is not None] or [_NOWHERE]:
                    name = _text(site.get("name"))
                    places.add((ura, name))
                    yield ura, ListedDoor(name, _named(service), _phone(service) or _phone(site) or _phone(owner))
        for part in self._of("Organization"):
            if not _ura(part):  # a department of its own, by partOf
                for ura in self._ura_of(part):
                    yield ura, ListedDoor("", _text(part.get("name")), _phone(part))
        for location in self._of("Location"):
            for ura in self._ura_of(self._found(location.get("managingOrganization"))):
                name = _text(location.get("name"))
                if name and location.get("partOf") is None and (ura, name) not in places:
                    yield ura, ListedDoor(name, "", _phone(location))

    def _of(self, kind: str) -> Iterator[Mapping[str, Any]]:
        return (one for one in self._all if one.get("resourceType") == kind and _in_use(one))

    def _found(self, reference: Any) -> Mapping[str, Any] | None:
        name = reference.get("reference") if isinstance(reference, dict) else None
        if not isinstance(name, str):
            return None
        found = self._by_name.get(name) or self._by_name.get("/".join(name.split("/_history/")[0].split("/")[-2:]))
        return found if found is not None and _in_use(found) else None

    def _site(self, reference: Any) -> Mapping[str, Any] | None:
        """The building or site, of a room or wing in it too."""
        place = self._found(reference)
        for _ in range(DEPTH):
            above = self._found(place.get("partOf")) if place is not None else None
            if above is None:
                break
            place = above
        return place

    def _ura_of(self, organisation: Mapping[str, Any] | None) -> Iterator[str]:
        """That of itself, or of the nearest above it."""
        for _ in range(DEPTH):
            if organisation is None:
                return
            ura = _ura(organisation)
            if ura:
                yield ura
                return
            organisation = self._found(organisation.get("partOf"))


def _in_use(resource: Mapping[str, Any]) -> bool:
    return resource.get("active") is not False and resource.get("status") not in ("inactive", "suspended")


def _ura(resource: Mapping[str, Any]) -> str:
    for one in _list(resource.get("identifier")):
        if isinstance(one, dict) and one.get("system") in (URA_SYSTEM, URA_OID):
            value = one.get("value")
            if isinstance(value, str) and value.isascii() and value.isdecimal() and 0 < len(value) <= 8:
                return value.zfill(8)
    return ""


def _named(service: Mapping[str, Any]) -> str:
    """Its name; else its specialty or type in words."""
    name = _text(service.get("name"))
    if name:
        return name
    for concept in (*_list(service.get("specialty")), *_list(service.get("type"))):
        if isinstance(concept, dict):
            codings = (one.get("display") for one in _list(concept.get("coding")) if isinstance(one, dict))
            words = next((text for text in map(_text, (concept.get("text"), *codings)) if text), "")
            if words:
                return words
    return ""


def _phone(resource: Mapping[str, Any] | None) -> str:
    numbers = _list(resource.get("telecom")) if resource is not None else []
    found = (_text(one.get("value")) for one in numbers if isinstance(one, dict) and one.get("system") == "phone")
    return next((one for one in found if one), "")


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _malformed(why: str) -> Malformed:
    remedy = "Ask the directory for a FHIR Bundle in JSON; nothing was kept."
    return Malformed("directory-file", f"The directory cannot be read: {why}.", remedy)
