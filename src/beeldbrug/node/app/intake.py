"""Plugs the carriers' stores into reading in: what commands, the worker and the portal open discs, folders, files and
uploads with."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.model.identity import Patient, PatientNumber
from beeldbrug.node.app.settings import NodeSettings
from beeldbrug.node.app.waking import couriers
from beeldbrug.node.ports.carrier import Carrier, CarrierLimits
from beeldbrug.node.ports.uploads import UploadCarrier, UploadRow
from beeldbrug.node.ports.vault import Database
from beeldbrug.node.ports.work import Step, WorkKind
from beeldbrug.node.stores.carrier import open as carriers
from beeldbrug.node.stores.carrier.sealed import SealedCarrier
from beeldbrug.node.stores.carrier.watched import WatchedOnDisk
from beeldbrug.node.stores.staging import StagingFolder
from beeldbrug.node.usecases.intake.documents import Filed, WithDocuments
from beeldbrug.node.usecases.intake.listing import list_carrier
from beeldbrug.node.usecases.intake.request import About, Requesting, words_of
from beeldbrug.node.usecases.intake.upload import Uploading, unknown
from beeldbrug.node.usecases.intake.uploaded import UploadStep, sweep_uploads
from beeldbrug.node.usecases.intake.watch import WatchStep
from beeldbrug.node.usecases.receive.session import Receiving
from beeldbrug.node.usecases.waking.contacts import as_address
from beeldbrug.sealed.opening.parts import WriterKeys, open_writer

UPLOAD_LIMITS = CarrierLimits(files=200_000, total_bytes=512 * 2**30)
"""What one upload may hold."""


def open_carrier(path: Path) -> AbstractContextManager[Carrier]:
    """The carrier. Raises Unsupported, Unavailable, Malformed, TooLarge."""
    return carriers.open_carrier(path)


class _NoFolder:
    """The work of a folder that is watched no longer ends."""

    def step(self, subject: str) -> None:
        """Nothing is left."""

    def failed(self, subject: str, error: BeeldbrugError) -> None:
        """It does not fail."""


def staging_of(settings: NodeSettings) -> StagingFolder:
    """Where sealed chunks lie until they are taken."""
    return StagingFolder(settings.data / "uploads", settings.reserve_bytes)


def open_upload(database: Database, staging: StagingFolder, upload: UploadRow) -> UploadCarrier:
    """What has come of an upload; what a writer sealed badly is told as unreadable. Raises NotFound."""
    with database.read() as tx:
        secret = tx.uploads.secret(upload.organisation, upload.id)
        writers = tx.uploads.writers(upload.organisation, upload.id)
        chunks = tx.uploads.chunks(upload.organisation, upload.id)
    if secret is None:
        raise unknown()
    keys: dict[str, WriterKeys] = {}
    for writer, sealed in writers.items():
        try:
            keys[writer] = open_writer(sealed, secret, upload.id, writer)
        except BeeldbrugError:
            continue
    carrier = SealedCarrier(staging, chunks, keys, UPLOAD_LIMITS)
    return carrier if not upload.request else _with_documents(database, upload, carrier)


def _with_documents(database: Database, upload: UploadRow, carrier: SealedCarrier) -> UploadCarrier:
    """Over a link come documents and photographs as well: of the patient whom the request is about, else of the only
    one whose images came along."""
    with database.read() as tx:
        request = tx.upload_requests.get(upload.organisation, upload.request)
    said = words_of(request).patient if request is not None else About()
    patient = Patient(said.name, said.birth_date, said.sex, PatientNumber(said.number))
    if patient == Patient():
        found = [one.patient for one in list_carrier(carrier).patients]
        patient = found[0] if len(found) == 1 else patient
    return WithDocuments(carrier, Filed(upload.id, patient, upload.created))


def make_requesting(settings: NodeSettings, database: Database, clock: Callable[[], float]) -> Requesting:
    """What the portal asks outsiders with."""
    own = settings.organisation
    return Requesting(own.ura, own.name, database, couriers(settings, clock), as_address, clock)


def make_uploading(settings: NodeSettings, database: Database, clock: Callable[[], float]) -> Uploading:
    """What the portal takes uploads with."""
    staging = staging_of(settings)
    return Uploading(
        settings.organisation.ura, database, staging, lambda upload: open_upload(database, staging, upload), clock
    )


def sweep_intake(settings: NodeSettings, database: Database, now: float) -> None:
    """What nobody goes on with."""
    sweep_uploads(database, settings.organisation.ura, staging_of(settings), now)
    make_requesting(settings, database, lambda: now).sweep(now)


def intake_steps(
    settings: NodeSettings,
    database: Database,
    receiving: Callable[[], AbstractContextManager[Receiving]],
    clock: Callable[[], float],
) -> dict[tuple[str, str], Step]:
    """The work of uploads, and of the watched folder where one is set."""
    section, own = settings.intake, settings.organisation
    staging = staging_of(settings)
    upload = UploadStep(
        own.ura, own.name, database, staging, lambda row: open_upload(database, staging, row), receiving, clock
    )
    uploads: dict[tuple[str, str], Step] = {(own.ura, WorkKind.UPLOAD): upload}
    if section.folder is None:
        return uploads | {(own.ura, WorkKind.INTAKE): _NoFolder()}
    watch = WatchStep(
        own.ura,
        own.name,
        database,
        WatchedOnDisk(section.folder, section.after == "keep"),
        receiving,
        clock,
        section.quiet_seconds,
        section.every_seconds,
        section.brought_by,
    )
    return uploads | {(own.ura, WorkKind.INTAKE): watch}
