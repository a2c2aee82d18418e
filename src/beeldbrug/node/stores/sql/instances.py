"""Studies, series and instances in SQL (ports.vault.Instances): the rows, and the ingest path's one INSERT.

Search is ``searching``, parents are ``studies``; this file writes and reads by id. A header is sealed for its
organisation and SOP Instance UID, so that a header moved to another row does not open. Deleting goes from child to
parent and relies on foreign keys that do not cascade: a race with another process's insert fails and is repeated, it
never loses a row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, select

from beeldbrug.model.errors import NotFound
from beeldbrug.model.identity import InstanceIndex
from beeldbrug.node.ports.records import InstanceRow, InstanceState, NewInstance, SeriesRow, StudyRow
from beeldbrug.node.stores.schema.tables import instance, series, study
from beeldbrug.node.stores.sql import matching, patient_search, searching, studies
from beeldbrug.node.stores.sql.layout import pack_layout, unpack_layout
from beeldbrug.node.stores.sql.sealing import Sealing
from beeldbrug.node.stores.sql.statements import Statements, chunks

_ADD_INSTANCE = """
INSERT INTO instance (series, organisation, origin, instance_uid, hash, sop_class, transfer_syntax, part10, size, state,
  received, number_of_frames, instance_number, first_header_length, layout, header)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (organisation, origin, instance_uid, hash) DO NOTHING RETURNING id"""

_FIND = "SELECT id FROM instance WHERE organisation = ? AND origin = ? AND instance_uid = ? AND hash = ?"

# on PostgreSQL what was found must not be deleted before this transaction has made use of it
_FIND_FIRMLY = _FIND + " FOR KEY SHARE"

_LAYOUTS = """
SELECT instance.layout FROM study JOIN series ON series.study = study.id JOIN instance ON instance.series = series.id
WHERE study.organisation = ? AND study.origin = ? AND study.study_uid = ?"""

_FIND_OTHER = """
SELECT 1 FROM instance
WHERE organisation = ? AND origin = ? AND instance_uid = ? AND hash <> ? AND state <> ? LIMIT 1"""

_HEADER = "SELECT instance_uid, header FROM instance WHERE organisation = ? AND id = ?"

_COMPLETE = """
UPDATE instance SET hash = ?, size = ?, state = ?, first_header_length = ?, number_of_frames = ?, layout = ?, header = ?
WHERE id = ? AND organisation = ? AND instance_uid = ?"""

_MARK = "UPDATE instance SET state = ? WHERE id = ?"

_DELETE_ORIGIN = (
    """
DELETE FROM member WHERE instance IN (SELECT id FROM instance WHERE organisation = ? AND origin = ?)""",
    "DELETE FROM instance WHERE organisation = ? AND origin = ?",
    """
