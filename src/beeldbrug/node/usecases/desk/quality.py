"""Where senders put the BSN, counted over a time; as a table, and as the letter for one sender. Without identity."""

from __future__ import annotations

import csv
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO

from beeldbrug.model.errors import NotFound
from beeldbrug.node.policy.bsn_letter import WORDS, letter
from beeldbrug.node.policy.bsn_quality import RIGHT, USABLE, SenderQuality, quality
from beeldbrug.node.ports.records import AuditEvent
from beeldbrug.node.ports.vault import Database
from beeldbrug.node.usecases.figures.count import check_period, plain, written
from beeldbrug.node.usecases.figures.peers import peer_name

COLUMNS = ("sender", "name", "studies", "finding", "usable", "right_place", "count", "share", "words")

_DAY = {"nl": "%d-%m-%Y", "en": "%d %b %Y"}


@dataclass(frozen=True)
class Quality:
    """Of one organisation; ``name`` is its own, as senders read it."""

    database: Database
    organisation: str
    name: str

    def report(self, since: float, until: float, sender: str = "") -> tuple[list[SenderQuality], Mapping[str, str]]:
        """By sender, or of one (URA), and their names. Raises Malformed ``period-malformed``."""
        check_period(since, until)
        with self.database.read() as tx:
            counts = tx.bsn_quality.counts(self.organisation, since, until)
            found = quality(one for one in counts if sender in ("", one[0]))
            return found, {one.sender: peer_name(tx, self.organisation, one.sender) for one in found}

    def table(self, since: float, until: float, sender: str, actor: str, now: float) -> str:
        """The report as CSV (RFC 4180); taking it along is on record."""
        found, names = self.report(since, until, sender)
        self._taken("csv", sender, actor, now)
        text = StringIO()
        writer = csv.writer(text)
        writer.writerow(COLUMNS)
        for one in found:
            writer.writerows(_rows(one, names[one.sender]))
        return text.getvalue()

    def letter(self, since: float, until: float, sender: str, language: str, actor: str, now: float) -> str:
        """The text for one sender; taking it along is on record. Raises NotFound ``too-few-to-report``."""
        found, names = self.report(since, until, sender)
        if not sender or not found or found[0].studies.value is None:
            raise NotFound(
                "too-few-to-report",
                "Too few studies of this sender came in this period to report on.",
                "Choose a longer period.",
            )
        self._taken("letter", sender, actor, now)
        first, last = (time.strftime(_DAY[language], time.localtime(at)) for at in (since, until - 1))
        return letter(found[0], names[sender] or sender, self.name, first, last, language)

    def _taken(self, form: str, sender: str, actor: str, now: float) -> None:
        event = AuditEvent(
            self.organisation,
            "bsn-quality-exported",
            "R",
            "success",
            actor=actor,
            peer=sender,
            details={"form": form},
            at=now,
        )
        with self.database.write() as tx:
            tx.audit.append(event)


def _rows(one: SenderQuality, name: str) -> Iterator[Sequence[object]]:
    head = (plain(one.sender), plain(name), written(one.studies))
    if one.studies.value is None:
        yield (*head, "", "", "", "", "", "")
    for finding, count in one.findings.items():
        usable, right = ("yes" if is_so else "no" for is_so in (finding in USABLE, finding is RIGHT))
        yield (*head, finding.value, usable, right, count, round(one.share(count), 4), WORDS[finding][1])
