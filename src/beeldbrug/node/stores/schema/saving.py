"""Table of what people saved beside a study: key images and presentation states; migration 0010 builds exactly this.

A row goes with its instance. Nothing in it names a patient; what was saved lies in the instance, sealed.
"""

from __future__ import annotations

from sqlalchemy import Index, Table

from beeldbrug.node.stores.schema.columns import METADATA, key, moment, parent, word

saved = Table(
    "saved",
    METADATA,
    key("organisation"),
    key("id"),
    parent("instance", "instance.id", cascade=True),
    word("account"),
    word("kind"),
    moment("created"),
    Index("saved_instance", "instance", unique=True),
    sqlite_with_rowid=False,
)
