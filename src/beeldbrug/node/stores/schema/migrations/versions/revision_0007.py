"""Sending from the portal: gatherings, reports that wait, address entries, recipients."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, autoincrement=False)


def _moment(name: str) -> sa.Column[float]:
    return sa.Column(name, sa.Double(), nullable=False)


def _octets(name: str) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(), nullable=False)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "gathering",
        *map(_text, ("exchange", "organisation", "bundle", "actor", "study_uid", "source", "origin")),
        _octets("series"),
        _octets("without"),
        *map(_text, ("enclosure", "state")),
        *map(_number, ("expected", "gathered", "failed", "tries")),
        _text("code"),
        _moment("created"),
        _moment("updated"),
        sa.PrimaryKeyConstraint("exchange", name="pk_gathering"),
        sqlite_with_rowid=False,
    )
    op.create_index("gathering_of_bundle", "gathering", ["organisation", "bundle"])
    only = sa.text("state = 'fetching'")
    op.create_index(
        "gathering_fetching",
        "gathering",
        ["organisation", "study_uid"],
        unique=True,
        sqlite_where=only,
        postgresql_where=only,
    )
    op.create_table(
        "enclosure",
        *map(_text, ("id", "organisation", "account")),
        _octets("title"),
        _octets("content"),
        _moment("created"),
        sa.PrimaryKeyConstraint("id", name="pk_enclosure"),
    )
    op.create_index("enclosure_by_age", "enclosure", ["organisation", "created"])
    op.create_table(
        "address",
        *map(_text, ("id", "organisation", "peer", "name", "location", "department", "person", "phone")),
        _moment("changed"),
        sa.PrimaryKeyConstraint("id", name="pk_address"),
        sqlite_with_rowid=False,
    )
    op.create_index("address_of_organisation", "address", ["organisation", "name", "department", "person"])
    identity = ("organisation", "account", "peer", "location", "department", "person")
    op.create_table(
        "recipient",
        *map(_text, (*identity, "name", "phone")),
        sa.Column("favourite", sa.Boolean(), nullable=False),
        _moment("used"),
        _number("uses"),
        sa.PrimaryKeyConstraint(*identity, name="pk_recipient"),
        sqlite_with_rowid=False,
    )
