"""Files that somebody brings by browser, sealed before they leave it: begin, take in chunks, show what came, decide.

Nothing becomes an arrival before a human has said so; until then there are sealed chunks, and the list that is made of
them for whoever may see it. The same files chosen again go on where they broke off. The worker takes (``uploaded``).
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final
from uuid import uuid4

import msgspec

from beeldbrug.model.dataset import Line
from beeldbrug.model.errors import Conflict, Malformed, NotFound, TooLarge
from beeldbrug.model.exchange import Urgency
from beeldbrug.node.policy import carrying
from beeldbrug.node.ports.records import AuditEvent
from beeldbrug.node.ports.uploads import ChunkRow, Staging, UploadCarrier, UploadRow, UploadState
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.ports.work import WorkKind
from beeldbrug.node.usecases.intake.listing import Finding, Listing, list_carrier, note_listing
from beeldbrug.sealed.keys import new_transport_key
from beeldbrug.sealed.opening.parts import WRITER_BYTES, check_chunk, check_name, entries_of, split_chunk

KEPT_SECONDS: Final = 7 * 86400.0
"""An upload that nobody goes on with is swept after a week."""

OUTCOME_SECONDS: Final = 30 * 86400.0
OPEN_MOST: Final = 20
"""Uploads that one person, or one request, may have open."""

BYTES_MOST: Final = 512 * 2**30
CHUNKS_MOST: Final = 400_000
WRITERS_MOST: Final = 500
NUMBERS_MOST: Final = 10**9
MARK_CHARACTERS: Final = 64
WORDS_CHARACTERS: Final = 1000
COUNT_MOST: Final = 10**7

MET: Final = frozenset(
    one.code for one in (carrying.UNREADABLE, carrying.ENCRYPTED, carrying.SUSPICIOUS, carrying.NAME_OUTSIDE)
)
"""Findings that only the browser can make: these files never come."""

OTHERS: Final = frozenset({"pdf", "jpeg", "other", "empty"})

Outcome = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Choice:
    """What was told with an upload. ``met`` and ``others`` are counts of what the browser found and did not send;
    ``patient`` counts from 1 in the list, 0 while nobody has chosen."""

    met: Mapping[str, int] = field(default_factory=dict)
    others: Mapping[str, int] = field(default_factory=dict)
    actor: str = ""
    patient: int = 0
    studies: tuple[str, ...] = ()
    brought_by: str = ""
    note: str = ""
    partly: bool = False
    sent: float = 0.0
    """When the holder of a link said that all of it was sent."""


@dataclass(frozen=True, slots=True)
class Bringing:
    """Who uploads: a person of the organisation, or the holder of a link that ``request`` names."""

    account: str
    actor: str
    request: str = ""


@dataclass(frozen=True)
class Uploading:
    """Uploads of one organisation."""

    organisation: str
    database: Database
    staging: Staging
    opened: Callable[[UploadRow], UploadCarrier]
    """Raises NotFound ``upload-unknown``, Denied, Malformed."""
    now: Callable[[], float]

    def begin(self, who: Bringing, mark: str, until: float = 0.0) -> UploadRow:
        """A new upload, or the open one of the same files. Raises TooLarge ``uploads-open``."""
        now = self.now()
        expires = until or now + KEPT_SECONDS
        with self.database.write() as tx:
            there = tx.uploads.same(self.organisation, who.account, who.request, mark[:MARK_CHARACTERS])
            if there is not None:
                tx.uploads.touch(self.organisation, there.id, now, expires)
                return there
            if self._open(tx, who) >= OPEN_MOST:
                raise TooLarge("uploads-open", "Too many uploads are open.", "Take them in or throw them away first.")
            key = new_transport_key()
            row = UploadRow(
                id=uuid4().hex,
                organisation=self.organisation,
                account=who.account,
                recipient=key.recipient,
                created=now,
                expires=expires,
                request=who.request,
                mark=mark[:MARK_CHARACTERS],
            )
            tx.uploads.add(row, key.secret)
        return row

    def names_key(self, upload: UploadRow) -> bytes:
        """What the browser makes the ids of files with, so that they tell nothing of names. Raises NotFound."""
        with self.database.read() as tx:
            secret = tx.uploads.secret(self.organisation, upload.id)
        if secret is None:
            raise unknown()
        return hmac.digest(secret.encode("ascii"), b"beeldbrug upload file ids", "sha256")

    def get(self, who: Bringing, id: str) -> UploadRow:
        """One that this person may see. Raises NotFound."""
        with self.database.read() as tx:
            return self._get(tx, who, id)

    def weight(self, upload: UploadRow) -> tuple[int, int]:
        """(chunks, bytes) that are here."""
        with self.database.read() as tx:
            return tx.uploads.weight(self.organisation, upload.id)

    def mine(self, who: Bringing) -> list[UploadRow]:
        """Open ones of this person."""
        with self.database.read() as tx:
            return tx.uploads.open_of(self.organisation, who.account)

    def keep_writer(self, who: Bringing, id: str, writer: str, sealed: bytes) -> None:
        """The content keys of a page, sealed to the upload. Raises NotFound, Conflict, TooLarge, Malformed."""
        check_name(writer)
        if not 0 < len(sealed) <= WRITER_BYTES:
            raise TooLarge("chunk-too-large", "A part of an upload is larger than this takes.", "Reload the page.")
        with self.database.write() as tx:
            self._taking_chunks(tx, who, id)
            if len(tx.uploads.writers(self.organisation, id)) >= WRITERS_MOST:
                raise _too_much()
            tx.uploads.add_writer(self.organisation, id, writer, sealed)

    def keep_chunk(self, who: Bringing, id: str, writer: str, line: Line, number: int, body: bytes) -> None:
        """Some MiB of sealed parts. Raises NotFound, Conflict, TooLarge, Malformed, Unavailable ``disk-full``."""
        check_name(writer)
        check_chunk(body)
        contents, messages = split_chunk(body)
        if not 0 <= number < NUMBERS_MOST:
            raise Malformed("chunk-malformed", "A part of an upload cannot be read.", "Reload the page and try again.")
        now = self.now()
        row = ChunkRow(id, self.organisation, writer, line, number, len(messages), contents, now)
        with self.database.read() as tx:
            self._taking_chunks(tx, who, id)
            chunks, size = tx.uploads.weight(self.organisation, id)
        if chunks >= CHUNKS_MOST or size + len(messages) > BYTES_MOST:
            raise _too_much()
        self.staging.put(id, row.name, messages)

        def deed(tx: Transaction) -> None:
            upload = self._taking_chunks(tx, who, id)
            tx.uploads.add_chunk(row)
            if not upload.request:
                tx.uploads.touch(self.organisation, id, now, now + KEPT_SECONDS)

        self.database.run(deed)

    def held(self, who: Bringing, id: str) -> dict[str, list[int]]:
        """Parts that are here, by file id. Raises NotFound."""
        with self.database.read() as tx:
            self._get(tx, who, id)
            chunks = tx.uploads.chunks(self.organisation, id)
        found: dict[str, list[int]] = {}
        for chunk in chunks:
            for entry in entries_of(chunk.contents):
                found.setdefault(entry.file.hex(), []).append(entry.part)
        return found

    def note(self, who: Bringing, id: str, met: Mapping[str, int], others: Mapping[str, int]) -> None:
        """What the browser met and did not send. Raises NotFound, Conflict, Malformed."""
        if not (set(met) <= MET and set(others) <= OTHERS):
            raise Malformed("choice-unknown", "A choice is none of those that there are.", "Reload the page.")
        counts = [*met.values(), *others.values()]
        if any(not 0 <= one <= COUNT_MOST for one in counts):
            raise Malformed("choice-unknown", "A choice is none of those that there are.", "Reload the page.")
        with self.database.write() as tx:
            upload = self._taking_chunks(tx, who, id)
            said = replace(choice_of(upload), met=dict(met), others=dict(others))
            tx.uploads.update(self.organisation, id, upload.state, _text(said), upload.outcome)

    def sent(self, who: Bringing, id: str, brought_by: str, note: str) -> UploadRow:
        """The holder of a link says that all of it was sent, who it is from, and more. Raises NotFound, Conflict."""
        with self.database.write() as tx:
            upload = self._taking_chunks(tx, who, id)
            words = brought_by.strip()[:WORDS_CHARACTERS], note.strip()[:WORDS_CHARACTERS]
            said = replace(choice_of(upload), sent=self.now(), brought_by=words[0], note=words[1])
            tx.uploads.update(self.organisation, id, upload.state, _text(said), upload.outcome)
        return upload

    def look(self, who: Bringing, id: str) -> tuple[Listing, UploadCarrier]:
        """What came: identity, and audited. Raises NotFound, TooLarge."""
        upload = self.get(who, id)
        carrier = self.opened(upload)
        listing = listed(carrier, choice_of(upload))
        note_listing(self.database, self.organisation, listing, who.actor, self.now())
        return listing, carrier

    def take(self, who: Bringing, id: str, chosen: Choice) -> None:
        """Have the worker take studies of one patient. Raises NotFound, Conflict ``upload-not-open``."""
        now = self.now()
        with self.database.write() as tx:
            upload = self._taking_chunks(tx, who, id)
            before = choice_of(upload)
            said = replace(
                chosen,
                met=before.met,
                others=before.others,
                actor=who.actor,
                sent=before.sent,
                brought_by=chosen.brought_by.strip()[:WORDS_CHARACTERS],
                note=chosen.note.strip()[:WORDS_CHARACTERS],
            )
            tx.uploads.update(self.organisation, id, UploadState.TAKING, _text(said), "")
            tx.work.add(self.organisation, WorkKind.UPLOAD, id, Urgency.URGENT, now)

    def close(self, who: Bringing, id: str) -> None:
        """Throw it away: keys, chunks, all. Raises NotFound, Conflict."""
        with self.database.write() as tx:
            upload = self._taking_chunks(tx, who, id)
            end(tx, upload, UploadState.CLOSED, upload.outcome)
            tx.audit.append(of_upload(upload, "upload-closed", "D", "success", who.actor, self.now()))
        self.staging.drop(id)

    def _open(self, tx: Transaction, who: Bringing) -> int:
        if who.request:
            return sum(one.state is UploadState.OPEN for one in tx.uploads.of_request(self.organisation, who.request))
        return len(tx.uploads.open_of(self.organisation, who.account))

    def _get(self, tx: Transaction, who: Bringing, id: str) -> UploadRow:
        row = tx.uploads.get(self.organisation, id)
        if row is None or (row.request, row.account) != (who.request, who.account):
            raise unknown()
        return row

    def _taking_chunks(self, tx: Transaction, who: Bringing, id: str) -> UploadRow:
        row = self._get(tx, who, id)
        if row.state is not UploadState.OPEN:
            raise Conflict("upload-not-open", "This upload was taken in, closed, or has ended.", "Begin a new one.")
        return row


def listed(carrier: UploadCarrier, choice: Choice) -> Listing:
    """What came, with what the browser met. Raises TooLarge."""
    listing = list_carrier(carrier)
    for code, count in choice.met.items():
        if count:
            listing.findings.setdefault(code, Finding(code)).count += count
    listing.others.update(dict(choice.others))
    left = sum([*choice.met.values(), *choice.others.values()])
    listing.files += left
    order = list(carrying.FINDINGS)
    listing.findings = dict(sorted(listing.findings.items(), key=lambda one: order.index(one[0])))
    return listing


def choice_of(upload: UploadRow) -> Choice:
    """What was told with it."""
    return msgspec.json.decode(upload.choice, type=Choice) if upload.choice else Choice()


def end(tx: Transaction, upload: UploadRow, state: UploadState, outcome: str) -> None:
    """Keys and chunks go; the chunks' files go after."""
    tx.uploads.forget(upload.organisation, upload.id)
    tx.uploads.update(upload.organisation, upload.id, state, "", outcome)


def of_upload(
    upload: UploadRow, event: str, action: str, outcome: str, actor: str, now: float, **details: int
) -> AuditEvent:
    """About an upload, which is of no exchange yet."""
    return AuditEvent(upload.organisation, event, action, outcome, actor=actor, details={**details}, at=now)


def unknown() -> NotFound:
    """No such upload, or not of this person."""
    return NotFound("upload-unknown", "There is no such upload, or it has ended.", "Choose the files again.")


def _too_much() -> TooLarge:
    return TooLarge(
        "upload-too-large", "There are more files, or more bytes, than one upload may hold.", "Bring it in parts."
    )


def _text(choice: Choice) -> str:
    return msgspec.json.encode(choice).decode()
