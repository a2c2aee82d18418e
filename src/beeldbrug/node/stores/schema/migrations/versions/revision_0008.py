"""Tables of waking people: rosters, wakings, notices, contacts."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def _words() -> sa.types.TypeEngine[str]:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, _words(), nullable=False)


def _key(name: str) -> sa.Column[str]:
    return sa.Column(name, _words(), primary_key=True)


def _big() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, _big(), nullable=False, autoincrement=False)


def _small(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[float]:
    return sa.Column(name, sa.Double(), nullable=nullable)


def _octets(name: str) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(), nullable=False)


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(create_constraint=False), nullable=False)


def _only(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def upgrade() -> None:
    """Make the tables."""
    _rosters()
    _wakings()
    _contacts()


def _rosters() -> None:
    op.create_table(
        "roster",
        _key("id"),
        _text("organisation"),
        _text("department"),
        _text("folded"),
        _flag("first_image"),
        _text("verified"),
        _flag("answer"),
        _flag("parked"),
        _moment("wait"),
        _number("revision"),
        _moment("changed"),
        sqlite_with_rowid=False,
    )
    op.create_index("roster_of_department", "roster", ["organisation", "folded"], unique=True)
    op.create_table(
        "duty",
        _key("roster"),
        sa.Column("number", _big(), primary_key=True, autoincrement=False),
        _text("organisation"),
        _small("level"),
        _text("account"),
        _small("weekday"),
        _text("begins"),
        _text("ends"),
        sqlite_with_rowid=False,
    )


def _wakings() -> None:
    op.create_table(
        "waking",
        _key("organisation"),
        _key("exchange"),
        _key("matter"),
        _text("cause"),
        _moment("begun"),
        _number("round"),
        _text("first"),
        _moment("next"),
        _moment("exhausted", nullable=True),
        _moment("acknowledged", nullable=True),
        _text("acknowledged_by"),
        _moment("ended", nullable=True),
        _text("outcome"),
        sqlite_with_rowid=False,
    )
    op.create_index("waking_ended", "waking", ["organisation", "ended"])
    op.create_table(
        "notice",
        _key("id"),
        _text("organisation"),
        _text("exchange"),
        _text("matter"),
        _number("round"),
        _number("turn"),
        _text("account"),
        _text("channel"),
        _text("cause"),
        _moment("created"),
        _moment("updated"),
        _text("state"),
        _number("tries"),
        _text("code"),
        _moment("sent", nullable=True),
        sqlite_with_rowid=False,
    )
    op.create_index("notice_of_exchange", "notice", ["organisation", "exchange", "created"])
    op.create_index("notice_of_account", "notice", ["organisation", "account", "created"])
    op.create_index("notice_shown", "notice", ["organisation", "updated"], **_only("channel = 'browser'"))


def _contacts() -> None:
    op.create_table(
        "contact",
        _key("organisation"),
        _key("account"),
        _key("channel"),
        _octets("address"),
        _moment("verified", nullable=True),
        _flag("enabled"),
        _octets("pending"),
        _octets("code_hash"),
        _moment("code_expires"),
        _number("code_tries"),
        _moment("asked"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "notice_choice",
        _key("organisation"),
        _key("account"),
        _text("first"),
        _flag("sound"),
        sqlite_with_rowid=False,
    )
