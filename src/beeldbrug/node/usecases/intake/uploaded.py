"""Take an upload in when somebody has said so; the work ``upload``. And sweep what nobody goes on with.

A repeat after a kill takes nothing twice (``take``). What cannot be taken opens the upload again with the reason, so
that the rest can be brought, or taken without it.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

import msgspec

from beeldbrug.kit.log import get
from beeldbrug.model.errors import BeeldbrugError, Unavailable
from beeldbrug.model.exchange import Route
from beeldbrug.node.policy.carrying import INCOMPLETE
from beeldbrug.node.ports.uploads import Staging, UploadCarrier, UploadRow, UploadState
from beeldbrug.node.ports.vault import Database
from beeldbrug.node.usecases.intake.take import Brought, Taken, choose, take_in
from beeldbrug.node.usecases.intake.upload import (
    OUTCOME_SECONDS,
    Choice,
    choice_of,
    end,
    listed,
    of_upload,
)
from beeldbrug.node.usecases.receive.session import Receiving

TOLD_SECONDS = 1.0

log = get("intake")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an upload, or how far it is. ``code`` is why it was not taken, or not all of it."""

    taken: int = 0
    of: int = 0
    known: int = 0
    missing: int = 0
    exchanges: tuple[str, ...] = ()
    code: str = ""


@dataclass
class UploadStep:
    """The work ``upload`` of one organisation. ``receiving`` gives what an upload is taken in with."""

    organisation: str
    name: str
    database: Database
    staging: Staging
    opened: Callable[[UploadRow], UploadCarrier]
    receiving: Callable[[], AbstractContextManager[Receiving]]
    clock: Callable[[], float]

    def step(self, subject: str) -> None:
        """Take it. Raises Unavailable when the vault or its disk cannot take more; it is tried again."""
        with self.database.read() as tx:
            upload = tx.uploads.get(self.organisation, subject)
        if upload is None or upload.state is not UploadState.TAKING:
            return
        try:
            taken = self._take(upload, choice_of(upload))
        except Unavailable:
            raise
        except BeeldbrugError as error:
            self._open_again(upload, Outcome(code=error.code))
            return
        done = Outcome(
            taken.instances, taken.instances, taken.known, taken.missing, tuple(taken.exchanges.values()), ""
        )
        if taken.verified:
            self._finish(upload, done)
        else:
            self._open_again(upload, replace(done, code=INCOMPLETE.code))

    def failed(self, subject: str, error: BeeldbrugError) -> None:
        """It opens again, with the reason."""
        with self.database.read() as tx:
            upload = tx.uploads.get(self.organisation, subject)
        if upload is not None and upload.state is UploadState.TAKING:
            self._open_again(upload, Outcome(code=error.code))

    def _take(self, upload: UploadRow, choice: Choice) -> Taken:
        route = Route.LINK if upload.request else Route.DISC
        brought = Brought(
            self.organisation, self.name, choice.actor, choice.brought_by, choice.note, choice.partly, route
        )
        carrier = self.opened(upload)
        listing = listed(carrier, choice)
        patient, studies = choose(listing, choice.patient or None, choice.studies)
        telling = _Telling(self, upload, sum(one.instances for one in studies))
        with self.receiving() as receiving:
            return take_in(receiving, carrier, listing, patient, studies, brought, telling.told)

    def _finish(self, upload: UploadRow, outcome: Outcome) -> None:
        now, actor = self.clock(), choice_of(upload).actor
        with self.database.write() as tx:
            end(tx, upload, UploadState.TAKEN, text_of(outcome))
            counts = {"instances": outcome.taken, "known": outcome.known, "missing": outcome.missing}
            tx.audit.append(of_upload(upload, "upload-taken", "C", "success", actor, now, **counts))
        self.staging.drop(upload.id)
        log.info("upload taken in", count=outcome.taken)

    def _open_again(self, upload: UploadRow, outcome: Outcome) -> None:
        log.warning("upload not taken", code=outcome.code)
        with self.database.write() as tx:
            tx.uploads.update(self.organisation, upload.id, UploadState.OPEN, upload.choice, text_of(outcome))

    def tell(self, upload: UploadRow, outcome: Outcome) -> None:
        """How far it is."""
        with self.database.write() as tx:
            tx.uploads.update(self.organisation, upload.id, UploadState.TAKING, upload.choice, text_of(outcome))


@dataclass
class _Telling:
    """Says now and then how far it is."""

    step: UploadStep
    upload: UploadRow
    of: int
    taken: int = 0
    at: float = 0.0

    def told(self, count: int, size: int) -> None:
        self.taken += count
        now = self.step.clock()
        if now - self.at >= TOLD_SECONDS:
            self.at = now
            self.step.tell(self.upload, Outcome(self.taken, self.of))


def sweep_uploads(database: Database, organisation: str, staging: Staging, now: float) -> None:
    """What expired, what ended long ago, and chunks of what is not there any more."""
    with database.read() as tx:
        expired = tx.uploads.expired(organisation, now)
    for upload in expired:
        with database.write() as tx:
            end(tx, upload, UploadState.CLOSED, upload.outcome)
            tx.audit.append(of_upload(upload, "upload-expired", "D", "success", "node", now))
    here = staging.uploads()
    with database.read() as tx:
        live = set(tx.uploads.ids(organisation))
    for id_ in here:
        if id_ not in live:
            staging.drop(id_)
    if expired:
        with database.write() as tx:
            tx.uploads.prune(organisation, now - OUTCOME_SECONDS)


def outcome_of(upload: UploadRow) -> Outcome:
    """As it was told last."""
    return msgspec.json.decode(upload.outcome, type=Outcome) if upload.outcome else Outcome()


def text_of(outcome: Outcome) -> str:
    """As it is kept."""
    return msgspec.json.encode(outcome).decode()
