"""Indexes of the audit trail end in time, so that a page of any period costs its own length."""

from __future__ import annotations

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_LEADING = {
    "audit_event_of_patient": "patient_index",
    "audit_event_of_study": "study_index",
    "audit_event_of_exchange": "exchange",
    "audit_event_of_kind": "event",
    "audit_event_of_actor": "actor",
}


def upgrade() -> None:
    """Make them anew."""
    for name, column in _LEADING.items():
        op.drop_index(name, table_name="audit_event")
        op.create_index(name, "audit_event", ["organisation", column, "at", "sequence"])
    op.create_index("audit_event_of_peer", "audit_event", ["organisation", "peer", "at", "sequence"])
    op.create_index("audit_event_by_time", "audit_event", ["organisation", "at", "sequence"])
