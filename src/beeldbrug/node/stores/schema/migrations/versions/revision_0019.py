"""What the desk decided about imports and undid, and who is busy with what."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False)


def _number() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "import_plan",
        *map(_text, ("organisation", "exchange")),
        sa.Column("plan", sa.LargeBinary(), nullable=True),
        *(sa.Column(name, _number(), nullable=False) for name in ("series", "left_series", "left_instances")),
        sa.PrimaryKeyConstraint("organisation", "exchange", name="pk_import_plan"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "claim",
        *map(_text, ("organisation", "exchange", "account")),
        *(sa.Column(name, sa.Double(), nullable=False) for name in ("since", "expires")),
        sa.PrimaryKeyConstraint("organisation", "exchange", name="pk_claim"),
        sqlite_with_rowid=False,
    )
    op.create_index("claim_of_account", "claim", ["organisation", "account"])
    op.create_table(
        "undone_import",
        *map(_text, ("organisation", "exchange")),
        sa.Column("at", sa.Double(), nullable=False),
        *map(_text, ("actor", "why")),
        sa.Column("under", sa.LargeBinary(), nullable=False),
        sa.Column("instances", _number(), nullable=False),
        sa.Column("removed", sa.Double(), nullable=True),
        _text("removed_by"),
        sa.PrimaryKeyConstraint("organisation", "exchange", "at", name="pk_undone_import"),
        sqlite_with_rowid=False,
    )
