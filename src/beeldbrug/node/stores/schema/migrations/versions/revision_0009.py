"""Administration: settings kept in the vault, departments, why work waits; figures: repeats avoided, totals of dose."""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_NAMES = sa.text("SELECT DISTINCT organisation, department FROM account WHERE department <> ''")
_ADD = sa.text(
    "INSERT INTO department (id, organisation, name, location, phone, closed) "
    "VALUES (:id, :organisation, :name, '', '', :closed)"
)


def _words() -> sa.types.TypeEngine[str]:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, _words(), nullable=False)


def _number(name: str, *, nullable: bool = False) -> sa.Column[int]:
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column(name, kind, nullable=nullable, autoincrement=False)


def _double(name: str, *, nullable: bool = False) -> sa.Column[float]:
    return sa.Column(name, sa.Double(), nullable=nullable)


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def upgrade() -> None:
    """Make the tables; departments that accounts name already are on the list."""
    op.add_column("work", sa.Column("error", _words(), nullable=True))
    op.add_column("work", _double("failing_since", nullable=True))
    op.add_column("work", _number("tries", nullable=True))
    op.create_table(
        "setting",
        _text("organisation"),
        _number("revision"),
        *map(_text, ("kind", "name", "value", "actor")),
        _double("at"),
        sa.PrimaryKeyConstraint("organisation", "revision", name="pk_setting"),
    )
    op.create_index("setting_by_name", "setting", ["organisation", "kind", "name", "revision"])
    op.create_table(
        "department",
        *map(_text, ("id", "organisation", "name", "location", "phone")),
        _flag("closed"),
        sa.PrimaryKeyConstraint("id", name="pk_department"),
        sqlite_with_rowid=False,
    )
    op.create_index("department_name", "department", ["organisation", "name"], unique=True)
    op.create_table(
        "repeat_avoided",
        *map(_text, ("organisation", "exchange")),
        _flag("avoided"),
        _text("actor"),
        _double("at"),
        sa.PrimaryKeyConstraint("organisation", "exchange", name="pk_repeat_avoided"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "dose_counted",
        *map(_text, ("organisation", "exchange")),
        sa.PrimaryKeyConstraint("organisation", "exchange", name="pk_dose_counted"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "dose_total",
        *map(_text, ("organisation", "month", "modality")),
        _number("reports"),
        _double("dlp"),
        _double("dap"),
        sa.PrimaryKeyConstraint("organisation", "month", "modality", name="pk_dose_total"),
        sqlite_with_rowid=False,
    )
    _list_departments()


def _list_departments() -> None:
    connection = op.get_bind()
    for organisation, name in connection.execute(_NAMES).all():
        row = {"id": secrets.token_hex(16), "organisation": organisation, "name": name, "closed": False}
        connection.execute(_ADD, row)
