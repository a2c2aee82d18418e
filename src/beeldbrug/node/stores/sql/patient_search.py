"""Search by patient as people type it (``policy.finding``), by the words that are kept of every study.

The term that finds fewest drives: its words are read from the index by word, no more of them than are wanted. Of the
studies so found, the other terms are looked up by study. ``exchanges_of`` is a condition for lists of exchanges.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, and_, exists, false, literal_column, or_, select, true, union_all

from beeldbrug.model.exchange import Direction
from beeldbrug.node.policy.finding.indexed import date_words, name_words, number_words
from beeldbrug.node.policy.finding.typed import Atom, Query, parse_query
from beeldbrug.node.ports.records import OWN
from beeldbrug.node.stores.schema.tables import exchange, name_word, study
from beeldbrug.node.stores.sql.matching import starts_with
from beeldbrug.node.stores.sql.names import storable
from beeldbrug.node.stores.sql.statements import CHUNK, Statements, chunks

KIND = "search"
"""Of the rows in ``name_word``; those of the other kinds are for DICOM's own matching."""

FEW = 2000
"""Studies that are read before a list of exchanges is limited; where more match, each row of a list is looked at."""

RARE = 3
"""Letters from which on few enough studies have a word that begins so, a hundred thousand in a million at most."""

_OFTEN = frozenset({"van", "vand", "vande", "vander", "vanden"})
"""Starts of a third of all names, prefix and name being one word too."""

_ALL = 1_000_000_000
"""More rows than there are."""

_MORE = 4
"""How many times more rows of the index than studies are read; again so many where that was too few."""


def kept_words(name: str, birth_date: str, numbers: Sequence[str]) -> list[str]:
    """The words to keep of a patient; what is empty gives none."""
    found = [*name_words(name), *date_words(birth_date), *(word for one in numbers for word in number_words(one))]
    return list(dict.fromkeys(found))


def studies_found(sql: Statements, organisation: str, typed: str, limit: int) -> list[tuple[str, str]]:
    """(origin, study UID) of studies whose patient is found, in no order; as many as ``limit``: there may be more."""
    query = parse_query(storable(typed))
    wanted = max(0, limit)
    if query.blank:
        all_ = select(study.c.origin, study.c.study_uid).where(study.c.organisation == organisation).limit(wanted)
        return [(row.origin, row.study_uid) for row in sql.core.execute(all_)]
    if not query.terms or not wanted:
        return []
    statement = _driven(query, organisation, sql.postgresql)
    read = wanted
    while True:
        # one study may stand at several words; PostgreSQL would read them all to tell them apart itself
        read *= _MORE
        rows = [(row.origin, row.study_uid) for row in sql.core.execute(statement.limit(read))]
        found = list(dict.fromkeys(rows))
        if len(rows) < read or len(found) >= wanted:
            return found[:wanted]


def studies_numbered(sql: Statements, organisation: str, number: str, limit: int) -> list[tuple[str, str]]:
    """(origin, study UID) of studies whose patient has exactly this number."""
    kept = number_words(storable(number))[:1]  # as written, with its zeros in front
    if not kept:
        return []
    words = _lookup(Atom(kept[0], whole=True), organisation).subquery("numbered")
    statement = (
        select(study.c.origin, study.c.study_uid)
        .select_from(words.join(study, study.c.id == words.c.study))
        .where(study.c.organisation == organisation)
        .limit(limit)
    )
    return [(row.origin, row.study_uid) for row in sql.core.execute(statement)]


