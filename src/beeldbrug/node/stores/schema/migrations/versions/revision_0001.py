"""The vault's first schema. A migration is history: written out once, it never follows ``schema.tables``."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False)


def _number(name: str, *, nullable: bool = False) -> sa.Column[int]:
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column(name, kind, nullable=nullable, autoincrement=False)


def _row_id() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False)


def _small(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[float]:
    return sa.Column(name, sa.Double(), nullable=nullable)


def _octets(name: str, *, nullable: bool = False) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(), nullable=nullable)


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _only(condition: str) -> dict[str, Any]:
    """A partial index, on both engines."""
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def upgrade() -> None:
    """Make all tables."""
    op.create_table(
        "alert",
        _row_id(),
        _text("organisation"),
        _text("exchange"),
        _text("code"),
        _text("text_nl"),
        _text("text_en"),
        _text("remedy_nl"),
        _text("remedy_en"),
        _moment("raised"),
        _moment("notified", nullable=True),
        _moment("cleared", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_alert"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "alert_open", "alert", ["organisation", "exchange", "code"], unique=True, **_only("cleared IS NULL")
    )
    op.create_table(
        "association",
        _text("association"),
        _text("exchange"),
        _text("organisation"),
        _text("process"),
        _moment("opened"),
        _moment("ended", nullable=True),
        sa.PrimaryKeyConstraint("association", "exchange", name="pk_association"),
        sqlite_with_rowid=False,
    )
    op.create_index("association_of_exchange", "association", ["exchange", "ended"])
    op.create_index("association_of_process", "association", ["process", "ended"])
    op.create_table(
        "audit_event",
        _text("organisation"),
        _number("sequence"),
        _moment("at"),
        _text("event"),
        _text("action"),
        _text("outcome"),
        _text("actor"),
        _text("role"),
        _text("responsible"),
        _text("purpose"),
        _text("ground"),
        _text("exchange"),
        _text("peer"),
        _text("consent"),
        _text("decision"),
        _text("details"),
        _octets("identity"),
        _octets("patient_index"),
        _octets("study_index"),
        _octets("hash"),
        sa.PrimaryKeyConstraint("organisation", "sequence", name="pk_audit_event"),
    )
    op.create_index("audit_event_of_actor", "audit_event", ["organisation", "actor", "sequence"])
    op.create_index("audit_event_of_exchange", "audit_event", ["organisation", "exchange", "sequence"])
    op.create_index("audit_event_of_kind", "audit_event", ["organisation", "event", "sequence"])
    op.create_index("audit_event_of_patient", "audit_event", ["organisation", "patient_index", "sequence"])
    op.create_index("audit_event_of_study", "audit_event", ["organisation", "study_index", "sequence"])
    op.create_table(
        "audit_head",
        _text("organisation"),
        _number("sequence"),
        _octets("hash"),
        sa.PrimaryKeyConstraint("organisation", name="pk_audit_head"),
    )
    op.create_table(
        "exchange",
        _text("id"),
        _text("organisation"),
        _text("direction"),
        _text("peer"),
        _octets("terms"),
        _text("study_uid"),
        _text("state"),
        _text("urgency"),
        _moment("created"),
        _moment("updated"),
        _moment("expires"),
        _text("rule"),
        _text("reason_code"),
        _moment("undo_until"),
        _number("total"),
        _number("done"),
        _number("imported"),
        _flag("closed"),
        _octets("closed_hash"),
        _moment("last_instance"),
        _moment("first_part", nullable=True),
        _moment("verified", nullable=True),
        _moment("seen", nullable=True),
        _moment("imported_at", nullable=True),
        _moment("withdrawn", nullable=True),
        _octets("local_number"),
        _octets("description"),
        _octets("modalities"),
        sa.PrimaryKeyConstraint("id", name="pk_exchange"),
        sqlite_with_rowid=False,
    )
    op.create_index("exchange_in_state", "exchange", ["state", "created"])
    op.create_index("exchange_newest", "exchange", ["created"])
    op.create_index("exchange_of_organisation", "exchange", ["organisation", "created"])
    op.create_index("exchange_of_rule", "exchange", ["organisation", "rule", "study_uid", "created"])
    op.create_table(
        "fact",
        _text("organisation"),
        _text("name"),
        _text("value"),
        sa.PrimaryKeyConstraint("organisation", "name", name="pk_fact"),
    )
    op.create_table(
        "import_row",
        _text("exchange"),
        _number("instance"),
        _text("organisation"),
        _text("instance_uid"),
        _octets("hash"),
        _octets("pieces"),
        _text("transfer_syntax"),
        _number("status", nullable=True),
        _flag("accepted"),
        _text("comment"),
        _moment("at", nullable=True),
        _octets("header", nullable=True),
        sa.PrimaryKeyConstraint("exchange", "instance", name="pk_import_row"),
    )
    op.create_index("import_row_by_uid", "import_row", ["organisation", "instance_uid"])
    op.create_table(
        "member",
        _text("exchange"),
        _number("ordinal"),
        _text("organisation"),
        _number("instance"),
        _number("header_part", nullable=True),
        _number("bulk_part", nullable=True),
        sa.PrimaryKeyConstraint("exchange", "ordinal", name="pk_member"),
        sa.UniqueConstraint("instance", "exchange", name="uq_member"),
        sqlite_with_rowid=False,
    )
    op.create_index("member_unsent", "member", ["exchange", "ordinal"], **_only("bulk_part IS NULL"))
    op.create_table(
        "pack",
        _text("organisation"),
        _text("pack"),
        _text("origin"),
        _text("line"),
        sa.PrimaryKeyConstraint("organisation", "pack", "origin", name="pk_pack"),
        sqlite_with_rowid=False,
    )
    op.create_index("pack_by_id", "pack", ["pack"])
    op.create_index("pack_of_origin", "pack", ["organisation", "origin"])
    op.create_table(
        "pack_key",
        _text("organisation"),
        _text("pack"),
        _text("origin"),
        _octets("wrapped"),
        sa.PrimaryKeyConstraint("organisation", "pack", "origin", name="pk_pack_key"),
        sqlite_with_rowid=False,
    )
    op.create_index("pack_key_of_origin", "pack_key", ["organisation", "origin"])
    op.create_table(
        "part",
        _text("organisation"),
        _text("parcel"),
        _text("sender"),
        _number("number"),
        _text("kind"),
        _text("envelope"),
        _moment("done", nullable=True),
        _octets("body", nullable=True),
        sa.PrimaryKeyConstraint("organisation", "parcel", "sender", "number", name="pk_part"),
    )
    op.create_index("part_not_done", "part", ["organisation", "parcel", "sender", "number"], **_only("done IS NULL"))
    op.create_table(
        "segment",
        _text("organisation"),
        _text("pack"),
        _number("number"),
        _text("state"),
        _number("length"),
        _number("padded"),
        _octets("hash"),
        sa.PrimaryKeyConstraint("organisation", "pack", "number", name="pk_segment"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "segment_under_way", "segment", ["state", "organisation", "pack", "number"], **_only("state <> 'stored'")
    )
    op.create_table(
        "sending",
        _text("exchange"),
        _text("pack"),
        _number("number"),
        _text("organisation"),
        _moment("uploaded", nullable=True),
        _number("part", nullable=True),
        sa.PrimaryKeyConstraint("exchange", "pack", "number", name="pk_sending"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "statement",
        _text("organisation"),
        _text("peer"),
        _number("sequence"),
        _text("statement"),
        _moment("at"),
        sa.PrimaryKeyConstraint("organisation", "peer", name="pk_statement"),
    )
    op.create_table(
        "study",
        _row_id(),
        _text("organisation"),
        _text("origin"),
        _text("study_uid"),
        _text("patient_name"),
        _text("folded_name"),
        _text("patient_number"),
        _text("patient_issuer"),
        _text("number_source"),
        _text("birth_date"),
        _text("sex"),
        _text("accession_number"),
        _text("study_id"),
        _text("study_date"),
        _text("study_time"),
        _text("description"),
        _text("referring_physician"),
        _text("folded_referring"),
        sa.PrimaryKeyConstraint("id", name="pk_study"),
        sa.UniqueConstraint("organisation", "origin", "study_uid", name="uq_study"),
        sqlite_autoincrement=True,
    )
    op.create_index("study_by_accession", "study", ["organisation", "accession_number"])
    op.create_index("study_by_birth", "study", ["organisation", "birth_date"])
    op.create_index("study_by_date", "study", ["organisation", "study_date", "id"])
    op.create_index("study_by_patient", "study", ["organisation", "patient_number"])
    op.create_index("study_by_study_id", "study", ["organisation", "study_id"])
    op.create_index("study_by_uid", "study", ["organisation", "study_uid"])
    op.create_table(
        "token",
        _octets("token_hash"),
        _text("organisation"),
        _text("account"),
        _text("role"),
        _text("purpose"),
        _moment("expires"),
        _octets("scope"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_token"),
    )
    op.create_index("token_of_user", "token", ["organisation", "account"])
    op.create_table(
        "transport_key",
        _text("organisation"),
        _text("key_id"),
        _text("public"),
        _octets("wrapped", nullable=True),
        _moment("not_before"),
        _moment("not_after"),
        _moment("destroyed", nullable=True),
        sa.PrimaryKeyConstraint("organisation", "key_id", name="pk_transport_key"),
    )
    op.create_table(
        "work",
        _row_id(),
        _text("organisation"),
        _text("kind"),
        _text("subject"),
        _small("rank"),
        _moment("due"),
        _moment("created"),
        _number("wishes"),
        sa.PrimaryKeyConstraint("id", name="pk_work"),
        sa.UniqueConstraint("organisation", "kind", "subject", name="uq_work"),
        sqlite_autoincrement=True,
    )
    op.create_index("work_by_urgency", "work", ["rank", "created", "due"])
    op.create_table(
        "name_word",
        _text("organisation"),
        _text("kind"),
        _text("word"),
        _number("study"),
        sa.ForeignKeyConstraint(["study"], ["study.id"], name="fk_name_word_study", ondelete="CASCADE"),
    )
    op.create_index("name_word_by_word", "name_word", ["organisation", "kind", "word", "study"])
    op.create_index("name_word_of_study", "name_word", ["study"])
    op.create_table(
        "series",
        _row_id(),
        _number("study"),
        _text("series_uid"),
        _text("modality"),
        _number("number", nullable=True),
        _text("description"),
        _text("body_part"),
        _text("date"),
        _text("time"),
        sa.ForeignKeyConstraint(["study"], ["study.id"], name="fk_series_study"),
        sa.PrimaryKeyConstraint("id", name="pk_series"),
        sa.UniqueConstraint("study", "series_uid", name="uq_series"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "instance",
        _row_id(),
        _number("series"),
        _text("organisation"),
        _text("origin"),
        _text("instance_uid"),
        _octets("hash"),
        _text("sop_class"),
        _text("transfer_syntax"),
        _flag("part10"),
        _number("size"),
        _text("state"),
        _moment("received"),
        _number("number_of_frames", nullable=True),
        _number("instance_number", nullable=True),
        _number("first_header_length"),
        _octets("layout"),
        _octets("header", nullable=True),
        sa.ForeignKeyConstraint(["series"], ["series.id"], name="fk_instance_series"),
        sa.PrimaryKeyConstraint("id", name="pk_instance"),
        sa.UniqueConstraint("organisation", "origin", "instance_uid", "hash", name="uq_instance"),
        sqlite_autoincrement=True,
    )
    op.create_index("instance_of_series", "instance", ["series"])
