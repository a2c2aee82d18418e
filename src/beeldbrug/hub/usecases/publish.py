"""Keep an organisation's newest key statement and directory, signed by itself.

Each has a sequence number that only grows. The hub vouches for neither: nodes check them against the certified key.
DESIGN section 4, "Keys"; a directory names locations and departments, never people.
"""

from __future__ import annotations

from dataclasses import replace

from beeldbrug.hub.ports.hub import Caller, Hub
from beeldbrug.hub.ports.records import Organisation, Transaction
from beeldbrug.hub.usecases.claims import only_known
from beeldbrug.model.errors import Conflict, NotFound
from beeldbrug.sealed.directory import read_directory
from beeldbrug.sealed.statement import read_statement


def publish_statement(hub: Hub, caller: Caller, token: str) -> bool:
    """Keep a key statement; False when it was kept before. Raises Malformed, Denied, Conflict ``sequence-...``."""
    statement = read_statement(token, caller.public_key, caller.ura)
    only_known(token, statement)

    def work(transaction: Transaction) -> bool:
        own = _own(transaction, caller)
        if not _newer(own.statement_sequence, own.statement, statement.sequence, token):
            return False
        transaction.organisations.put(replace(own, statement=token, statement_sequence=statement.sequence))
        return True

    return hub.records.write(work)


def publish_directory(hub: Hub, caller: Caller, token: str) -> bool:
    """Keep a directory; False when it was kept before. Raises Malformed, Denied, Conflict ``sequence-...``."""
    directory = read_directory(token, caller.public_key, caller.ura)

    def work(transaction: Transaction) -> bool:
        own = _own(transaction, caller)
        if not _newer(own.directory_sequence, own.directory, directory.sequence, token):
            return False
        transaction.organisations.put(replace(own, directory=token, directory_sequence=directory.sequence))
        return True

    return hub.records.write(work)


def check_sequence(kept: int, sequence: int) -> None:
    """Raise Conflict unless ``sequence`` is higher than the one kept."""
    if sequence < kept:
        raise Conflict(
            "sequence-older", "A newer one is kept already.", "Sign a new one with a higher sequence number."
        )
    if sequence == kept:
        raise Conflict(
            "sequence-reused",
            "Another one with the same sequence number is kept.",
            "Find out why two were signed; then sign one with a higher number.",
        )


def _newer(kept: int, token: str | None, sequence: int, offered: str) -> bool:
    if token == offered:
        return False
    check_sequence(kept, sequence)
    return True


def _own(transaction: Transaction, caller: Caller) -> Organisation:
    own = transaction.organisations.find(caller.ura)
    if own is None or not own.enrolled:
        raise NotFound("organisation-not-here", "No such organisation is enrolled at this hub.")
    return own
