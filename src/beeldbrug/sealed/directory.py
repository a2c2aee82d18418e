"""An organisation's directory: its locations and departments, and its own door, signed by itself (DESIGN section 4).

Numbered, so that the newest is known; not short-lived: nothing is sealed to what it says. It names no people. JWS
(RFC 7515) with EdDSA.
"""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from beeldbrug.model.errors import Denied
from beeldbrug.sealed import jws

TYPE: Final = "beeldbrug-directory"

Id = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9._-]{1,64}$")]
Text = Annotated[str, msgspec.Meta(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
Address = Annotated[str, msgspec.Meta(max_length=300, pattern=r"^$|^https?://[^\s\x00-\x1f\x7f]+$")]


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


class Directory(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Claims of a directory. ``direct`` is the address of the organisation's own door for parcels, where it has one."""

    organisation: str
    sequence: Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
    issued: Annotated[float, msgspec.Meta(ge=0)]
    locations: Annotated[tuple[Location, ...], msgspec.Meta(max_length=500)] = ()
    direct: Address = ""


def sign_directory(directory: Directory, key: Ed25519PrivateKey) -> str:
    """Compact JWS of the directory."""
    return jws.sign(TYPE, directory, key)


def read_directory(token: str, public_key: Ed25519PublicKey, organisation: str) -> Directory:
    """The directory of ``organisation``. Raises Malformed, Denied ``signature-invalid``,
    ``directory-other-organisation``, TooLarge."""
    directory = jws.read(token, TYPE, Directory, public_key)
    if directory.organisation != organisation:
        raise Denied("directory-other-organisation", "A directory is of another organisation than its key.")
    return directory