DELETE FROM series WHERE study IN (SELECT id FROM study WHERE organisation = ? AND origin = ?)""",
    "DELETE FROM study WHERE organisation = ? AND origin = ?",
)

_PARENTS = """
SELECT series.id, series.study FROM instance JOIN series ON series.id = instance.series
WHERE instance.id = ? AND instance.organisation = ?"""

_EMPTY_SERIES = (
    "DELETE FROM series WHERE id = ? AND NOT EXISTS (SELECT 1 FROM instance WHERE instance.series = series.id)"
)

_EMPTY_STUDY = "DELETE FROM study WHERE id = ? AND NOT EXISTS (SELECT 1 FROM series WHERE series.study = study.id)"

_ROW = (
    select(
        instance.c.id,
        instance.c.organisation,
        instance.c.origin,
        study.c.study_uid,
        series.c.series_uid,
        instance.c.instance_uid,
        instance.c.sop_class,
        instance.c.transfer_syntax,
        instance.c.part10,
        instance.c.layout,
        instance.c.first_header_length,
        instance.c.size,
        instance.c.hash,
        instance.c.state,
        instance.c.received,
        instance.c.number_of_frames,
        instance.c.instance_number,
    )
    .select_from(instance.join(series, series.c.id == instance.c.series).join(study, study.c.id == series.c.study))
    .where(instance.c.organisation == bindparam("organisation"))
)

_BY_ID = _ROW.where(instance.c.id.in_(bindparam("ids", expanding=True)))

_HEADERS = select(instance.c.id, instance.c.instance_uid, instance.c.header).where(
    instance.c.organisation == bindparam("organisation"), instance.c.id.in_(bindparam("ids", expanding=True))
)


class SqlInstances:
    """ports.vault.Instances over one transaction."""

    __slots__ = ("_seal", "_sql")

    def __init__(self, sql: Statements, seal: Sealing) -> None:
        self._sql = sql
        self._seal = seal

    def add(self, new: NewInstance) -> int:
        """Insert; the same content again returns the row that is there."""
        index = new.index
        row = self._sql.one(
            _ADD_INSTANCE,
            studies.series_id(self._sql, new.organisation, new.origin, index),
            new.organisation,
            new.origin,
            index.instance_uid,
            new.hash,
            index.sop_class,
            index.transfer_syntax,
            new.part10,
            new.size,
            new.state.value,
            new.received,
            index.number_of_frames,
            index.instance_number,
            new.first_header_length,
            pack_layout(new.header_place, new.pieces, new.bulks),
            self._sealed(new),
        )
        if row is None:
            row = self._sql.one(_FIND, new.organisation, new.origin, index.instance_uid, new.hash)
        if row is None:
            raise NotFound("instance-vanished", "An instance was deleted while it was added.", "Send it again.")
        return int(row[0])

    def find(self, organisation: str, origin: str, instance_uid: str, hash: bytes) -> int | None:
        """Row id of exactly this content."""
        found = _FIND_FIRMLY if self._sql.postgresql else _FIND
        row = self._sql.one(found, organisation, origin, instance_uid, hash)
        return None if row is None else int(row[0])

    def has_other_content(self, organisation: str, origin: str, instance_uid: str, hash: bytes) -> bool:
        """Whether this SOP Instance UID is kept with another hash."""
        header = InstanceState.HEADER.value
        return self._sql.one(_FIND_OTHER, organisation, origin, instance_uid, hash, header) is not None

    def get(self, organisation: str, ids: Sequence[int]) -> list[InstanceRow]:
        """Rows in the order asked; unknown ids are left out."""
        found: dict[int, InstanceRow] = {}
        for some in chunks(dict.fromkeys(ids)):
            for row in self._sql.core.execute(_BY_ID, {"organisation": organisation, "ids": some}):
                found[row[0]] = _instance_row(row)
        return [found[id_] for id_ in ids if id_ in found]

    def header(self, organisation: str, id: int) -> bytes | None:
        """The header, opened; None when there is none inline. Raises NotFound ``instance-not-here``."""
        row = self._sql.one(_HEADER, organisation, id)
        if row is None:
            raise NotFound("instance-not-here", "The instance is not in this vault.", "Ask for it again.")
        return None if row[1] is None else self._seal.open(organisation, "header", row[0], row[1])

    def headers(self, organisation: str, ids: Sequence[int]) -> dict[int, bytes | None]:
        """As ``header`` of each; missing rows are left out."""
        found: dict[int, bytes | None] = {}
        for some in chunks(ids):
            for id_, uid, sealed in self._sql.core.execute(_HEADERS, {"organisation": organisation, "ids": some}):
                found[id_] = None if sealed is None else self._seal.open(organisation, "header", uid, sealed)
        return found

    def complete(self, id: int, new: NewInstance) -> None:
        """Fill in hash, size, state, layout and header. Raises NotFound, or Conflict when this content is there."""
        changed = self._sql.run(
            _COMPLETE,
            new.hash,
            new.size,
            new.state.value,
            new.first_header_length,
            new.index.number_of_frames,
            pack_layout(new.header_place, new.pieces, new.bulks),
            self._sealed(new),
            id,
            new.organisation,
            new.index.instance_uid,
        )
        if not changed:
            raise NotFound("instance-not-here", "The instance is not in this vault.", "Ask for it again.")

    def mark(self, ids: Sequence[int], state: InstanceState) -> None:
        """Set the state."""
        self._sql.many(_MARK, [(state.value, id_) for id_ in ids])

    def reindex(self, id: int, index: InstanceIndex) -> None:
        """Replace the instance's index attributes, fill what is empty in its study and series. Raises NotFound."""
        studies.reindex(self._sql, id, index)

    def delete_origin(self, organisation: str, origin: str) -> int:
        """Delete everything of an origin, memberships included; returns how many instances."""
        counts = [self._sql.run(statement, organisation, origin) for statement in _DELETE_ORIGIN]
        return counts[1]

    def delete(self, organisation: str, ids: Sequence[int]) -> None:
        """Delete instances, their memberships, and series and studies left empty."""
        parents = {row for id_ in ids if (row := self._sql.one(_PARENTS, id_, organisation))}
        for id_ in ids:
            if self._sql.run("DELETE FROM instance WHERE id = ? AND organisation = ?", id_, organisation):
                self._sql.run("DELETE FROM member WHERE instance = ?", id_)
        for series_id in {row[0] for row in parents}:
            self._sql.run(_EMPTY_SERIES, series_id)
        for study_id in {row[1] for row in parents}:
            self._sql.run(_EMPTY_STUDY, study_id)

    def packs_used(self, organisation: str, origin: str, study_uid: str) -> set[str]:
        """Packs that the instances of a study lie in."""
        found: set[str] = set()
        for (layout,) in self._sql.all(_LAYOUTS, organisation, origin, study_uid):
            place, _, bulks = unpack_layout(layout)
            places = [place, *(where for bulk in bulks for where in (bulk.place, bulk.frames))]
            found |= {where.pack for where in places if where is not None}
        return found

    def study(self, organisation: str, id: int) -> StudyRow | None:
        """One study by its row id."""
        return searching.study_by_id(self._sql, organisation, id)

    def studies(
        self,
        organisation: str,
        scope: Sequence[tuple[str, str]] | None,
        match: Mapping[str, str],
        offset: int,
        limit: int,
    ) -> list[StudyRow]:
        """Search, newest first. Raises Unsupported ``attribute-not-searchable``, Malformed ``match-malformed``."""
        return searching.studies(self._sql, organisation, scope, match, offset, limit)

    def search_patients(self, organisation: str, typed: str, limit: int) -> list[tuple[str, str]]:
        """(origin, study UID) of at most ``limit`` studies, in no order."""
        return patient_search.studies_found(self._sql, organisation, typed, limit)

    def with_number(self, organisation: str, number: str, limit: int) -> list[tuple[str, str]]:
        """(origin, study UID) of studies whose patient has this number."""
        return patient_search.studies_numbered(self._sql, organisation, number, limit)

    def series(self, organisation: str, origin: str, study_uid: str, match: Mapping[str, str]) -> list[SeriesRow]:
        """Series of a study by number. Raises as ``studies``."""
        return searching.series_of(self._sql, organisation, origin, study_uid, match)

    def instances(
        self, organisation: str, origin: str, study_uid: str, series_uid: str | None, match: Mapping[str, str]
    ) -> list[InstanceRow]:
        """Newest content of each instance, by series and instance number. Raises as ``studies``."""
        wanted: list[ColumnElement[bool]] = [study.c.origin == origin, study.c.study_uid == study_uid]
        if series_uid is not None:
            wanted.append(series.c.series_uid == series_uid)
        statement: Select[Any] = (
            _ROW.where(study.c.organisation == bindparam("organisation"), *wanted)
            .where(*matching.conditions(searching.INSTANCE_ATTRIBUTES, match, self._sql.postgresql))
            .order_by(instance.c.id)
        )
        newest: dict[str, InstanceRow] = {}
        for row in self._sql.core.execute(statement, {"organisation": organisation}):
            found = _instance_row(row)
            if found.state is not InstanceState.HEADER or newest.get(row[5], found).state is InstanceState.HEADER:
                newest[row[5]] = found
        return sorted(newest.values(), key=lambda row: (row.series_uid, row.instance_number or 0, row.id))

    def _sealed(self, new: NewInstance) -> bytes | None:
        if new.header is None:
            return None
        return self._seal.seal(new.organisation, "header", new.index.instance_uid, new.header)


def _instance_row(row: Any) -> InstanceRow:
    place, pieces, bulks = unpack_layout(row[9])
    return InstanceRow(
        id=row[0],
        organisation=row[1],
        origin=row[2],
        study_uid=row[3],
        series_uid=row[4],
        instance_uid=row[5],
        sop_class=row[6],
        transfer_syntax=row[7],
        part10=bool(row[8]),
        header_place=place,
        first_header_length=row[10],
        pieces=pieces,
        bulks=bulks,
        size=row[11],
        hash=bytes(row[12]),
        state=InstanceState(row[13]),
        received=row[14],
        number_of_frames=row[15],
        instance_number=row[16],
    )
