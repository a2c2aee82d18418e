"""The hospital's own patients, as an ADT feed or a list told them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "own_patient",
        *map(_text, ("organisation", "number", "bsn", "birth_date")),
        sa.Column("person", sa.LargeBinary(), nullable=False),
        _text("source"),
        sa.Column("changed_at", sa.Double(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        _text("merged_into"),
        sa.Column("merged_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("organisation", "number", name="pk_own_patient"),
        sqlite_with_rowid=False,
    )
    op.create_index("own_patient_bsn", "own_patient", ["organisation", "bsn"])
    op.create_index("own_patient_birth_date", "own_patient", ["organisation", "birth_date"])
    op.create_index("own_patient_merged", "own_patient", ["organisation", "merged_into"])
    op.create_table(
        "own_patient_name",
        _text("organisation"),
        sa.Column("name_key", sa.LargeBinary(), nullable=False),
        _text("number"),
        sa.PrimaryKeyConstraint("organisation", "name_key", "number", name="pk_own_patient_name"),
        sqlite_with_rowid=False,
    )
    op.create_index("own_patient_name_number", "own_patient_name", ["organisation", "number"])
