"""The one MetaData of the vault and the column types its tables use; no tables here.

Text compares by code point on both engines: SQLite does so by itself, PostgreSQL is told to (collation "C"), so that
prefix ranges use an index and mean the same. Times are POSIX seconds as double, which give back the exact float.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Double, ForeignKey, Integer, LargeBinary, MetaData, Text
from sqlalchemy.types import TypeEngine

from beeldbrug.kit.sql import big_integer

METADATA = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s",
    }
)


def words() -> TypeEngine[str]:
    """Text that compares by code point."""
    return Text().with_variant(Text(collation="C"), "postgresql")


def row_id() -> Column[int]:
    """The surrogate key; never used again after a delete (see ``sqlite_autoincrement`` of each table)."""
    return Column("id", big_integer(), primary_key=True, autoincrement=True)


def key(name: str) -> Column[str]:
    """A text part of the primary key."""
    return Column(name, words(), primary_key=True)


def octets_key(name: str) -> Column[bytes]:
    """A hash as the primary key."""
    return Column(name, LargeBinary, primary_key=True)


def number_key(name: str) -> Column[int]:
    """A number part of the primary key, given by the writer."""
    return Column(name, big_integer(), primary_key=True, autoincrement=False)


def word(name: str) -> Column[str]:
    """Text, empty when unknown."""
    return Column(name, words(), nullable=False)


def count(name: str) -> Column[int]:
    """A 64-bit number."""
    return Column(name, big_integer(), nullable=False)


def maybe_count(name: str) -> Column[int]:
    """A 64-bit number or none."""
    return Column(name, big_integer(), nullable=True)


def small(name: str) -> Column[int]:
    """A small number, such as a rank or a DICOM status."""
    return Column(name, Integer, nullable=False)


def moment(name: str) -> Column[float]:
    """A POSIX time."""
    return Column(name, Double, nullable=False)


def maybe_moment(name: str) -> Column[float]:
    """A POSIX time, or none while it has not happened."""
    return Column(name, Double, nullable=True)


def flag(name: str) -> Column[bool]:
    """True or false."""
    return Column(name, Boolean(create_constraint=False), nullable=False)


def octets(name: str) -> Column[bytes]:
    """Bytes: sealed, hashed or msgpack."""
    return Column(name, LargeBinary, nullable=False)


def maybe_octets(name: str) -> Column[bytes]:
    """Bytes or none."""
    return Column(name, LargeBinary, nullable=True)


def parent(name: str, column: str, *, cascade: bool = False) -> Column[int]:
    """The id of the row that this one is part of; a parent cannot go before its children unless ``cascade``."""
    return Column(name, big_integer(), ForeignKey(column, ondelete="CASCADE" if cascade else None), nullable=False)
