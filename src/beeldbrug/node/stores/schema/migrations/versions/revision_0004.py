"""Accounts, second factors, sessions, one-time tickets; exchanges as a list."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, autoincrement=False)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[float]:
    return sa.Column(name, sa.Double(), nullable=nullable)


def _octets(name: str) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(), nullable=False)


def _only(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


URGENT = "urgency IN ('stat', 'asap') AND state NOT IN ('expired', 'failed', 'imported', 'refused', 'withdrawn')"


def upgrade() -> None:
    """Make the tables, and the indexes that a list of exchanges needs."""
    op.create_index("exchange_changed", "exchange", ["organisation", "updated"])
    op.create_index("exchange_urgent", "exchange", ["organisation", "created", "id"], **_only(URGENT))
    op.create_table(
        "account",
        *map(_text, ("id", "organisation", "login", "name", "roles", "department", "mail", "phone", "language")),
        *map(_text, ("theme", "provider", "subject", "sponsor", "agreement")),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        _moment("created"),
        _moment("ends", nullable=True),
        _octets("password"),
        _number("failures"),
        _moment("locked_until"),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
        sqlite_with_rowid=False,
    )
    op.create_index("account_login", "account", ["organisation", "login"], unique=True)
    subject = ["organisation", "provider", "subject"]
    op.create_index("account_subject", "account", subject, unique=True, **_only("provider <> ''"))
    op.create_table(
        "factor",
        *map(_text, ("id", "organisation", "account", "kind", "label")),
        _octets("secret"),
        _octets("handle"),
        _number("counter"),
        _moment("created"),
        _moment("used", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_factor"),
        sqlite_with_rowid=False,
    )
    op.create_index("factor_of_account", "factor", ["organisation", "account", "created"])
    op.create_index("factor_by_handle", "factor", ["organisation", "handle"], unique=True, **_only("kind = 'passkey'"))
    op.create_table(
        "session",
        _octets("token_hash"),
        *map(_text, ("organisation", "account", "stage")),
        sa.Column("assurance", sa.Integer(), nullable=False),
        *map(_moment, ("created", "seen", "expires")),
        _octets("scope"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_session"),
        sqlite_with_rowid=False,
    )
    op.create_index("session_of_account", "session", ["organisation", "account"])
    op.create_table(
        "ticket",
        _octets("token_hash"),
        *map(_text, ("organisation", "kind", "account")),
        _moment("expires"),
        _octets("data"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_ticket"),
        sqlite_with_rowid=False,
    )
    op.create_index("ticket_of_account", "ticket", ["organisation", "kind", "account"])
