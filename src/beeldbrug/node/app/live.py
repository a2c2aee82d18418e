"""Settings as they are in force: the file's, and beside them what the portal keeps in the vault; taken up live.

Sending rules, the general title, PACS, worklist, the table of coercion and the assumptions of the figures may be kept
in either place, checked by the same models. What stands in the file wins: an entry of the vault for the same thing
serves nothing and is told (docs/decisions/0007). Everything else is the file's alone, read when a process starts.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, TypeVar, overload

from pydantic import ValidationError

from beeldbrug.kit.log import get
from beeldbrug.kit.settings import Section
from beeldbrug.model.errors import BeeldbrugError, Malformed, Unavailable
from beeldbrug.model.identity import Patient
from beeldbrug.model.importing import CoercionTable, Order
from beeldbrug.node.app.import_settings import CoercionSection
from beeldbrug.node.app.settings import Entity, FiguresSection, General, NodeSettings, Rule
from beeldbrug.node.policy.rules import GeneralRule, SendingRule
from beeldbrug.node.ports.administration import SettingRow
from beeldbrug.node.ports.committing import CommitReport
from beeldbrug.node.ports.configuration import Clash, Entry, Kind, Known
from beeldbrug.node.ports.pacs import Application, PatientRecord, StoreAssociation
from beeldbrug.node.ports.vault import Database

if TYPE_CHECKING:
    from beeldbrug.node.protocols.dimse.pacs import DimsePacs

MODELS: Mapping[Kind, type[Section]] = {
    Kind.RULE: Rule,
    Kind.GENERAL: General,
    Kind.PACS: Entity,
    Kind.WORKLIST: Entity,
    Kind.FIGURES: FiguresSection,
    Kind.COERCION: CoercionSection,
}
"""What each kind is checked by."""

FAULTS_SHOWN = 5

S = TypeVar("S", bound=Section)

log = get("settings")


class Live:
    """The settings in force, read anew when somebody changed them. Thread-safe; one for a process."""

    def __init__(self, settings: NodeSettings, database: Database, organisation: str) -> None:
        self.file = settings
        self._database = database
        self._organisation = organisation
        self._lock = threading.Lock()
        self._version = -1
        self._revision = -1
        self._merged = settings
        self._clashes: tuple[Clash, ...] = ()
        self._rules = settings.policy_rules()
        self._earlier: tuple[Live, ...] = ()
        self._later: tuple[Live, ...] = ()
        self._taken: frozenset[str] = frozenset()

    def stand_beside(self, earlier: Sequence[Live], later: Sequence[Live]) -> None:
        """Share the DICOM port with other organisations: a title that an earlier one has is not ours."""
        self._earlier, self._later = tuple(earlier), tuple(later)

    def titles(self) -> frozenset[str]:
        """AE titles in force."""
        return frozenset(rule.ae_title for rule in self.rules())

    def taken(self) -> frozenset[str]:
        """AE titles of the other organisations on this port."""
        return frozenset().union(*(one.titles() for one in (*self._earlier, *self._later)))

    def rules(self) -> tuple[SendingRule | GeneralRule, ...]:
        """The rules in force, as policy has them."""
        with self._lock:
            self._refresh()
            return self._rules

    def now(self) -> NodeSettings:
        """The settings in force. While the vault does not answer, those it gave last."""
        with self._lock:
            self._refresh()
            return self._merged

    def clashes(self) -> tuple[Clash, ...]:
        """Entries of the vault that serve nothing, and why."""
        with self._lock:
            self._refresh()
            return self._clashes

    def _refresh(self) -> None:
        try:
            version = self._database.version()
            taken = frozenset().union(*(one.titles() for one in self._earlier))
            if version == self._version and self._revision >= 0 and taken == self._taken:
                return
            with self._database.read() as tx:
                revision = tx.settings.revision(self._organisation)
                changed = revision != self._revision or taken != self._taken
                rows = tx.settings.present(self._organisation) if changed else None
        except BeeldbrugError as error:
            log.warning("settings of the vault not read", code=error.code)
            return
        if rows is not None:
            self._merged, self._clashes = merged(self.file, rows, taken)
            self._rules = self._merged.policy_rules()
            for clash in self._clashes:
                log.error("setting of the vault serves nothing", code=clash.code, kind=clash.kind.value)
        self._version, self._revision, self._taken = version, revision, taken


def merged(
    settings: NodeSettings, rows: Sequence[SettingRow], taken: frozenset[str] = frozenset()
) -> tuple[NodeSettings, tuple[Clash, ...]]:
    """The file's settings with those of the vault beside them, and what could not be put beside them; ``taken`` are AE
    titles of others."""
    given: dict[str, Any] = {}
    rules, clashes = list(settings.rules), []
    for row in sorted(rows, key=lambda one: one.kind != Kind.GENERAL):  # its title first: a rule may not take it
        kind = Kind(row.kind)
        general = given.get("general", settings.general)
        code, model = _usable(settings, row, {rule.ae_title for rule in rules} | taken, {general.ae_title, *taken})
        if model is None or code:
            if not _same(settings, row):
                clashes.append(Clash(kind, row.name, code))
        elif isinstance(model, Rule):
            rules.append(model)
        else:
            given[kind.value] = model
    return settings.model_copy(update={**given, "rules": tuple(rules)}), tuple(clashes)


def _usable(settings: NodeSettings, row: SettingRow, titles: set[str], kept: set[str]) -> tuple[str, Section | None]:
    kind = Kind(row.kind)
    try:
        model = MODELS[kind].model_validate_json(row.value)
    except ValidationError:  # of a version that knew other settings
        return "setting-invalid", None
    if kind is Kind.RULE:
        if row.name in {rule.ae_title for rule in settings.rules}:
            return "set-in-file", model
        return ("title-taken" if row.name in {*kept, settings.retrieve.ae_title} else "", model)
    if kind.value in settings.model_fields_set:
        return "set-in-file", model
    if isinstance(model, General) and model.ae_title in {*titles, settings.retrieve.ae_title}:
        return "title-taken", model
    return "", model


def _same(settings: NodeSettings, row: SettingRow) -> bool:
    """Whether the file says exactly what the vault's entry says: then nothing is contradicted."""
    there = in_file(settings, Kind(row.kind), row.name)
    return there is not None and there == json.loads(row.value)


