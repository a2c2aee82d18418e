"""The work ``figures``: look for dose reports in what was imported, and keep their totals per month and modality.

Each exchange is looked through once. What is kept says nothing of a patient; which exchanges were looked through is
kept, and not what was found in them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from beeldbrug.dicom.dose import XRAY_DOSE_SR, reported_dose
from beeldbrug.kit.log import get
from beeldbrug.model.errors import BeeldbrugError, Unavailable
from beeldbrug.model.figures import Dose
from beeldbrug.node.ports.records import InstanceRow
from beeldbrug.node.ports.vault import Database
from beeldbrug.node.usecases.figures.count import month_of
from beeldbrug.node.usecases.read.part10 import as_file, read_file
from beeldbrug.node.usecases.read.places import Places
from beeldbrug.node.usecases.read.sources import Sources

FIGURES_SECONDS = 60.0
REPORT_BYTES = 16 * 1024 * 1024
"""A dose report is some tens of kilobytes; what is larger is none."""

MEMBERS = 1000

log = get("figures")


@dataclass(frozen=True)
class FiguresStep:
    """The work ``figures`` of one organisation."""

    organisation: str
    database: Database
    sources: Sources
    clock: Callable[[], float]

    def step(self, subject: str) -> float | None:
        """Look through what was imported since; again in FIGURES_SECONDS. Raises Unavailable."""
        with self.database.read() as tx:
            waiting = tx.figures.uncounted(self.organisation)
        for exchange, imported in waiting:
            doses = self._doses(exchange)
            with self.database.write() as tx:
                tx.figures.count_dose(self.organisation, exchange, month_of(imported), doses)
        return FIGURES_SECONDS if not waiting else 0.0

    def failed(self, subject: str, error: BeeldbrugError) -> float | None:
        """Nothing to note beyond a log line; it is looked at again."""
        log.error("figures failed", code=error.code)
        return FIGURES_SECONDS

    def _doses(self, exchange: str) -> list[Dose]:
        found: dict[str, Dose] = {}
        for row in self._reports(exchange):
            read = self._read(row)
            if read is not None:
                before = found.get(read.modality, Dose(read.modality, 0, 0.0, 0.0))
                found[read.modality] = Dose(
                    read.modality, before.reports + 1, before.dlp + read.dlp, before.dap + read.dap
                )
        return list(found.values())

    def _reports(self, exchange: str) -> list[InstanceRow]:
        reports: list[InstanceRow] = []
        after = 0
        with self.database.read() as tx:
            while members := tx.exchanges.members(exchange, after, MEMBERS):
                after = members[-1].ordinal
                rows = tx.instances.get(self.organisation, [member.instance for member in members])
                reports += [row for row in rows if row.sop_class == XRAY_DOSE_SR and row.size <= REPORT_BYTES]
        return reports

    def _read(self, row: InstanceRow) -> Dose | None:
        try:
            chunks = read_file(self.sources, Places(self.sources, self.organisation), as_file(row))
            read = reported_dose(b"".join(bytes(chunk) for chunk in chunks))
        except Unavailable:
            raise
        except BeeldbrugError as error:  # somebody else's report that cannot be read, or that was destroyed meanwhile
            log.warning("dose report not read", code=error.code)
            return None
        return None if read is None else Dose(read.modality, 1, read.dlp, read.dap)
