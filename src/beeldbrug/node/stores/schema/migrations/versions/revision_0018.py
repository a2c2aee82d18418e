"""What people bring by browser, sealed: uploads with their keys and chunks, and requests to outsiders."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False)


def _octets(name: str) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(), nullable=False)


def _moment(name: str, nullable: bool = False) -> sa.Column[float]:
    return sa.Column(name, sa.Double(), nullable=nullable)


def upgrade() -> None:
    """Make the tables."""
    _uploads()
    _chunks()
    _requests()


def _uploads() -> None:
    op.create_table(
        "upload",
        *map(_text, ("organisation", "id", "account", "request")),
        _octets("mark"),
        *map(_text, ("recipient", "state")),
        *map(_moment, ("created", "touched", "expires")),
        _octets("choice"),
        _text("outcome"),
        sa.PrimaryKeyConstraint("organisation", "id", name="pk_upload"),
        sqlite_with_rowid=False,
    )
    op.create_index("upload_mark", "upload", ["organisation", "account", "mark"])
    op.create_index("upload_request_of", "upload", ["organisation", "request"])
    op.create_index("upload_expires", "upload", ["organisation", "expires"])
    op.create_table(
        "upload_key",
        *map(_text, ("organisation", "upload")),
        _octets("wrapped"),
        sa.PrimaryKeyConstraint("organisation", "upload", name="pk_upload_key"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "upload_writer",
        *map(_text, ("organisation", "upload", "writer")),
        _octets("sealed"),
        sa.PrimaryKeyConstraint("organisation", "upload", "writer", name="pk_upload_writer"),
        sqlite_with_rowid=False,
    )


def _chunks() -> None:
    op.create_table(
        "upload_chunk",
        sa.Column("id", ID, nullable=False, autoincrement=True),
        *map(_text, ("organisation", "upload", "writer", "line")),
        sa.Column("number", ID, nullable=False),
        sa.Column("size", ID, nullable=False),
        _octets("contents"),
        _moment("at"),
        sa.PrimaryKeyConstraint("id", name="pk_upload_chunk"),
        sqlite_autoincrement=True,
    )
    name = ["organisation", "upload", "writer", "line", "number"]
    op.create_index("upload_chunk_name", "upload_chunk", name, unique=True)


def _requests() -> None:
    op.create_table(
        "upload_request",
        *map(_text, ("organisation", "id")),
        _octets("token"),
        _text("account"),
        *map(_octets, ("code", "words")),
        *map(_moment, ("created", "expires")),
        _moment("closed", True),
        _moment("opened", True),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        _moment("locked"),
        sa.PrimaryKeyConstraint("organisation", "id", name="pk_upload_request"),
        sqlite_with_rowid=False,
    )
    op.create_index("upload_request_token", "upload_request", ["token"], unique=True)
    op.create_index("upload_request_expires", "upload_request", ["organisation", "expires"])
    op.create_table(
        "upload_pass",
        _octets("token"),
        *map(_text, ("organisation", "request")),
        _moment("expires"),
        sa.PrimaryKeyConstraint("token", name="pk_upload_pass"),
        sqlite_with_rowid=False,
    )
    op.create_index("upload_pass_request", "upload_pass", ["organisation", "request"])
