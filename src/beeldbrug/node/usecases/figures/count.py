"""Count without identity: figures of a time, and the same as rows of a table for whoever calculates further."""

from __future__ import annotations

import csv
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import StringIO

from beeldbrug.model.errors import Malformed
from beeldbrug.node.policy.figures import SMALL, Assumptions, Count, Figures, Line, figures
from beeldbrug.node.ports.records import AuditEvent
from beeldbrug.node.ports.vault import Database
from beeldbrug.node.usecases.figures.peers import peer_name

LONGEST_SECONDS = 3 * 366 * 86400.0

COLUMNS = (
    "figure",
    "key",
    "name",
    "direction",
    "count",
    "instances",
    "seconds_to_first_look_median",
    "seconds_to_first_look_p90",
    "seconds_to_pacs_median",
    "seconds_to_pacs_p90",
    "value",
    "note",
)


@dataclass(frozen=True)
class Counting:
    """Figures of one organisation. ``assumptions`` are those in force."""

    database: Database
    organisation: str
    assumptions: Callable[[], Assumptions]

    def figures(self, since: float, until: float) -> tuple[Figures, dict[str, str]]:
        """Figures of what was asked for then, and the partners' names. Raises Malformed ``period-malformed``."""
        check_period(since, until)
        with self.database.read() as tx:
            rows = tx.figures.moments(self.organisation, since, until)
            judged = tx.figures.judged(self.organisation, since, until)
            doses = tx.figures.doses(self.organisation, month_of(since), month_of(until - 1))
            names = {peer: peer_name(tx, self.organisation, peer) for peer in {row.peer for row in rows if row.peer}}
        return figures(rows, judged, doses, self.assumptions(), month_of, day_of), names

    def table(self, since: float, until: float, actor: str, now: float) -> str:
        """The figures as CSV (RFC 4180); taking them along is on record."""
        found, names = self.figures(since, until)
        event = AuditEvent(self.organisation, "figures-exported", "R", "success", actor=actor, at=now)
        with self.database.write() as tx:
            tx.audit.append(event)
        text = StringIO()
        writer = csv.writer(text)
        writer.writerow(COLUMNS)
        writer.writerows(_rows(found, names))
        return text.getvalue()


def check_period(since: float, until: float) -> None:
    """Raises Malformed ``period-malformed`` for a time that is not counted."""
    if not 0 <= since < until <= since + LONGEST_SECONDS:
        raise Malformed("period-malformed", "This period cannot be counted.", "Choose at most three years.")


def month_of(at: float) -> str:
    """The hospital's month, by this machine's time zone."""
    return time.strftime("%Y-%m", time.localtime(at))


def day_of(at: float) -> str:
    """The hospital's day."""
    return time.strftime("%Y-%m-%d", time.localtime(at))


def written(count: Count) -> str:
    """A count as people read it."""
    if count.value is None:
        return f"<{SMALL}"
    return f"{count.value}+" if count.least else str(count.value)


def _rows(found: Figures, names: dict[str, str]) -> Iterator[Sequence[object]]:
    for figure, lines in (("partner", found.partners), ("route", found.routes), ("month", found.months)):
        for line in lines:
            yield _line(figure, line, names.get(line.key, ""))
    for day, peer, direction, count in found.days:
        yield _cells("partner-day", f"{day} {peer}", names.get(peer, ""), direction, written(count))
    for one in found.failures:
        yield _cells("failure", one.code, one.state, one.direction, written(one.count))
    for direction, count in found.total.items():
        yield _cells("total", "", "", direction, written(count))
    saved, assumed = found.saved, found.assumptions
    note = f"assumed: {assumed.discs_per_exchange} per exchange in the PACS"
    yield _cells("discs-avoided", "", "", "", written(saved.imported), saved.discs, note)
    yield _cells("repeats-avoided-said", "", "", "", written(saved.said), None, f"of {written(saved.asked)} asked")
    if saved.estimated is not None:
        note = f"estimate: share {assumed.repeat_share}; {assumed.repeat_source}"
        yield _cells("repeats-avoided-estimated", "", "", "", "", round(saved.estimated, 1), note)
    for dose in found.doses:
        yield _cells("dose-length-product", dose.modality, "", "", written(dose.reports), dose.dlp, "mGy.cm")
        yield _cells("dose-area-product", dose.modality, "", "", written(dose.reports), dose.dap, "Gy.m2")


def _line(figure: str, line: Line, name: str) -> Sequence[object]:
    look, into = line.to_look, line.to_import
    times = (look.median, look.p90, into.median, into.p90)
    seconds = ["" if one is None else round(one, 1) for one in times]
    instances = "" if line.instances is None else line.instances
    return (figure, plain(line.key), plain(name), line.direction, written(line.count), instances, *seconds, "", "")


def _cells(
    figure: str, key: str, name: str, direction: str, count: str, value: float | None = None, note: str = ""
) -> Sequence[object]:
    shown = "" if value is None else value
    return (figure, plain(key), plain(name), direction, count, "", "", "", "", "", shown, plain(note))


def plain(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t") else text
