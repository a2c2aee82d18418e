"""What administration asks of the node's settings and of the machine it runs on. Values, and two Protocols.

Implemented in ``node.app``: only the composition knows the settings' models, the folders and the processes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from beeldbrug.model.importing import CoercionTable


class Kind(StrEnum):
    """What may be kept in the vault as well as in the file; named as in the file."""

    RULE = "rules"
    GENERAL = "general"
    PACS = "pacs"
    WORKLIST = "worklist"
    FIGURES = "figures"
    COERCION = "coercion"


@dataclass(frozen=True, slots=True)
class Entry:
    """One setting in force. ``default``: nobody set it."""

    kind: Kind
    name: str
    value: Mapping[str, Any]
    in_file: bool
    default: bool = False


@dataclass(frozen=True, slots=True)
class Clash:
    """An entry of the vault that serves nothing: ``set-in-file``, ``title-taken`` or ``setting-invalid``."""

    kind: Kind
    name: str
    code: str


@dataclass(frozen=True, slots=True)
class Known:
    """All that is in force, and what is not although somebody set it."""

    entries: tuple[Entry, ...]
    clashes: tuple[Clash, ...]


class Models(Protocol):
    """The settings' models, and the file."""

    def checked(self, kind: Kind, value: Mapping[str, Any]) -> tuple[str, str]:
        """(name, JSON as it is kept). Raises Malformed ``setting-malformed`` that names the fields."""

    def in_file(self, kind: Kind, name: str) -> bool:
        """Whether the file sets this."""

    def reserved(self) -> frozenset[str]:
        """AE titles that the file gives a meaning of their own."""

    def known(self) -> Known:
        """All that is in force."""

    def coercion(self, value: Mapping[str, Any] | None = None) -> CoercionTable:
        """The table of coercion in force, or ``value`` as one. Raises Malformed ``setting-malformed``."""


@dataclass(frozen=True, slots=True)
class Process:
    """One process of the node; ``started`` 0 and ``pid`` 0 for one that should run and does not."""

    name: str
    pid: int
    started: float
    memory: int


@dataclass(frozen=True, slots=True)
class Disk:
    """Room, in bytes: ``reserve`` is kept free. ``vault`` is the database, ``store`` all closed segments, ``spool``
    what still grows. ``encrypted`` is None where it cannot be seen."""

    free: int
    size: int
    reserve: int
    vault: int
    store: int
    spool: int
    encrypted: bool | None
    remote_store: bool


@dataclass(frozen=True, slots=True)
class OfferedKey:
    """A transport key, without its secret."""

    key_id: str
    not_before: float
    not_after: float


@dataclass(frozen=True, slots=True)
class Keys:
    """How the own keys stand; POSIX seconds, 0 for never. ``statement`` is its number, 0 while there is none."""

    signing_key: str
    certificate_expires: float
    certificate_subject: str
    root_key: str
    rehearsed: float
    statement: int
    statement_issued: float
    statement_expires: float
    transport: tuple[OfferedKey, ...]


@dataclass(frozen=True, slots=True)
class Correspondent:
    """An organisation of the address book. ``code``: why it cannot be sent to now, empty when it can."""

    organisation: str
    name: str
    code: str


class Machine(Protocol):
    """The node as a machine: what runs, what is left of the disk, who answers."""

    def processes(self) -> Sequence[Process]:
        """All that should run."""

    def disk(self) -> Disk:
        """Room and sizes."""

    def keys(self) -> Keys:
        """Own keys and certificate."""

    def hub_url(self) -> str:
        """Where the hub is; empty when none is set."""

    def echo_hub(self) -> float:
        """Seconds by which the hub's clock is ahead. Raises Unavailable."""

    def correspondents(self) -> list[Correspondent]:
        """The address book, checked. Raises Unavailable."""

    def echo(self, value: Mapping[str, Any]) -> float:
        """C-ECHO to an entity as the settings describe one; seconds. Raises Unavailable, Malformed."""

    def export(self) -> str:
        """All settings in force as a TOML file that a node accepts; secrets are left out and named."""

    def file_settings(self) -> Mapping[str, str]:
        """What the file alone sets and is read when a process starts: name and value, no secrets."""