def in_file(settings: NodeSettings, kind: Kind, name: str) -> dict[str, Any] | None:
    """What the file says of this, or None."""
    if kind is Kind.RULE:
        found = next((rule for rule in settings.rules if rule.ae_title == name), None)
        return None if found is None else found.model_dump(mode="json")
    if kind.value not in settings.model_fields_set:
        return None
    section: Section | None = getattr(settings, kind.value)
    return None if section is None else section.model_dump(mode="json")


class Models:
    """``ports.configuration.Models``: what the settings' models say of a value, and what the file holds."""

    def __init__(self, live: Live) -> None:
        self._live = live

    def checked(self, kind: Kind, value: Mapping[str, Any]) -> tuple[str, str]:
        """(name, JSON as it is kept). Raises Malformed ``setting-malformed`` that names the fields."""
        model = _checked(MODELS[kind], kind, value)
        name = model.ae_title if isinstance(model, Rule) else ""
        return name, json.dumps(model.model_dump(mode="json"), sort_keys=True)

    def in_file(self, kind: Kind, name: str) -> bool:
        """Whether the file sets this."""
        return in_file(self._live.file, kind, name) is not None

    def reserved(self) -> frozenset[str]:
        """AE titles that the file gives a meaning of their own, and those of others on this port."""
        return frozenset({self._live.file.retrieve.ae_title}) | self._live.taken()

    def known(self) -> Known:
        """All that is in force, with where it stands."""
        settings, file = self._live.now(), self._live.file
        entries = [
            Entry(Kind.RULE, rule.ae_title, rule.model_dump(mode="json"), self.in_file(Kind.RULE, rule.ae_title))
            for rule in settings.rules
        ]
        for kind in (Kind.GENERAL, Kind.PACS, Kind.WORKLIST, Kind.FIGURES, Kind.COERCION):
            section: Section | None = getattr(settings, kind.value)
            if section is not None:
                of_file = kind.value in file.model_fields_set
                default = not of_file and section == getattr(file, kind.value)
                entries.append(Entry(kind, "", section.model_dump(mode="json"), of_file, default))
        return Known(tuple(entries), self._live.clashes())

    def coercion(self, value: Mapping[str, Any] | None = None) -> CoercionTable:
        """The table in force, or ``value`` as one."""
        if value is None:
            return self._live.now().coercion.table()
        return _checked(CoercionSection, Kind.COERCION, value).table()


