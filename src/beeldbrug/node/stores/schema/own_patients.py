"""Tables of the hospital's own patients as an ADT feed or a list told them; migration 0013 builds exactly these.

Number, BSN and birth date are search columns. Name and sex are sealed; for the search by name there are keyed hashes.
"""

from __future__ import annotations

from sqlalchemy import Index, LargeBinary, Table
from sqlalchemy.schema import Column

from beeldbrug.node.stores.schema.columns import METADATA, flag, key, moment, octets, word

own_patient = Table(
    "own_patient",
    METADATA,
    key("organisation"),
    key("number"),
    word("bsn"),
    word("birth_date"),
    octets("person"),
    word("source"),
    moment("changed_at"),
    flag("active"),
    word("merged_into"),
    moment("merged_at"),
    Index("own_patient_bsn", "organisation", "bsn"),
    Index("own_patient_birth_date", "organisation", "birth_date"),
    Index("own_patient_merged", "organisation", "merged_into"),
    sqlite_with_rowid=False,
)

own_patient_name = Table(
    "own_patient_name",
    METADATA,
    key("organisation"),
    Column("name_key", LargeBinary, primary_key=True),
    key("number"),
    Index("own_patient_name_number", "organisation", "number"),
    sqlite_with_rowid=False,
)
