"""Emergency numbers that imports were given; such imports wait at the desk until it is known whose they are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

AT_DESK = (
    "direction = 'in' AND withdrawn IS NULL AND ("
    "(state IN ('failed', 'seen', 'verified') "
    "AND reason_code NOT IN ('', 'chosen-at-desk', 'patient-stays', 're-keyed')) "
    "OR (state = 'imported' AND emptied IS NULL AND reason_code IN ('emergency-number', 'emergency-question')))"
)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False)


def upgrade() -> None:
    """Make the table, and the index anew."""
    op.create_table(
        "rekeying",
        *map(_text, ("organisation", "exchange")),
        *(sa.Column(name, sa.LargeBinary(), nullable=False) for name in ("lookup", "numbers")),
        _text("state"),
        *(sa.Column(name, sa.Double(), nullable=False) for name in ("changed", "said", "until")),
        _text("actor"),
        sa.PrimaryKeyConstraint("organisation", "exchange", name="pk_rekeying"),
        sqlite_with_rowid=False,
    )
    op.create_index("rekeying_by_number", "rekeying", ["organisation", "lookup"])
    op.drop_index("exchange_at_desk", "exchange")
    op.create_index(
        "exchange_at_desk",
        "exchange",
        ["organisation", "direction", "created", "id"],
        sqlite_where=sa.text(AT_DESK),
        postgresql_where=sa.text(AT_DESK),
    )