def _checked(model: type[S], kind: Kind, value: Mapping[str, Any]) -> S:
    try:
        return model.model_validate(dict(value))
    except ValidationError as error:
        faults = [(".".join(str(part) for part in one["loc"]) or kind.value, one["msg"]) for one in error.errors()]
        lines = "; ".join(f"{where}: {what}" for where, what in faults[:FAULTS_SHOWN])
        raise Malformed("setting-malformed", f"This cannot be set: {lines}.", "Correct these fields.") from None


class LiveRules(Sequence[SendingRule | GeneralRule]):
    """The rules in force: looked up anew each time somebody reads them, so that a caller meets the present ones."""

    def __init__(self, live: Live) -> None:
        self._live = live

    def __iter__(self) -> Iterator[SendingRule | GeneralRule]:
        return iter(self._live.rules())

    def __len__(self) -> int:
        return len(self._live.rules())

    @overload
    def __getitem__(self, at: int) -> SendingRule | GeneralRule: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[SendingRule | GeneralRule]: ...
    def __getitem__(self, at: int | slice) -> SendingRule | GeneralRule | Sequence[SendingRule | GeneralRule]:
        return self._live.rules()[at]

    def quiet_seconds(self, title: str) -> float:
        """Of a title's rule; 0 for one that is no more: nobody can call it any longer."""
        return next((rule.quiet_seconds for rule in self if rule.ae_title == title), 0.0)

    def reports(self, title: str) -> bool:
        """Whether reports go with what a title's rule sends; what a person sends has none, and they do."""
        return next((rule.reports for rule in self if isinstance(rule, SendingRule) and rule.ae_title == title), True)


class LivePacs:
    """The PACS and worklist in force (``ports.pacs.Pacs``). Raises Unavailable ``pacs-not-set`` while there is none."""

    def __init__(self, live: Live) -> None:
        self._live = live

    def _pacs(self) -> DimsePacs:
        pacs = pacs_of(self._live.now())
        if pacs is None:
            raise Unavailable(
                "pacs-not-set",
                "No PACS is set; arrivals are not imported.",
                "Set it in the portal under administration, or as [pacs] in the settings.",
            )
        return pacs

    def is_set(self) -> bool:
        """Whether there is one."""
        return self._live.now().pacs is not None

    def echo(self) -> float:
        """C-ECHO to the archive; seconds it took."""
        return self._pacs().echo()

    def associate(self, contexts: Sequence[tuple[str, str]]) -> AbstractContextManager[StoreAssociation]:
        """An association with the archive."""
        return self._pacs().associate(contexts)

    def titles(self) -> tuple[str, str]:
        """AE titles of the PACS and of this node when it calls it; empty where there is none."""
        pacs = self._live.now().pacs
        return ("", "") if pacs is None else (pacs.ae_title, pacs.calling_ae)

    def request_commitment(
        self, transaction_uid: str, references: Sequence[tuple[str, str]], wait: float
    ) -> CommitReport | None:
        """Ask the archive to keep what it has."""
        return self._pacs().request_commitment(transaction_uid, references, wait)

    def find_patients(self, patient: Patient) -> Iterator[PatientRecord]:
        """Who may this be."""
        return self._pacs().find_patients(patient)

    def find_orders(self, number: str) -> list[Order]:
        """What is scheduled for somebody."""
        return self._pacs().find_orders(number)


def pacs_of(settings: NodeSettings) -> DimsePacs | None:
    """The PACS and worklist of these settings, where set."""
    if settings.pacs is None:
        return None
    from beeldbrug.node.protocols.dimse.pacs import DimsePacs  # with pydicom, which most commands never need

    worklist = application(settings.worklist) if settings.worklist else None
    return DimsePacs(application(settings.pacs), worklist)


def application(entity: Entity) -> Application:
    """An entity as the port has it."""
    return Application(
        entity.ae_title,
        entity.host,
        entity.port,
        entity.calling_ae,
        entity.tls_ca,
        entity.tls_certificate,
        entity.tls_key,
        entity.timeout,
    )
