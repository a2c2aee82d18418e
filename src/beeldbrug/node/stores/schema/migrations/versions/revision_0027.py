"""Pictures without a name that were handed out: which instance (sealed), and what the file is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0025"
branch_labels = None
depends_on = None


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False)


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False)


def _octets(name: str) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(), nullable=False)


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "picture",
        *map(_text, ("organisation", "exchange", "account")),
        _octets("instance"),
        _count("frame"),
        _octets("hash"),
        _count("size"),
        *map(_text, ("media_type", "text")),
        *map(_count, ("spots", "covered")),
        sa.Column("created", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("organisation", "exchange", name="pk_picture"),
        sqlite_with_rowid=False,
    )
