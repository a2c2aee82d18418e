"""Pictures without a name in SQL (ports.pictures.Pictures); which instance each is of is sealed."""

from __future__ import annotations

from beeldbrug.model.errors import Conflict
from beeldbrug.node.ports.pictures import PictureRow, TextFound
from beeldbrug.node.stores.sql.sealing import Sealing
from beeldbrug.node.stores.sql.statements import Statements

_ADD = """
INSERT INTO picture (organisation, exchange, account, instance, frame, hash, size, media_type, text, spots, covered,
  created) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (organisation, exchange) DO NOTHING"""

_ONE = """
SELECT account, instance, frame, hash, size, media_type, text, spots, covered, created FROM picture
WHERE organisation = ? AND exchange = ?"""


class SqlPictures:
    """ports.pictures.Pictures over one transaction."""

    __slots__ = ("_seal", "_sql")

    def __init__(self, sql: Statements, seal: Sealing) -> None:
        self._sql = sql
        self._seal = seal

    def add_picture(self, row: PictureRow) -> None:
        """Keep a new one. Raises Conflict ``picture-already``."""
        instance = self._seal.seal_text(row.organisation, "picture", row.exchange, row.instance_uid)
        head = (row.organisation, row.exchange, row.account, instance, row.frame, row.hash, row.size, row.media_type)
        if not self._sql.run(_ADD, *head, row.text.value, row.spots, row.covered, row.created):
            raise Conflict("picture-already", "This picture was handed out before.", "Make the picture anew.")

    def picture(self, organisation: str, exchange: str) -> PictureRow | None:
        """That of an exchange."""
        row = self._sql.one(_ONE, organisation, exchange)
        if row is None:
            return None
        account, sealed, frame, hash_, size, media_type, text, spots, covered, created = row
        uid = self._seal.open_text(organisation, "picture", exchange, bytes(sealed))
        counts = (int(spots), int(covered), created)
        return PictureRow(
            exchange,
            organisation,
            account,
            uid,
            int(frame),
            bytes(hash_),
            int(size),
            media_type,
            TextFound(text),
            *counts,
        )
