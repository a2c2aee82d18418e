"""First tables of the hub: address book, parcels and mailboxes, packs, audit heads, upkeep."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "v0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "counters",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "discards",
        sa.Column("object", sa.String(length=120), nullable=False),
        sa.Column("store", sa.String(length=8), nullable=False),
        sa.PrimaryKeyConstraint("object", "store"),
    )
    op.create_table(
        "grants",
        sa.Column("pack", sa.String(length=32), nullable=False),
        sa.Column("receiver", sa.String(length=8), nullable=False),
        sa.Column("parcel", sa.String(length=32), nullable=False),
        sa.Column("expires", sa.Float(precision=53), nullable=False),
        sa.PrimaryKeyConstraint("pack", "receiver", "parcel"),
    )
    op.create_index("grants_expires", "grants", ["expires"], unique=False)
    op.create_index("grants_parcel", "grants", ["parcel"], unique=False)
    op.create_table(
        "heads",
        sa.Column("organisation", sa.String(length=8), nullable=False),
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("head", sa.Text(), nullable=False),
        sa.Column("received", sa.Float(precision=53), nullable=False),
        sa.PrimaryKeyConstraint("organisation", "sequence"),
    )
    op.create_table(
        "leases",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("holder", sa.String(length=32), nullable=False),
        sa.Column("until", sa.Float(precision=53), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "mailboxes",
        sa.Column("organisation", sa.String(length=8), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation"),
    )
    op.create_table(
        "organisations",
        sa.Column("ura", sa.String(length=8), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("chain", sa.Text(), nullable=False),
        sa.Column("public_key", sa.String(length=64), nullable=False),
        sa.Column("not_before", sa.Float(precision=53), nullable=False),
        sa.Column("enrolled", sa.SmallInteger(), nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=True),
        sa.Column("statement_sequence", sa.BigInteger(), nullable=False),
        sa.Column("directory", sa.Text(), nullable=True),
        sa.Column("directory_sequence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("ura"),
    )
    op.create_table(
        "packs",
        sa.Column("pack", sa.String(length=32), nullable=False),
        sa.Column("owner", sa.String(length=8), nullable=False),
        sa.PrimaryKeyConstraint("pack"),
    )
    op.create_table(
        "parcels",
        sa.Column("parcel", sa.String(length=32), nullable=False),
        sa.Column("sender", sa.String(length=8), nullable=False),
        sa.Column("receiver", sa.String(length=8), nullable=False),
        sa.Column("expires", sa.Float(precision=53), nullable=False),
        sa.Column("withdrawn", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("parcel"),
    )
    op.create_index("parcels_expires", "parcels", ["expires"], unique=False)
    op.create_table(
        "parts",
        sa.Column("parcel", sa.String(length=32), nullable=False),
        sa.Column("sender", sa.String(length=8), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("receiver", sa.String(length=8), nullable=False),
        sa.Column("cursor", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("urgency", sa.SmallInteger(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("object", sa.String(length=120), nullable=False),
        sa.Column("envelope", sa.Text(), nullable=False),
        sa.Column("expires", sa.Float(precision=53), nullable=False),
        sa.PrimaryKeyConstraint("parcel", "sender", "number"),
    )
    op.create_index("parts_expires", "parts", ["state", "expires"], unique=False)
    op.create_index("parts_mailbox", "parts", ["receiver", "state", "cursor"], unique=False)
    op.create_table(
        "segments",
        sa.Column("pack", sa.String(length=32), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("length", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("object", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("pack", "number"),
    )
    op.create_table(
        "uploads",
        sa.Column("pack", sa.String(length=32), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("owner", sa.String(length=8), nullable=False),
        sa.Column("length", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("object", sa.String(length=120), nullable=False),
        sa.Column("started", sa.Float(precision=53), nullable=False),
        sa.PrimaryKeyConstraint("pack", "number"),
    )
    op.create_index("uploads_started", "uploads", ["started"], unique=False)
    op.create_table(
        "usage",
        sa.Column("organisation", sa.String(length=8), nullable=False),
        sa.Column("segment_bytes", sa.BigInteger(), nullable=False),
        sa.Column("part_bytes", sa.BigInteger(), nullable=False),
        sa.Column("upload_bytes", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("organisation"),
    )
    # ### end Alembic commands ###
