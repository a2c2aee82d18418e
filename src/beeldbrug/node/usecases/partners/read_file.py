"""Partners from a file: JSON (a list of partners), or CSV with a line for each department and way (as ZORG-AB lists).

The whole file or nothing. CSV: UTF-8, parted by ; or comma, a header row; lines of one id are one partner. Columns are
``id, name, ura, location, department, way`` and the fields of a way by their own names; others are refused.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import fields
from io import StringIO
from typing import Any, Final

import msgspec

from beeldbrug.model.errors import Malformed, TooLarge
from beeldbrug.model.exchange import Route
from beeldbrug.node.ports.partners import Door, Form, Partner, Way

FILE_BYTES: Final = 16 * 1024 * 1024
PARTNER_COLUMNS: Final = ("id", "name", "ura", "location", "department", "way")
WAY_COLUMNS: Final = tuple(one.name for one in fields(Way) if one.name not in ("kind", "location"))
YES: Final = frozenset({"1", "true", "yes", "ja", "j", "y"})


class _Listed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    name: str
    ura: str = ""
    doors: tuple[Door, ...] = ()
    ways: tuple[Way, ...] = ()


class _Several(msgspec.Struct, frozen=True):
    """What ``partner list --json`` prints."""

    partners: list[_Listed]


def read_partners(content: bytes, organisation: str) -> list[Partner]:
    """The partners of a file. Raises Malformed ``partner-file``, TooLarge."""
    if len(content) > FILE_BYTES:
        raise TooLarge("partner-file-large", "The file is too large for a list of partners.", "Give it in parts.")
    if content.lstrip()[:1] in (b"[", b"{"):
        return _of_json(content, organisation)
    try:
        return _of_csv(content.decode("utf-8-sig"), organisation)
    except (UnicodeDecodeError, csv.Error):
        raise _malformed("it is neither JSON nor CSV in UTF-8") from None


def _of_json(content: bytes, organisation: str) -> list[Partner]:
    try:
        listed = msgspec.json.decode(content, type=list[_Listed] | _Several)
    except msgspec.MsgspecError as error:
        raise _malformed(str(error)) from None
    several = listed if isinstance(listed, list) else listed.partners
    return [Partner(organisation, one.id, one.name, one.ura, one.doors, one.ways) for one in several]


def _of_csv(text: str, organisation: str) -> list[Partner]:
    lines = text.splitlines()
    if not lines:
        raise _malformed("it is empty")
    rows = csv.DictReader(StringIO(text), delimiter=";" if lines[0].count(";") >= lines[0].count(",") else ",")
    columns = [name.strip() for name in rows.fieldnames or ()]
    rows.fieldnames = columns
    unknown = set(columns) - set(PARTNER_COLUMNS) - set(WAY_COLUMNS)
    if unknown or "id" not in columns or "name" not in columns:
        raise _malformed("its columns are " + ", ".join((*PARTNER_COLUMNS, *WAY_COLUMNS)))
    found: dict[str, Partner] = {}
    for number, row in enumerate(rows, 2):
        values = {name: (value or "").strip() for name, value in row.items() if isinstance(name, str)}
        one = _row(values, organisation, number)
        found[one.id] = _together(found.get(one.id), one)
    return list(found.values())


def _row(values: Mapping[str, str], organisation: str, number: int) -> Partner:
    location, department = values.get("location", ""), values.get("department", "")
    doors = (Door(location, department),) if location or department else ()
    ways = (_way(values, number),) if values.get("way") else ()
    return Partner(organisation, values["id"], values["name"], values.get("ura", ""), doors, ways)


def _way(values: Mapping[str, str], number: int) -> Way:
    given: dict[str, Any] = {name: values[name] for name in WAY_COLUMNS if values.get(name)}
    try:
        given["kind"] = Route(values["way"])
        if "port" in given:
            given["port"] = int(given["port"])
        if "form" in given:
            given["form"] = Form(given["form"])
    except ValueError:
        raise _malformed(f"line {number}: way, port or form is not one of those there are") from None
    if "plain" in given:
        given["plain"] = given["plain"].lower() in YES
    return Way(**given)


def _together(before: Partner | None, one: Partner) -> Partner:
    """Lines of one partner: doors and ways add up, the first line's name and URA count."""
    if before is None:
        return one
    doors = tuple(dict.fromkeys(before.doors + one.doors))
    ways = tuple(dict.fromkeys(before.ways + one.ways))
    return Partner(one.organisation, one.id, before.name, before.ura or one.ura, doors, ways)


def _malformed(why: str) -> Malformed:
    return Malformed("partner-file", f"The list of partners cannot be read: {why}.", "Mend the file; nothing was kept.")
