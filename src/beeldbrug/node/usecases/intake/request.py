"""Ask somebody outside to upload: a link, a code by another channel, and what may be done with the two.

The link's token stands in the fragment of an address, which no server sees; the vault keeps its SHA-256. Codes have
eight digits; five wrong ones lock the request for a quarter of an hour, thirty close it. Who gave the right one holds a
pass for some hours, in memory of one page. What is asked, and for which patient, is shown inside alone.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final
from uuid import uuid4

import msgspec

from beeldbrug.model.errors import Denied, Malformed, NotFound, TooLarge, Unavailable
from beeldbrug.model.notice import Channel
from beeldbrug.node.policy.notice_text import code_subject, code_text, request_subject, request_text
from beeldbrug.node.ports.records import AuditEvent
from beeldbrug.node.ports.upload_requests import RequestRow
from beeldbrug.node.ports.uploads import UploadRow, UploadState
from beeldbrug.node.ports.vault import Database, Transaction
from beeldbrug.node.ports.waking import Courier, Letter
from beeldbrug.node.usecases.intake.upload import Bringing
from beeldbrug.node.usecases.read.scope import hash_token

PATH: Final = "/upload"
DAYS_MOST: Final = 60.0
OPEN_MOST: Final = 500
"""Requests of one organisation that may be open."""

UPLOADS_MOST: Final = 50
TEXT_CHARACTERS: Final = 2000
NAME_CHARACTERS: Final = 200
TRIES: Final = 5
TRIES_MOST: Final = 30
LOCKED_SECONDS: Final = 15 * 60.0
PASS_SECONDS: Final = 8 * 3600.0
KEPT_SECONDS: Final = 30 * 86400.0
"""How long what came is kept after the request has ended, and the request is listed."""

TOKEN_CHARACTERS: Final = 64


@dataclass(frozen=True, slots=True)
class About:
    """For which patient, as far as the one who asks knows it. ``birth_date`` is YYYYMMDD."""

    name: str = ""
    birth_date: str = ""
    sex: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """What is asked, of whom, about which patient; ``by`` is the name of who asks."""

    text: str
    whom: str = ""
    by: str = ""
    patient: About = field(default_factory=About)


@dataclass(frozen=True, slots=True)
class Asking:
    """A request to be made. Mail brings the link, a telephone the code; each only where the way is set up."""

    words: Words
    days: float
    most: int
    mail: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """A new request. Link and code are shown this one time; ``told`` are the channels that brought one of them."""

    row: RequestRow
    link: str
    code: str
    told: tuple[Channel, ...]


@dataclass(frozen=True)
class Requesting:
    """Requests of one organisation."""

    organisation: str
    name: str
    database: Database
    couriers: Mapping[Channel, Courier]
    address: Callable[[Channel, str], str]
    """An address as its way wants it. Raises Malformed."""
    now: Callable[[], float]

    def make(self, account: str, actor: str, language: str, asking: Asking, origin: str) -> Made:
        """Make one. Raises Malformed ``request-malformed``, TooLarge ``requests-open``, what the ways raise."""
        _check(asking)
        now, token, code = self.now(), secrets.token_urlsafe(32), f"{secrets.randbelow(10**8):08}"
        row = RequestRow(
            id=uuid4().hex,
            organisation=self.organisation,
            account=account,
            token=hash_token(token),
            words=msgspec.json.encode(asking.words).decode(),
            created=now,
            expires=now + asking.days * 86400,
            most=asking.most,
        )
        letters = self._letters(asking, f"{origin}{PATH}#{token}", code, language)
        with self.database.write() as tx:
            if sum(is_open(one, now) for one in tx.upload_requests.all(self.organisation, now)) >= OPEN_MOST:
                raise TooLarge("requests-open", "Too many upload requests are open.", "Close some first.")
            tx.upload_requests.add(row, code)
            tx.audit.append(_of_request(row, "upload-request-made", "C", "success", actor, now))
        for channel, letter in letters:
            self.couriers[channel].deliver(letter)
        return Made(row, f"{origin}{PATH}#{token}", code, tuple(channel for channel, _ in letters))

    def open(self, token: str, code: str) -> tuple[RequestRow, str]:
        """The request, and a pass, for who has link and code. Raises NotFound ``link-over``, Denied
        ``link-code-wrong``, Unavailable ``link-locked``."""
        now = self.now()
        with self.database.write() as tx:
            row = tx.upload_requests.by_token(self.organisation, hash_token(token[:TOKEN_CHARACTERS]))
            if row is None or not is_open(row, now):
                raise _over()
            if now < row.locked:
                raise Unavailable(
                    "link-locked", "A wrong code was given too often.", "Wait a quarter of an hour, and try again."
                )
            right = tx.upload_requests.is_code(self.organisation, row.id, "".join(code.split()))
            if right:
                holder = secrets.token_urlsafe(32)
                tx.upload_requests.tried(self.organisation, row.id, 0, 0.0, row.opened or now)
                tx.upload_requests.add_pass(
                    self.organisation, row.id, hash_token(holder), min(now + PASS_SECONDS, row.expires)
                )
            else:
                self._wrong(tx, row, now)
            tx.audit.append(
                _of_request(row, "upload-request-opened", "E", "success" if right else "code-wrong", "link", now)
            )
        if not right:
            raise Denied("link-code-wrong", "This is not the code.", "Read it again, or ask who sent you the link.")
        return row, holder

    def passed(self, holder: str) -> tuple[RequestRow, Bringing]:
        """Who a pass is of. Raises Denied ``link-pass-over``."""
        with self.database.read() as tx:
            row = tx.upload_requests.of_pass(self.organisation, hash_token(holder[:TOKEN_CHARACTERS]), self.now())
        if row is None or not is_open(row, self.now()):
            raise Denied("link-pass-over", "You have to give the code again.", "Open the link again and give the code.")
        return row, bringing_of(row, "link")

    def check_room(self, row: RequestRow, mark: str) -> None:
        """Whether the link takes another upload. Raises TooLarge ``link-full``."""
        with self.database.read() as tx:
            if mark and tx.uploads.same(self.organisation, row.account, row.id, mark) is not None:
                return
            if len(tx.uploads.of_request(self.organisation, row.id)) >= row.most:
                raise TooLarge("link-full", "This link has taken as many uploads as it may.", "Ask for a new link.")

    def all(self) -> list[tuple[RequestRow, list[UploadRow]]]:
        """Requests with what came on each, newest first."""
        with self.database.read() as tx:
            rows = tx.upload_requests.all(self.organisation, self.now() - KEPT_SECONDS)
            return [(row, tx.uploads.of_request(self.organisation, row.id)) for row in rows]

    def get(self, id: str) -> RequestRow:
        """One. Raises NotFound ``request-unknown``."""
        with self.database.read() as tx:
            return self._get(tx, id)

    def close(self, actor: str, id: str) -> None:
        """Nothing more can be uploaded; what came stays. Raises NotFound."""
        now = self.now()
        with self.database.write() as tx:
            row = self._get(tx, id)
            tx.upload_requests.change(self.organisation, id, row.expires, row.closed or now)
            tx.audit.append(_of_request(row, "upload-request-closed", "U", "success", actor, now))

    def extend(self, actor: str, id: str, days: float) -> None:
        """It ends so many days from now, open again if it was closed. Raises NotFound, Malformed."""
        if not 0 < days <= DAYS_MOST:
            raise _malformed()
        now = self.now()
        with self.database.write() as tx:
            row = self._get(tx, id)
            tx.upload_requests.change(self.organisation, id, now + days * 86400, None)
            tx.audit.append(_of_request(row, "upload-request-extended", "U", "success", actor, now))

    def note_sent(self, row: RequestRow, upload: UploadRow, chunks: int) -> None:
        """Somebody says that all of it was sent."""
        now = self.now()
        with self.database.write() as tx:
            tx.uploads.touch(self.organisation, upload.id, now, now + KEPT_SECONDS)
            event = AuditEvent(
                self.organisation, "uploaded", "C", "success", actor="link", details={"chunks": chunks}, at=now
            )
            tx.audit.append(event)

    def sweep(self, now: float) -> None:
        """Passes that are over, and requests that ended long ago."""
        with self.database.read() as tx:
            rows = tx.upload_requests.all(self.organisation, 0.0)
        if any(row.expires < now for row in rows):
            with self.database.write() as tx:
                tx.upload_requests.sweep(self.organisation, now, now - KEPT_SECONDS)

    def _wrong(self, tx: Transaction, row: RequestRow, now: float) -> None:
        tries = row.tries + 1
        locked = now + LOCKED_SECONDS if tries % TRIES == 0 else 0.0
        tx.upload_requests.tried(self.organisation, row.id, tries, locked, row.opened)
        if tries >= TRIES_MOST:
            tx.upload_requests.change(self.organisation, row.id, row.expires, now)

    def _letters(self, asking: Asking, link: str, code: str, language: str) -> list[tuple[Channel, Letter]]:
        letters = []
        if asking.mail and Channel.MAIL in self.couriers:
            to = self.address(Channel.MAIL, asking.mail)
            text = request_text(self.name, link, language)
            letters.append(
                (Channel.MAIL, Letter(secrets.token_hex(16), to, request_subject(self.name, language), text))
            )
        if asking.phone and Channel.SMS in self.couriers:
            to = self.address(Channel.SMS, asking.phone)
            text = code_text(code, language)
            letters.append((Channel.SMS, Letter(secrets.token_hex(16), to, code_subject(language), text)))
        return letters

    def _get(self, tx: Transaction, id: str) -> RequestRow:
        row = tx.upload_requests.get(self.organisation, id)
        if row is None:
            raise NotFound("request-unknown", "There is no such upload request.", "Reload the list.")
        return row


def bringing_of(row: RequestRow, actor: str) -> Bringing:
    """Who reaches the uploads of a request."""
    return Bringing(row.account, actor, row.id)


def words_of(row: RequestRow) -> Words:
    """What was asked."""
    return msgspec.json.decode(row.words, type=Words)


def is_open(row: RequestRow, now: float) -> bool:
    """Whether it still takes uploads."""
    return row.closed is None and now < row.expires


def came(uploads: list[UploadRow]) -> list[UploadRow]:
    """Those that were not thrown away."""
    return [one for one in uploads if one.state is not UploadState.CLOSED]


def _check(asking: Asking) -> None:
    words = asking.words
    texts = [words.whom, words.patient.name, words.patient.number]
    long = len(words.text) > TEXT_CHARACTERS or any(len(one) > NAME_CHARACTERS for one in texts)
    born = words.patient.birth_date
    dated = not born or (len(born) == 8 and born.isascii() and born.isdigit())
    if not words.text.strip() or long or not dated or words.patient.sex not in ("", "M", "F", "O"):
        raise _malformed()
    if not 0 < asking.days <= DAYS_MOST or not 1 <= asking.most <= UPLOADS_MOST:
        raise _malformed()


def _malformed() -> Malformed:
    return Malformed("request-malformed", "Something of this request is missing or not right.", "Read the form again.")


def _over() -> NotFound:
    return NotFound("link-over", "This link has expired, was closed, or is not whole.", "Ask for a new one.")


def _of_request(row: RequestRow, event: str, action: str, outcome: str, actor: str, now: float) -> AuditEvent:
    return AuditEvent(
        row.organisation, event, action, outcome, actor=actor, patient=words_of(row).patient.number, at=now
    )
