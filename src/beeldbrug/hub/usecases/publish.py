"""Keep an organisation's newest key statement and directory, signed by itself.

Each has a sequence number that only grows. The hub vouches for neither: nodes check them against the certified key.
DESIGN section 4, "Keys"; a directory names locations and departments, never people.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Final

import msgspec

from beeldbrug.hub.ports.hub import Caller, Hub
from beeldbrug.hub.ports.records import Organisation, Transaction
from beeldbrug.hub.usecases.claims import only_known
from beeldbrug.model.errors import Conflict, Denied, NotFound
from beeldbrug.sealed import jws
from beeldbrug.sealed.statement import read_statement

DIRECTORY_TYPE: Final = "beeldbrug-directory"

Id = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9._-]{1,64}$")]
Text = Annotated[str, msgspec.Meta(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]


class Department(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A door inside a location; ``specialty`` is a code, ``phone`` that of the desk."""

    id: Id
    name: Text
    specialty: Text = ""
    phone: Text = ""


class Location(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A building where patients come."""

    id: Id
    name: Text
    city: Text = ""
    departments: Annotated[tuple[Department, ...], msgspec.Meta(max_length=500)] = ()


class Directory(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Claims of a directory."""

    organisation: str
    sequence: Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
    issued: Annotated[float, msgspec.Meta(ge=0)]
    locations: Annotated[tuple[Location, ...], msgspec.Meta(max_length=500)] = ()


def publish_statement(hub: Hub, caller: Caller, token: str) -> bool:
    """Keep a key statement; False when it was kept before. Raises Malformed, Denied, Conflict ``sequence-...``."""
    statement = read_statement(token, caller.public_key, caller.ura)
    only_known(token, statement)

    def work(transaction: Transaction) -> bool:
        own = _own(transaction, caller)
        if not _newer(own.statement_sequence, own.statement, statement.sequence, token):
            return False
        transaction.organisations.put(replace(own, statement=token, statement_sequence=statement.sequence))
        return True

    return hub.records.write(work)


def publish_directory(hub: Hub, caller: Caller, token: str) -> bool:
    """Keep a directory; False when it was kept before. Raises Malformed, Denied, Conflict ``sequence-...``."""
    directory = jws.read(token, DIRECTORY_TYPE, Directory, caller.public_key)
    if directory.organisation != caller.ura:
        raise Denied("directory-other-organisation", "A directory is of another organisation than its key.")

    def work(transaction: Transaction) -> bool:
        own = _own(transaction, caller)
        if not _newer(own.directory_sequence, own.directory, directory.sequence, token):
            return False
        transaction.organisations.put(replace(own, directory=token, directory_sequence=directory.sequence))
        return True

    return hub.records.write(work)


def check_sequence(kept: int, sequence: int) -> None:
    """Raise Conflict unless ``sequence`` is higher than the one kept."""
    if sequence < kept:
        raise Conflict(
            "sequence-older", "A newer one is kept already.", "Sign a new one with a higher sequence number."
        )
    if sequence == kept:
        raise Conflict(
            "sequence-reused",
            "Another one with the same sequence number is kept.",
            "Find out why two were signed; then sign one with a higher number.",
        )


def _newer(kept: int, token: str | None, sequence: int, offered: str) -> bool:
    if token == offered:
        return False
    check_sequence(kept, sequence)
    return True


def _own(transaction: Transaction, caller: Caller) -> Organisation:
    own = transaction.organisations.find(caller.ura)
    if own is None or not own.enrolled:
        raise NotFound("organisation-not-here", "No such organisation is enrolled at this hub.")
    return own
