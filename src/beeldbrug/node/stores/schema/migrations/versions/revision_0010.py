"""What people saved beside a study: key images and presentation states."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False)


def upgrade() -> None:
    """Make the table."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "saved",
        *map(_text, ("organisation", "id")),
        sa.Column("instance", number, nullable=False),
        *map(_text, ("account", "kind")),
        sa.Column("created", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("organisation", "id", name="pk_saved"),
        sa.ForeignKeyConstraint(["instance"], ["instance.id"], name="fk_saved_instance", ondelete="CASCADE"),
        sqlite_with_rowid=False,
    )
    op.create_index("saved_instance", "saved", ["instance"], unique=True)
