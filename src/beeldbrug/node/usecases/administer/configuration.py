"""Change a setting that the vault may keep: checked by the settings' own models, versioned, on record.

What the file sets is the file's to change. A change says on which revision it rests, so that nobody overwrites what he
has not seen. Processes take a change up at their next use of it; nothing under way is touched: an exchange keeps the
terms it began with.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from beeldbrug.model.errors import Conflict, NotFound
from beeldbrug.node.ports.administration import SettingRow
from beeldbrug.node.ports.configuration import Kind, Known, Models
from beeldbrug.node.ports.records import AlertRow, AuditEvent
from beeldbrug.node.ports.vault import Database, Transaction

CLASH = "setting-clash"

TITLED = (Kind.RULE, Kind.GENERAL)
"""Kinds whose AE title may stand once only."""


@dataclass(frozen=True)
class Configuration:
    """The settings of one organisation that can be changed while the node runs."""

    database: Database
    organisation: str
    now: Callable[[], float]
    models: Models

    def revision(self) -> int:
        """Of the last change; what a screen shows rests on it."""
        with self.database.read() as tx:
            return tx.settings.revision(self.organisation)

    def known(self) -> Known:
        """All that is in force, and what is not although somebody set it."""
        return self.models.known()

    def history(self, limit: int = 200, kind: Kind | None = None) -> list[SettingRow]:
        """Changes, newest first; of one kind, where that is given."""
        with self.database.read() as tx:
            return tx.settings.history(self.organisation, limit, "" if kind is None else kind.value)

    def change(self, kind: Kind, value: Mapping[str, Any], based_on: int, actor: str) -> int:
        """Set it; the revision from which it holds. Raises Malformed ``setting-malformed``, Conflict ``set-in-file``,
        ``setting-changed``, ``title-taken``."""
        name, text = self.models.checked(kind, value)
        self._check_file(kind, name)
        if kind in TITLED:
            self._check_title(kind, name, str(json.loads(text)["ae_title"]))
        with self.database.write() as tx:
            before = self._last(tx, kind, name, based_on)
            if before is not None and before.value == text:
                return before.revision
            revision = tx.settings.add(self.organisation, kind.value, name, text, actor, self.now())
            details = _details(kind, name, revision, _changed(before.value if before else "", text))
            tx.audit.append(
                AuditEvent(
                    self.organisation, "setting-changed", "U", "success", actor=actor, details=details, at=self.now()
                )
            )
        return revision

    def remove(self, kind: Kind, name: str, based_on: int, actor: str) -> int:
        """Take it out of the vault. Raises NotFound ``setting-unknown``, Conflict ``setting-changed``."""
        with self.database.write() as tx:
            before = self._last(tx, kind, name, based_on)
            if before is None or not before.value:
                raise NotFound("setting-unknown", "There is no such setting in the vault.", "Reload the page.")
            revision = tx.settings.add(self.organisation, kind.value, name, "", actor, self.now())
            details = _details(kind, name, revision)
            tx.audit.append(
                AuditEvent(
                    self.organisation, "setting-removed", "D", "success", actor=actor, details=details, at=self.now()
                )
            )
        return revision

    def _check_file(self, kind: Kind, name: str) -> None:
        if self.models.in_file(kind, name):
            raise Conflict(
                "set-in-file",
                "This is set in the node's settings file, which goes before what is set here.",
                "Change it in the file and start the node again; or take it out of the file first.",
            )

    def _check_title(self, kind: Kind, name: str, title: str) -> None:
        others = {
            str(entry.value.get("ae_title"))
            for entry in self.models.known().entries
            if entry.kind in TITLED and (entry.kind, entry.name) != (kind, name)
        }
        if title in others | self.models.reserved():
            raise Conflict(
                "title-taken", "This AE title has another meaning already.", "Take another, or change that one."
            )

    def _last(self, tx: Transaction, kind: Kind, name: str, based_on: int) -> SettingRow | None:
        before = tx.settings.last(self.organisation, kind.value, name)
        if before is not None and before.revision > based_on:
            raise Conflict(
                "setting-changed",
                "Somebody else has changed this in the meantime; nothing of yours was set.",
                "Reload the page, look at the change, and set yours again.",
            )
        return before


def _details(kind: Kind, name: str, revision: int, fields: str = "") -> dict[str, str | int | float | bool]:
    details: dict[str, str | int | float | bool] = {"kind": kind.value, "revision": revision}
    named = {"ae_title": name, "fields": fields}
    return {**details, **{key: value for key, value in named.items() if value}}


def _changed(before: str, after: str) -> str:
    """Names of the fields that differ; never their values, which stand in the setting's history."""
    old, new = json.loads(before or "{}"), json.loads(after)
    return " ".join(sorted(key for key in new if old.get(key) != new[key]))


def warn_clashes(database: Database, organisation: str, clashes: bool, now: float) -> None:
    """Tell, by an alert, that something set in the portal serves nothing because the file says otherwise."""
    with database.read() as tx:
        told = any(alert.code == CLASH for alert in tx.alerts.open(organisation))
    if clashes == told:
        return
    with database.write() as tx:
        if not clashes:
            tx.alerts.clear(organisation, "", CLASH, now)
            return
        texts = (
            "Een instelling uit het portaal geldt niet, omdat het instellingenbestand iets anders zegt.",
            "A setting of the portal serves nothing, because the settings file says otherwise.",
            "Kijk in Beheer bij Regels en bij PACS, en haal een van de twee weg.",
            "See Rules and PACS under Administration, and take one of the two away.",
        )
        tx.alerts.raise_(AlertRow(0, organisation, "", CLASH, *texts, raised=now))
