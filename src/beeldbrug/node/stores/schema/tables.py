"""Tables of studies, exchanges, work and the trail (DESIGN sections 4 to 7); migrations build exactly these.

Every table carries its ``organisation``, but for parts of a row that does. Plain identity stands only in ``study``,
``series``, ``name_word``, ``exchange`` and ``instance``, in the columns that search needs; columns commented "sealed"
are encrypted under the vault's root key. ``KEY_TABLES`` hold wrapped keys and stay out of ordinary backups.
``origin`` is "own" or a parcel's id, see ``ports.records``.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, LargeBinary, Table, UniqueConstraint, text

from beeldbrug.node.stores.schema.columns import (
    METADATA,
    count,
    flag,
    key,
    maybe_count,
    maybe_moment,
    maybe_octets,
    moment,
    number_key,
    octets,
    parent,
    row_id,
    small,
    word,
    words,
)
from beeldbrug.node.stores.schema.consult import live_key
from beeldbrug.node.stores.schema.uploads import upload_key

study = Table(
    "study",
    METADATA,
    row_id(),
    word("organisation"),
    word("origin"),
    word("study_uid"),
    word("patient_name"),
    word("folded_name"),
    word("patient_number"),
    word("patient_issuer"),
    word("number_source"),
    word("birth_date"),
    word("sex"),
    word("accession_number"),
    word("study_id"),
    word("study_date"),
    word("study_time"),
    word("description"),
    word("referring_physician"),
    word("folded_referring"),
    word("accession_issuer"),
    UniqueConstraint("organisation", "origin", "study_uid", name="uq_study"),
    Index("study_by_uid", "organisation", "study_uid"),
    Index("study_by_date", "organisation", "study_date", "id"),
    Index("study_by_patient", "organisation", "patient_number"),
    Index("study_by_birth", "organisation", "birth_date"),
    Index("study_by_accession", "organisation", "accession_number"),
    Index("study_by_study_id", "organisation", "study_id"),
    sqlite_autoincrement=True,
)

name_word = Table(
    "name_word",
    METADATA,
    word("organisation"),
    word("kind"),  # patient or referring; search: as people type it, see policy.finding.indexed
    word("word"),  # one folded word of the name; of kind search also birth date and number
    parent("study", "study.id", cascade=True),
    Index("name_word_by_word", "organisation", "kind", "word", "study"),
    Index("name_word_of_study", "study", "kind", "word"),
)

series = Table(
    "series",
    METADATA,
    row_id(),
    parent("study", "study.id"),
    word("series_uid"),
    word("modality"),
    maybe_count("number"),
    word("description"),
    word("body_part"),
    word("date"),
    word("time"),
    UniqueConstraint("study", "series_uid", name="uq_series"),
    sqlite_autoincrement=True,
)

instance = Table(
    "instance",
    METADATA,
    row_id(),
    parent("series", "series.id"),
    word("organisation"),
    word("origin"),
    word("instance_uid"),
    octets("hash"),
    word("sop_class"),
    word("transfer_syntax"),
    flag("part10"),
    count("size"),
    word("state"),
    moment("received"),
    maybe_count("number_of_frames"),
    maybe_count("instance_number"),
    count("first_header_length"),
    octets("layout"),  # msgpack: header place, pieces, bulks
    maybe_octets("header"),  # sealed; last, because it is long and rarely read
    UniqueConstraint("organisation", "origin", "instance_uid", "hash", name="uq_instance"),
    Index("instance_of_series", "series"),
    sqlite_autoincrement=True,
)

pack = Table(
    "pack",
    METADATA,
    key("organisation"),
    key("pack"),
    key("origin"),
    word("line"),
    Index("pack_of_origin", "organisation", "origin"),
    Index("pack_by_id", "pack"),
    sqlite_with_rowid=False,
)

pack_key = Table(
    "pack_key",
    METADATA,
    key("organisation"),
    key("pack"),
    key("origin"),
    octets("wrapped"),  # wrapped under the root key
    Index("pack_key_of_origin", "organisation", "origin"),
    sqlite_with_rowid=False,
)

segment = Table(
    "segment",
    METADATA,
    key("organisation"),
    key("pack"),
    number_key("number"),
    word("state"),
    count("length"),
    count("padded"),
    octets("hash"),
    Index(
        "segment_under_way",
        "state",
        "organisation",
        "pack",
        "number",
        sqlite_where=text("state <> 'stored'"),
        postgresql_where=text("state <> 'stored'"),
    ),
    sqlite_with_rowid=False,
)

OPEN = "state NOT IN ('delivered', 'expired', 'failed', 'imported', 'refused', 'withdrawn')"
"""What has not ended, and is counted; a partial index, so both engines must read these very words."""

URGENT = f"urgency IN ('stat', 'asap') AND {OPEN}"
"""What stands first on every list; a partial index likewise."""

AT_DESK = (
    "direction = 'in' AND withdrawn IS NULL AND ("
    "(state IN ('failed', 'seen', 'verified') "
    "AND reason_code NOT IN ('', 'chosen-at-desk', 'patient-stays', 're-keyed')) "
    "OR (state = 'imported' AND emptied IS NULL AND reason_code IN ('emergency-number', 'emergency-question')))"
)
"""Arrivals that wait at the receiving desk for a human, who has not decided yet, and those imported of which nobody has
said yet whose they are; a partial index likewise."""

exchange = Table(
    "exchange",
    METADATA,
    key("id"),
    word("organisation"),
    word("direction"),
    word("peer"),
    octets("terms"),  # sealed
    word("study_uid"),
    word("state"),
    word("urgency"),
    moment("created"),
    moment("updated"),
    moment("expires"),
    word("rule"),
    word("reason_code"),
    moment("undo_until"),
    count("total"),
    count("done"),
    count("imported"),
    flag("closed"),
    octets("closed_hash"),
    moment("last_instance"),
    maybe_moment("first_part"),
    maybe_moment("verified"),
    maybe_moment("seen"),
    maybe_moment("imported_at"),
    maybe_moment("withdrawn"),
    octets("local_number"),  # sealed
    octets("description"),  # sealed
    octets("modalities"),  # msgpack
    maybe_moment("emptied"),
    word("route"),
    octets("note"),  # sealed
    count("missing"),
    Index("exchange_newest", "created"),
    Index("exchange_of_organisation", "organisation", "created"),
    Index("exchange_in_state", "state", "created"),
    Index("exchange_by_expiry", "organisation", "expires"),
    Index("exchange_of_rule", "organisation", "rule", "study_uid", "created"),
    Index("exchange_of_study", "organisation", "study_uid"),
    Index("exchange_by_urgency", "organisation", "urgency", "created", "id"),
    Index("exchange_changed", "organisation", "updated"),
    Index(
        "exchange_urgent",
        "organisation",
        "created",
        "id",
        sqlite_where=text(URGENT),
        postgresql_where=text(URGENT),
    ),
    Index(
        "exchange_open",
        "organisation",
        "direction",
        "state",
        "urgency",
        sqlite_where=text(OPEN),
        postgresql_where=text(OPEN),
    ),
    Index(
        "exchange_at_desk",
        "organisation",
        "direction",
        "created",
        "id",
        sqlite_where=text(AT_DESK),
        postgresql_where=text(AT_DESK),
    ),
    Index(
        "exchange_not_emptied",
        "organisation",
        "direction",
        "created",
        sqlite_where=text("emptied IS NULL"),
        postgresql_where=text("emptied IS NULL"),
    ),
    sqlite_with_rowid=False,
)

member = Table(
    "member",
    METADATA,
    key("exchange"),
    number_key("ordinal"),
    word("organisation"),
    count("instance"),
    maybe_count("header_part"),
    maybe_count("bulk_part"),
    UniqueConstraint("instance", "exchange", name="uq_member"),
    Index(
        "member_unsent",
        "exchange",
        "ordinal",
        sqlite_where=text("bulk_part IS NULL"),
        postgresql_where=text("bulk_part IS NULL"),
    ),
    sqlite_with_rowid=False,
)

association = Table(
    "association",
    METADATA,
    key("association"),
    key("exchange"),
    word("organisation"),
    word("process"),
    moment("opened"),
    maybe_moment("ended"),
    Index("association_of_exchange", "exchange", "ended"),
    Index("association_of_process", "process", "ended"),
    sqlite_with_rowid=False,
)

part = Table(
    "part",
    METADATA,
    key("organisation"),
    key("parcel"),
    key("sender"),
    number_key("number"),
    word("kind"),
    word("envelope"),
    maybe_moment("done"),
    maybe_octets("body"),  # sealed to its receiver already
    Index(
        "part_not_done",
        "organisation",
        "parcel",
        "sender",
        "number",
        sqlite_where=text("done IS NULL"),
        postgresql_where=text("done IS NULL"),
    ),
)

sending = Table(
    "sending",
    METADATA,
    key("exchange"),
    key("pack"),
    number_key("number"),
    word("organisation"),
    maybe_moment("uploaded"),  # of what comes in: when it was here
    maybe_count("part"),
    Index(
        "sending_not_uploaded",
        "exchange",
        "pack",
        "number",
        sqlite_where=text("uploaded IS NULL"),
        postgresql_where=text("uploaded IS NULL"),
    ),
    Index(
        "sending_not_announced",
        "exchange",
        "pack",
        "number",
        sqlite_where=text("part IS NULL"),
        postgresql_where=text("part IS NULL"),
    ),
    sqlite_with_rowid=False,
)

import_row = Table(
    "import_row",
    METADATA,
    key("exchange"),
    number_key("instance"),
    word("organisation"),
    word("instance_uid"),
    octets("hash"),
    octets("pieces"),  # msgpack
    word("transfer_syntax"),
    Column("status", maybe_count("status").type, nullable=True),
    flag("accepted"),
    word("comment"),
    maybe_moment("at"),
    maybe_octets("header"),  # sealed; none once the exchange was forgotten
    Index("import_row_by_uid", "organisation", "instance_uid"),
)

transport_key = Table(
    "transport_key",
    METADATA,
    key("organisation"),
    key("key_id"),
    word("public"),
    Column("wrapped", LargeBinary, nullable=True),  # wrapped under the root key; none once destroyed
    moment("not_before"),
    moment("not_after"),
    maybe_moment("destroyed"),
)

statement = Table(
    "statement",
    METADATA,
    key("organisation"),
    key("peer"),
    count("sequence"),
    word("statement"),
    moment("at"),
)

audit_event = Table(
    "audit_event",
    METADATA,
    key("organisation"),
    number_key("sequence"),
    moment("at"),
    word("event"),
    word("action"),
    word("outcome"),
    word("actor"),
    word("role"),
    word("responsible"),
    word("purpose"),
    word("ground"),
    word("exchange"),
    word("peer"),
    word("consent"),
    word("decision"),  # JSON
    word("details"),  # JSON
    octets("identity"),  # sealed: patient and study
    octets("patient_index"),  # keyed hash, so that one patient's events can be found
    octets("study_index"),
    octets("hash"),
    Index("audit_event_by_time", "organisation", "at", "sequence"),
    Index("audit_event_of_patient", "organisation", "patient_index", "at", "sequence"),
    Index("audit_event_of_study", "organisation", "study_index", "at", "sequence"),
    Index("audit_event_of_exchange", "organisation", "exchange", "at", "sequence"),
    Index("audit_event_of_kind", "organisation", "event", "at", "sequence"),
    Index("audit_event_of_actor", "organisation", "actor", "at", "sequence"),
    Index("audit_event_of_peer", "organisation", "peer", "at", "sequence"),
)

audit_head = Table("audit_head", METADATA, key("organisation"), count("sequence"), octets("hash"))

alert = Table(
    "alert",
    METADATA,
    row_id(),
    word("organisation"),
    word("exchange"),
    word("code"),
    word("text_nl"),
    word("text_en"),
    word("remedy_nl"),
    word("remedy_en"),
    moment("raised"),
    maybe_moment("notified"),
    maybe_moment("cleared"),
    Index(
        "alert_open",
        "organisation",
        "exchange",
        "code",
        unique=True,
        sqlite_where=text("cleared IS NULL"),
        postgresql_where=text("cleared IS NULL"),
    ),
    sqlite_autoincrement=True,
)

work = Table(
    "work",
    METADATA,
    row_id(),
    word("organisation"),
    word("kind"),
    word("subject"),
    small("rank"),  # of the urgency, 0 is most urgent
    moment("due"),
    moment("created"),
    count("wishes"),
    Column("error", words(), nullable=True),  # code of why the last try failed; none while it did not
    maybe_moment("failing_since"),
    maybe_count("tries"),
    UniqueConstraint("organisation", "kind", "subject", name="uq_work"),
    Index("work_by_urgency", "rank", "created", "due"),
    sqlite_autoincrement=True,
)

token = Table(
    "token",
    METADATA,
    Column("token_hash", LargeBinary, primary_key=True),
    word("organisation"),
    word("account"),
    word("role"),
    word("purpose"),
    moment("expires"),
    octets("scope"),  # msgpack: exchanges and studies
    Index("token_of_user", "organisation", "account"),
)

fact = Table("fact", METADATA, key("organisation"), key("name"), word("value"))

KEY_TABLES = (pack_key, transport_key, live_key, upload_key)
"""Wrapped keys: kept out of ordinary backups, so that a lost backup opens nothing (DESIGN section 4)."""
