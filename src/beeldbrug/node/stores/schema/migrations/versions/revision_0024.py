"""What the PACS was asked to keep for good (storage commitment), or to hide (rejection notes)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False)


def _number() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "commitment",
        *map(_text, ("organisation", "transaction_uid", "exchange")),
        sa.Column("created", sa.Double(), nullable=False),
        _text("state"),
        sa.Column("asked", sa.Double(), nullable=True),
        sa.Column("again", sa.Boolean(), nullable=False),
        *(sa.Column(name, _number(), nullable=False) for name in ("instances", "failed")),
        sa.PrimaryKeyConstraint("organisation", "transaction_uid", name="pk_commitment"),
        sqlite_with_rowid=False,
    )
    op.create_index("commitment_of_exchange", "commitment", ["organisation", "exchange", "created"])
    op.create_table(
        "rejection",
        *map(_text, ("organisation", "instance_uid", "exchange")),
        sa.Column("made", sa.Double(), nullable=False),
        _text("title"),
        sa.Column("instances", _number(), nullable=False),
        sa.Column("dataset", sa.LargeBinary(), nullable=True),
        sa.Column("status", _number(), nullable=True),
        sa.Column("sent", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("organisation", "instance_uid", name="pk_rejection"),
        sqlite_with_rowid=False,
    )
    op.create_index("rejection_of_exchange", "rejection", ["organisation", "exchange", "made"])
