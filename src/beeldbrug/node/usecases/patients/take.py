"""Take what the hospital says of its own patients: durable before anybody is told that it was taken (guarantee 1)."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from beeldbrug.node.ports.own_patients import Change, Gone, Merged, OwnPatient, Rekeyed, Said, Told
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.usecases.patients.emergency import ask_rekey


@dataclass(frozen=True)
class TakePatients:
    """Takes for one organisation what comes by HL7 v2."""

    database: Database
    organisation: str
    clock: Callable[[], float] = time.time

    def take(self, changes: Sequence[Change]) -> None:
        """All of them in one commit, in their order; what is older than what is known changes nothing.

        Raises Unavailable when the database does not answer, Conflict when it must be tried again.
        """
        self.database.run(lambda tx: self._apply(tx, changes))

    def _apply(self, tx: Transaction, changes: Sequence[Change]) -> None:
        for change in changes:
            match change:
                case Said():
                    tx.own_patients.put(self.organisation, [self._patient(tx, change)])
                case Merged():
                    tx.own_patients.merge(self.organisation, change.number, change.into, Told.HL7, change.at)
                case Rekeyed():
                    ask_rekey(tx, self.organisation, change, self.clock())
                case Gone():
                    tx.own_patients.remove(self.organisation, change.number, change.at)

    def _patient(self, tx: Transaction, said: Said) -> OwnPatient:
        """As it is known with what was said of it."""
        known = tx.own_patients.get(self.organisation, said.number)
        bsn, name, birth_date, sex = (known.bsn, known.name, known.birth_date, known.sex) if known else ("",) * 4
        return OwnPatient(
            said.number,
            bsn if said.bsn is None else said.bsn,
            name if said.name is None else said.name,
            birth_date if said.birth_date is None else said.birth_date,
            sex if said.sex is None else said.sex,
            Told.HL7,
            said.at,
        )