def exchanges_of(sql: Statements, organisation: str, typed: str) -> ColumnElement[bool]:
    """A condition on ``exchange``, for statements of this transaction: its patient is found."""
    query = parse_query(storable(typed))
    if query.blank:
        return true()
    few = studies_found(sql, organisation, typed, FEW)
    if len(few) == FEW:
        return _each(query, organisation, sql.postgresql)
    ids = [origin for origin, _ in few if origin != OWN]
    for some in chunks([uid for origin, uid in few if origin == OWN]):
        sent = select(exchange.c.id).where(
            exchange.c.organisation == organisation,
            exchange.c.direction == Direction.OUT.value,
            exchange.c.study_uid.in_(some),
        )
        ids += [id for (id,) in sql.core.execute(sent)]
    parts = [exchange.c.id.in_(ids[at : at + CHUNK]) for at in range(0, len(ids), CHUNK)]
    return and_(exchange.c.organisation == organisation, or_(false(), *parts))


def _each(query: Query, organisation: str, postgresql: bool) -> ColumnElement[bool]:
    """Looks at the study of each exchange: many match, so a page is soon full."""
    fits = [_has(term, study.c.id, organisation, postgresql) for term in query.terms]
    mine = (study.c.organisation == organisation, study.c.study_uid == exchange.c.study_uid, *fits)
    arrived = exists(select(study.c.id).where(study.c.origin == exchange.c.id, *mine).correlate(exchange))
    sent = exists(select(study.c.id).where(study.c.origin == OWN, *mine).correlate(exchange))
    return and_(
        exchange.c.organisation == organisation,
        or_(arrived, and_(exchange.c.direction == Direction.OUT.value, sent)),
    )


def _driven(query: Query, organisation: str, postgresql: bool) -> Select[tuple[str, str]]:
    """Origin and UID of the studies that fit, once for each word by which they do."""
    first = max(query.terms, key=_selective)
    # the limit keeps SQLite from taking the union apart, and the other terms from being looked up once for each part
    words = union_all(*(_lookup(atom, organisation) for atom in first)).limit(_ALL).subquery("driving")
    others = [term for term in query.terms if term is not first]
    return (
        select(study.c.origin, study.c.study_uid)
        .select_from(words.join(study, study.c.id == _unindexed("driving.study", postgresql)))
        .where(_unindexed("study.organisation", postgresql) == organisation)
        .where(*(_also(term, words.c.study, organisation, postgresql) for term in others))
    )


def _also(term: Sequence[Atom], id_: ColumnElement[int], organisation: str, postgresql: bool) -> ColumnElement[bool]:
    """The quicker of two ways: all studies of rare words from the index once, or the words of each study."""
    if _selective(term) < RARE:
        return _has(term, id_, organisation, postgresql)
    return id_.in_(union_all(*(_lookup(atom, organisation) for atom in term)))


def _lookup(atom: Atom, organisation: str) -> Select[tuple[int]]:
    mine = (name_word.c.organisation == organisation, name_word.c.kind == KIND)
    return select(name_word.c.study).where(*mine, _fits(name_word.c.word, atom))


def _selective(term: Sequence[Atom]) -> int:
    """How few studies a term finds, by the length of its shortest atom."""
    return min(_length(atom) for atom in term)


def _length(atom: Atom) -> int:
    letters = sum(char.isalnum() for char in atom.word)
    if atom.word.endswith("."):
        return 2 * letters
    if atom.word in _OFTEN and not atom.whole:
        return 1
    return letters + 2 * atom.whole


def _fits(column: ColumnElement[str], atom: Atom) -> ColumnElement[bool]:
    return column == atom.word if atom.whole else starts_with(column, atom.word)


def _has(term: Sequence[Atom], id_: ColumnElement[int], organisation: str, postgresql: bool) -> ColumnElement[bool]:
    """One of the words, looked up by the study: it has few, while a word may be of many."""
    mine = (name_word.c.study == id_, name_word.c.kind == KIND)  # whose organisation the caller has looked at
    fits = or_(*(_fits(name_word.c.word, atom) for atom in term))
    return exists(select(name_word.c.study).where(*mine, fits).correlate_except(name_word))


def _unindexed(column: str, postgresql: bool) -> ColumnElement[str]:
    """The column, kept from SQLite's planner, which has no statistics; PostgreSQL plans by its own."""
    return literal_column(column if postgresql else f"+{column}")
