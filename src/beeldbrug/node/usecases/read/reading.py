"""Reading: what a holder of a bearer token may do with studies - search, retrieve, describe, see frames, get bulk.

One object for the process, thread-safe, called from threads. Every call takes a scope and enforces it; every call that
shows a study has its audit event first (guarantees 4 and 5). It works while a study is still arriving: what is here is
given, what is not raises Unavailable ``still-arriving``. The verbs themselves are in the files beside this one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from beeldbrug.model.dataset import FrameSpan
from beeldbrug.model.errors import NotFound
from beeldbrug.node.ports.records import InstanceRow, StudyRow
from beeldbrug.node.usecases.read import bulk as bulk_values
from beeldbrug.node.usecases.read import describe, frames, part10, search, words
from beeldbrug.node.usecases.read.places import Places, still_arriving
from beeldbrug.node.usecases.read.reach import Reach, not_found, progress
from beeldbrug.node.usecases.read.recent import Recent
from beeldbrug.node.usecases.read.scope import Scope, authorise, hash_token
from beeldbrug.node.usecases.read.search import InstanceFound, SeriesFound, StudyFound
from beeldbrug.node.usecases.read.sources import Sources
from beeldbrug.node.usecases.read.view import Ledger, begin_viewing, record_failure, record_search

T = TypeVar("T")
Levels = Mapping[str, Mapping[str, str]]
Progress = tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """Results of a search; ``more`` when the limit left some out."""

    results: list[T]
    more: bool
    arriving: Progress


@dataclass(frozen=True, slots=True)
class Reached:
    """Instances within reach, the copies of the study that they are of, and how far the study has arrived."""

    rows: list[InstanceRow]
    copies: list[StudyRow]
    arriving: Progress
    until: float


@dataclass(frozen=True, slots=True)
class Retrieval:
    """Files that can be read now; ``waiting`` counts the instances that cannot yet."""

    files: list[part10.File]
    waiting: int
    arriving: Progress
    places: Places


@dataclass(frozen=True, slots=True)
class Described:
    """Metadata of instances, one DICOM JSON object each, read as they are taken."""

    instances: Iterator[dict[str, Any]]
    arriving: Progress


@dataclass(frozen=True, slots=True)
class FrameSet:
    """Frames that were found; ``lengths`` in bytes, in the order asked."""

    transfer_syntax: str
    lengths: list[int]
    arriving: Progress
    places: Places
    pixels: frames.Pixels
    spans: list[FrameSpan]


@dataclass(frozen=True, slots=True)
class _Opened:
    reached: Reached
    places: Places
    pixels: frames.Pixels


class Reading:
    """See the module. The sources' clock gives the time for expiry, audit and the *seen* mark."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._ledger = Ledger()
        self._recent = Recent()

    def authorise(self, token: str) -> Scope:
        """Scope of a live token. Raises Denied ``token-not-valid``."""
        now = self._sources.clock.now()

        def look_up() -> Scope:
            with self._sources.database.read() as transaction:
                return authorise(transaction.tokens, token, now)

        scope = self._recent.get(("token", hash_token(token)), self._sources.database.version(), look_up)
        return scope if now < scope.expires else look_up()

    def find_studies(self, scope: Scope, match: Levels, offset: int, limit: int) -> Found[StudyFound]:
        """Matching studies; ``match`` by level, then keyword."""
        return self._find(
            scope,
            "study",
            match,
            lambda reach: search.window(search.find_studies(reach, match["study"]), offset, limit),
            lambda found: [found],
        )

    def find_series(self, scope: Scope, match: Levels, offset: int, limit: int) -> Found[SeriesFound]:
        """Matching series of the matching studies."""
        return self._find(
            scope,
            "series",
            match,
            lambda reach: search.window(search.find_series(reach, match["study"], match["series"]), offset, limit),
            lambda found: [found.study],
        )

    def find_instances(self, scope: Scope, match: Levels, offset: int, limit: int) -> Found[InstanceFound]:
        """Matching instances of the matching series and studies."""
        return self._find(
            scope,
            "instance",
            match,
            lambda reach: search.window(
                search.find_instances(reach, match["study"], match["series"], match["instance"]), offset, limit
            ),
            lambda found: [found.study],
        )

    def header_of(self, scope: Scope, study_uid: str, series_uid: str | None = None) -> dict[str, Any]:
        """Attributes of the first instance of a study or series, which speaks for it."""
        rows = self._reach(scope, study_uid, series_uid, None).rows
        return self.header_of_row(rows[0])

    def header_of_row(self, row: InstanceRow) -> dict[str, Any]:
        """Attributes of an instance that a search found."""
        places = Places(self._sources, row.organisation)
        return describe.attributes(self._sources, places, row)

    def retrieve(
        self, scope: Scope, study_uid: str, series_uid: str | None = None, instance_uid: str | None = None
    ) -> Retrieval:
        """Files of a study, series or instance.

        Raises NotFound outside the scope, Unavailable ``still-arriving`` when none of them is here whole.
        """
        reached = self._show(scope, study_uid, series_uid, instance_uid)
        places = Places(self._sources, scope.organisation)
        places.load(place for row in reached.rows for place in part10.places_of(row))
        here = [row for row in reached.rows if part10.is_here(places, row)]
        if not here:
            raise still_arriving()
        files = [part10.as_file(row) for row in here]
        return Retrieval(files, len(reached.rows) - len(here), reached.arriving, places)

    def read_file(self, found: Retrieval, file: part10.File) -> Iterator[bytes]:
        """Bytes of one of the files."""
        return part10.read_file(self._sources, found.places, file)

    def describe(
        self, scope: Scope, study_uid: str, series_uid: str | None, instance_uid: str | None, base: str
    ) -> Described:
        """DICOM JSON of a study, series or instance; ``base`` is the address below which BulkDataURIs lie."""
        reached = self._show(scope, study_uid, series_uid, instance_uid)
        places = Places(self._sources, scope.organisation)
        instances = (describe.metadata(self._sources, places, row, base) for row in reached.rows)
        return Described(instances, reached.arriving)

    def frames(
        self, scope: Scope, study_uid: str, series_uid: str, instance_uid: str, numbers: Sequence[int]
    ) -> FrameSet:
        """Find frames, numbered from 1. Raises NotFound, or Unavailable ``still-arriving``."""
        opened = self._open(scope, study_uid, series_uid, instance_uid)
        return self._frame_set(opened, numbers)

    def read_frame(self, found: FrameSet, position: int, swap: bool = False) -> Iterator[bytes]:
        """Frame number ``position`` (from 0) of those asked; ``swap`` turns big endian words to little endian."""
        chunks = frames.read_frame(found.places, found.pixels, found.spans[position])
        if not swap:
            return chunks
        word = words.pixel_word(self._sources, found.places, found.pixels.row)
        return iter([words.swapped(b"".join(chunks), word)])

    def bulk(
        self, scope: Scope, study_uid: str, series_uid: str, instance_uid: str, path: str
    ) -> bulk_values.Value | FrameSet:
        """One value by its path in the instance; encapsulated pixel data as its frames.

        Raises NotFound, or Unavailable ``still-arriving``.
        """
        reached = self._show(scope, study_uid, series_uid, instance_uid)
        places = Places(self._sources, scope.organisation)
        value = bulk_values.find_value(self._sources, places, reached.rows[0], path, reached.arriving)
        if not value.encapsulated:
            return value
        opened = self._open(scope, study_uid, series_uid, instance_uid)
        return self._frame_set(opened, range(1, opened.pixels.head.count + 1))

    def read_bulk(self, value: bulk_values.Value, start: int, length: int) -> Iterator[bytes]:
        """Bytes of a value, in little endian."""
        return bulk_values.read_value(value, start, length)

    def _find(
        self,
        scope: Scope,
        level: str,
        match: Levels,
        run: Callable[[Reach], tuple[list[T], bool]],
        studies: Callable[[T], list[StudyFound]],
    ) -> Found[T]:
        with self._sources.database.read() as transaction:
            results, more = run(Reach(transaction, scope, self._sources.clock.now()))
        record_search(self._sources, self._ledger, scope, level, match, len(results))
        arriving = {study.row.study_uid: study.arriving for item in results for study in studies(item)}
        counts = [count for count in arriving.values() if count is not None]
        total = (sum(done for done, _ in counts), sum(known for _, known in counts)) if counts else None
        return Found(results, more, total)

    def _reach(self, scope: Scope, study_uid: str, series_uid: str | None, instance_uid: str | None) -> Reached:
        try:
            return self._find_rows(scope, study_uid, series_uid, instance_uid)
        except NotFound:
            record_failure(self._sources, self._ledger, scope, study_uid)
            raise

    def _find_rows(self, scope: Scope, study_uid: str, series_uid: str | None, instance_uid: str | None) -> Reached:
        with self._sources.database.read() as transaction:
            reach = Reach(transaction, scope, self._sources.clock.now())
            match = {} if instance_uid is None else {"SOPInstanceUID": instance_uid}
            rows = reach.instances(study_uid, series_uid, match)
            if not rows:
                raise not_found()
            origins = {row.origin for row in rows}
            copies = [copy for copy in reach.study(study_uid) if copy.origin in origins]
            exchanges = reach.exchanges(rows)
        ends = [row.expires for row in exchanges if row.expires > 0]
        return Reached(rows, copies, progress(exchanges), min([scope.expires, *ends]))

    def _show(self, scope: Scope, study_uid: str, series_uid: str | None, instance_uid: str | None) -> Reached:
        reached = self._reach(scope, study_uid, series_uid, instance_uid)
        begin_viewing(self._sources, self._ledger, scope, reached.copies)
        return reached

    def _open(self, scope: Scope, study_uid: str, series_uid: str, instance_uid: str) -> _Opened:
        """The pixels of an instance; kept for the next frame as long as the vault has not changed."""

        def look_up() -> _Opened:
            reached = self._reach(scope, study_uid, series_uid, instance_uid)
            begin_viewing(self._sources, self._ledger, scope, reached.copies)
            places = Places(self._sources, scope.organisation)
            pixels = frames.open_pixels(self._sources, places, reached.rows[0])
            places.load([pixels.bulk.place] if pixels.bulk else [])
            return _Opened(reached, places, pixels)

        key = (scope.token, study_uid, series_uid, instance_uid)
        opened = self._recent.get(key, self._sources.database.version(), look_up)
        if self._sources.clock.now() >= opened.reached.until:
            opened = look_up()
        begin_viewing(self._sources, self._ledger, scope, opened.reached.copies)
        return opened

    def _frame_set(self, opened: _Opened, numbers: Sequence[int]) -> FrameSet:
        spans = [frames.find_frame(opened.places, opened.pixels, number) for number in numbers]
        if not all(frames.frame_is_here(opened.places, opened.pixels, span) for span in spans):
            raise still_arriving()
        return FrameSet(
            transfer_syntax=opened.reached.rows[0].transfer_syntax,
            lengths=[frames.frame_length(opened.pixels, span) for span in spans],
            arriving=opened.reached.arriving,
            places=opened.places,
            pixels=opened.pixels,
            spans=spans,
        )
