"""Reads a study back out of a PACS as any DICOM system may: C-FIND tells what is there, C-MOVE brings it.

A study at a time (PS3.4 annex C, Study Root): what came lies in files until the next. What cannot be had is a fault by
code, never an exception: the demo tells all of it.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pydicom.dataset import Dataset

from beeldbrug.cli.demo.inbox import TITLE, Came, Inbox, listening
from beeldbrug.cli.demo.pacs import DemoPacs
from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.node.ports.pacs import Application
from beeldbrug.node.protocols.dimse import move_scu
from beeldbrug.node.protocols.dimse.move_scu import MoveScu
from beeldbrug.node.protocols.dimse.query import STUDY_ROOT, QueryScu

MOST = 100_000
"""Series of a study, and instances of a series, that are asked for."""

SILENCE_SECONDS = 30.0

TRIED_ALONE = 20
"""Instances that are asked for one by one when a whole study did not come: one may have ended it for the others."""


@dataclass(slots=True)
class Retrieved:
    """One study out of the PACS."""

    held: Counter[str] = field(default_factory=Counter)
    """Copies by SOP Instance UID, as C-FIND tells."""
    came: dict[str, list[Came]] = field(default_factory=dict)
    """What C-MOVE brought, by SOP Instance UID."""
    faults: Counter[str] = field(default_factory=Counter)


class Retriever:
    """Asks one PACS, which sends to the inbox."""

    def __init__(self, application: Application, inbox: Inbox) -> None:
        self._query = QueryScu(application, MOST)
        self._mover = MoveScu(
            application, silence_seconds=SILENCE_SECONDS, still_coming=lambda: not inbox.quiet(SILENCE_SECONDS)
        )
        self._inbox = inbox

    @contextmanager
    def study(self, study_uid: str) -> Iterator[Retrieved]:
        """What the PACS has of a study; its files are there within the block."""
        found = Retrieved()
        try:
            series = self._find(found, study_uid)
            self._move(found, _identifier("STUDY", study_uid))
            self._gather(found)
            missing = [instance_uid for instance_uid in series if instance_uid not in found.came]
            for instance_uid in missing[:TRIED_ALONE]:
                self._move(found, _identifier("IMAGE", study_uid, series[instance_uid], instance_uid))
            self._gather(found)
            yield found
        finally:
            self._inbox.clear()

    def _find(self, found: Retrieved, study_uid: str) -> dict[str, str]:
        """Count the copies; the series of each instance."""
        series_of: dict[str, str] = {}
        try:
            series = self._query.find(STUDY_ROOT, _identifier("SERIES", study_uid))
            # a series of which copies lie under several patients is told as often
            for series_uid in dict.fromkeys(_uid(one, "SeriesInstanceUID") for one in series):
                for image in self._query.find(STUDY_ROOT, _identifier("IMAGE", study_uid, series_uid)):
                    instance_uid = _uid(image, "SOPInstanceUID")
                    found.held[instance_uid] += 1
                    series_of[instance_uid] = series_uid
        except BeeldbrugError as error:
            found.faults[error.code] += 1
        return series_of

    def _move(self, found: Retrieved, identifier: Dataset) -> None:
        try:
            for _ in self._mover.move(move_scu.STUDY_ROOT, identifier, TITLE):
                continue
        except BeeldbrugError as error:
            if identifier.QueryRetrieveLevel == "IMAGE":
                found.faults[error.code] += 1

    def _gather(self, found: Retrieved) -> None:
        found.came.clear()
        for came in self._inbox.came():
            found.came.setdefault(came.instance_uid, []).append(came)


@contextmanager
def opened_retriever(pacs: DemoPacs, folder: Path) -> Iterator[Retriever]:
    """A retriever with a port of its own that the PACS knows; the folder goes at the end, for it holds patients."""
    inbox = Inbox(folder)
    try:
        with listening(inbox) as port:
            pacs.know(TITLE, port)
            yield Retriever(Application(pacs.ae_title, "127.0.0.1", pacs.dicom_port, TITLE), inbox)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _identifier(level: str, study_uid: str, series_uid: str = "", instance_uid: str = "") -> Dataset:
    """Level, unique keys down to it, and the own UID to be returned (PS3.4 section C.4.1.2.1)."""
    identifier = Dataset()
    identifier.QueryRetrieveLevel = level
    identifier.StudyInstanceUID = study_uid
    if level != "STUDY":
        identifier.SeriesInstanceUID = series_uid
    if level == "IMAGE":
        identifier.SOPInstanceUID = instance_uid
    return identifier


def _uid(match: Dataset, keyword: str) -> str:
    return str(match.get(keyword) or "").strip(" \0")
