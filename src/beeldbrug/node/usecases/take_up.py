"""After a restore: go on from the number of the last key statement that the hub has of us (DESIGN section 4).

A backup is older than the hub; a statement with a number that was used before would be refused by everybody.
"""

from __future__ import annotations

from beeldbrug.node.ports.route import AddressBook
from beeldbrug.node.ports.vault import Database
from beeldbrug.node.usecases.trust import OwnOrganisation
from beeldbrug.sealed.statement import read_statement


def take_up_sequence(own: OwnOrganisation, database: Database, hub: AddressBook, now: float) -> int:
    """The number to go on from. Raises Unavailable (hub away), NotFound (not enrolled), Denied (not our signature)."""
    token = hub.correspondent(own.ura).statement
    with database.write() as tx:
        known = tx.keys.statement(own.ura, own.ura)
        sequence = known[0] if known else 0
        if token:
            statement = read_statement(token, own.signing_key.public_key(), own.ura)
            if statement.sequence > sequence:
                tx.keys.remember_statement(own.ura, own.ura, statement.sequence, token, now)
                tx.facts.set(own.ura, "statement-issued", "0")  # a fresh one is due
                sequence = statement.sequence
    return sequence
