"""A hub over HTTP, as ``docs/reference/hub-api.md`` has it: implements ``ports.route.Hub`` for one organisation.

Outgoing requests only. Access tokens are made here, in the hub's own time, so that a node whose clock is off still gets
in. Nothing is believed here beyond the form of an answer; signatures and hashes are checked by the use cases.
"""

from __future__ import annotations

import base64
import json
import re
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from beeldbrug.kit.clock import Clock
from beeldbrug.kit.files import disk_errors
from beeldbrug.kit.http import Answer, Client, Download, Timeouts, Trust
from beeldbrug.model.errors import BeeldbrugError, Conflict, Malformed, NotFound, Unavailable
from beeldbrug.node.ports.live import LiveEntry
from beeldbrug.node.ports.route import Correspondent, MailboxEntry
from beeldbrug.sealed import forms
from beeldbrug.sealed.access import LIFETIME_SECONDS, sign_access

JOSE = {"Content-Type": "application/jose"}
BINARY = {"Content-Type": "application/octet-stream"}
CONNECTIONS = 32
UPLOAD_AGAIN = frozenset({"offset-differs", "upload-busy", "upload-superseded", "upload-not-here", "hash-differs"})
"""Refusals of one upload that another try mends."""

RENEW_SECONDS = 60.0
"""A token with less than this to go is replaced."""


class HttpHub:
    """One hub, as one organisation. Thread-safe."""

    def __init__(
        self,
        base: str,
        organisation: str,
        signing_key: Ed25519PrivateKey,
        clock: Clock,
        trust: Trust | None = None,
        timeouts: Timeouts | None = None,
    ) -> None:
        self._organisation = organisation
        self._key = signing_key
        self._clock = clock
        self._lock = threading.Lock()
        self._token = ""
        self._expires = 0.0
        self._broken: set[str] = set()
        self._open = Client(base, trust=trust, timeouts=timeouts, connections=4)
        self._client = Client(base, trust=trust, timeouts=timeouts, token=self._access, connections=CONNECTIONS)

    def toward(self, organisation: str) -> HttpHub:
        """Itself: all that its address book names are reached by it."""
        return self

    def echo(self) -> float:
        """Seconds by which the hub's clock is ahead of ours."""
        with _understood():
            return float(self._hub()["time"]) - self._clock.now()

    def correspondents(self) -> list[Correspondent]:
        """The whole address book."""
        with _understood():
            return [_correspondent(entry) for entry in self._ask("GET", "/v1/organisations").json()["organisations"]]

    def correspondent(self, organisation: str) -> Correspondent:
        """One entry."""
        with _understood():
            return _correspondent(self._ask("GET", f"/v1/organisations/{organisation}").json())

    def enrol(self, certificate_chain: tuple[str, ...]) -> None:
        """Join with a certificate chain; nothing to do when the operator has enrolled this very chain."""
        try:
            if self.correspondent(self._organisation).certificate_chain == certificate_chain:
                return
        except BeeldbrugError as error:
            if not error.code.startswith(("access-", "organisation-not-here")):
                raise
        content = {"certificate_chain": list(certificate_chain)}
        self._ask("PUT", f"/v1/organisations/{self._organisation}", content=content)

    def publish_statement(self, statement: str) -> None:
        """Publish the newest key statement."""
        path = f"/v1/organisations/{self._organisation}/statement"
        self._ask("PUT", path, body=statement.encode(), headers=JOSE)

    def publish_directory(self, directory: str) -> None:
        """Publish locations and departments."""
        path = f"/v1/organisations/{self._organisation}/directory"
        self._ask("PUT", path, body=directory.encode(), headers=JOSE)

    def put_part(self, parcel: str, number: int, envelope: str, body: bytes, urgency: str, expires: float) -> None:
        """Deliver a capsule part."""
        headers = {
            **BINARY,
            "Beeldbrug-Envelope": envelope,
            "Beeldbrug-Urgency": urgency,
            "Beeldbrug-Expires": str(int(expires)),
        }
        self._ask("POST", f"/v1/parcels/{parcel}/parts/{number}", body=body, headers=headers)

    def mailbox(self, after: int, limit: int = 500) -> list[MailboxEntry]:
        """Entries after a cursor."""
        answer = self._ask("GET", "/v1/mailbox", query={"after": after, "limit": limit})
        with _understood():
            return [_entry(entry) for entry in answer.json()["entries"]]

    def events(self, after: int) -> Iterator[MailboxEntry | None]:
        """Entries as they come; ends when the hub ends the stream. Heartbeats are not passed on."""
        try:
            with self._client.events("/v1/mailbox/events", query={"after": after}) as source:
                for event in source:
                    if event.name == "part":
                        with _understood():
                            entry = _entry(json.loads(event.data))
                        yield entry
        except BeeldbrugError as error:
            self._forget_token(error)
            raise _sorted(error) from None

    def put_live(self, parcel: str, body: bytes) -> None:
        """Hand a live message to the other end of a parcel."""
        self._ask("POST", f"/v1/parcels/{parcel}/live", body=body, headers=BINARY)

    def live(self, stop: threading.Event) -> Iterator[LiveEntry]:
        """Live messages as they come, until ``stop`` is set (the hub beats often enough to see that) or the hub ends
        the stream."""
        try:
            with self._client.events("/v1/live/events") as source:
                for event in source:
                    if stop.is_set():
                        return
                    if event.name == "live":
                        with _understood():
                            entry = _live_entry(json.loads(event.data))
                        yield entry
        except BeeldbrugError as error:
            self._forget_token(error)
            raise _sorted(error) from None

    def get_part(self, parcel: str, sender: str, number: int) -> bytes:
        """Body of a part."""
        return self._ask("GET", f"/v1/parcels/{parcel}/{sender}/parts/{number}").body

    def acknowledge(self, parcel: str, sender: str, number: int) -> None:
        """The hub may delete the body."""
        self._ask("DELETE", f"/v1/parcels/{parcel}/{sender}/parts/{number}")

    def grant_pack(self, pack: str, parcel: str, receiver: str, expires: float) -> None:
        """Create the pack or add a reader."""
        content = {"parcel": parcel, "receiver": receiver, "expires": int(expires)}
        self._ask("PUT", f"/v1/packs/{pack}", content=content)

    def put_segment(self, pack: str, number: int, body: bytes, hash: bytes) -> None:
        """Upload a segment; one whose upload broke is gone on with where it stopped."""
        path = f"/v1/packs/{pack}/segments/{number}"
        broken = path in self._broken
        self._broken.add(path)
        try:
            offset = self._uploaded(path, hash, len(body)) if broken else 0
            if offset:
                headers = {**BINARY, "Upload-Offset": str(offset)}
                self._ask("PATCH", path, body=body[offset:], headers=headers)
            elif offset is not None:
                headers = {**BINARY, "Beeldbrug-Hash": hash.hex(), "Content-Length": str(len(body))}
                self._ask("PUT", path, body=body, headers=headers)
        except BeeldbrugError as error:
            if error.code in UPLOAD_AGAIN:
                raise Unavailable(error.code, error.text, error.remedy) from None
            raise
        self._broken.discard(path)

    def fetch_segment(self, pack: str, number: int, path: Path, padded: int) -> None:
        """Download a segment into ``path``, going on where a broken download stopped; never more than ``padded`` bytes.

        Raises NotFound, Unavailable, also ``disk-full``.
        """
        there = path.stat().st_size if path.exists() else 0
        if there > padded:
            path.unlink()
            there = 0
        if there == padded:
            return
        headers = {"Range": f"bytes={there}-"} if there else {}
        address = f"/v1/packs/{pack}/segments/{number}"
        try:
            with self._client.stream("GET", address, headers=headers) as download:
                _save(download, path, there, padded)
        except NotFound:
            raise
        except BeeldbrugError as error:
            self._forget_token(error)
            raise _sorted(error) from None

    def withdraw(self, parcel: str) -> bool:
        """Delete what the hub holds of a parcel; False when it does not know it."""
        try:
            self._ask("DELETE", f"/v1/parcels/{parcel}")
        except NotFound:
            return False
        return True

    def put_head(self, head: str) -> None:
        """Deposit a signed audit head."""
        try:
            self._ask("PUT", "/v1/heads", body=head.encode(), headers=JOSE)
        except Conflict as error:
            if error.code != "sequence-older":
                raise

    def heads(self, after: int = 0) -> list[str]:
        """Our deposited heads, oldest first."""
        found: list[str] = []
        while True:
            query = {"after": after, "limit": 1000}
            with _understood():
                answer = self._ask("GET", "/v1/heads", query=query).json()["heads"]
                if not answer:
                    return found
                found += [str(entry["head"]) for entry in answer]
                last = int(answer[-1]["sequence"])
            if last <= after:
                raise _not_a_hub()
            after = last

    def close(self) -> None:
        """Close the connections."""
        self._client.close()
        self._open.close()

    def _uploaded(self, path: str, hash: bytes, length: int) -> int | None:
        """How much of a segment the hub has; None when all of it is there."""
        try:
            answer = self._client.request("HEAD", path)
        except NotFound:
            return 0
        except BeeldbrugError as error:
            self._forget_token(error)
            raise _sorted(error) from None
        if answer.status == 204:
            with _understood():
                return min(length, max(0, int(answer.headers["upload-offset"])))
        if answer.headers.get("beeldbrug-hash") != hash.hex():
            raise Conflict("segment-differs", "The hub has another segment under this number.", "Send the study again.")
        return None

    def _hub(self) -> dict[str, Any]:
        try:
            answer = self._open.request("GET", "/v1/hub").json()
        except BeeldbrugError as error:
            raise _sorted(error) from None
        if not isinstance(answer, dict) or not isinstance(answer.get("hub"), str):
            raise _not_a_hub()
        return answer

    def _ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str | int] | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        content: Any = None,
    ) -> Answer:
        """One request; with a fresh token once more when the hub does not take ours (a clock was set, a pause)."""
        try:
            return self._client.request(method, path, query=query, headers=headers, body=body, content=content)
        except BeeldbrugError as error:
            if not self._forget_token(error):
                raise _sorted(error) from None
        try:
            return self._client.request(method, path, query=query, headers=headers, body=body, content=content)
        except BeeldbrugError as error:
            raise _sorted(error) from None

    def _forget_token(self, error: BeeldbrugError) -> bool:
        """True when the error is about our token, which is then made anew at the next request."""
        if not error.code.startswith("access-"):
            return False
        with self._lock:
            self._expires = 0.0
        return True

    def _access(self) -> str:
        with self._lock:
            now = time.monotonic()
            if now > self._expires - RENEW_SECONDS:
                hub = self._hub()
                with _understood():
                    self._token = sign_access(self._organisation, hub["hub"], self._key, float(hub["time"]))
                self._expires = now + LIFETIME_SECONDS
            return self._token


def _save(download: Download, path: Path, there: int, padded: int) -> None:
    """Write what comes, up to the length that the segment must have: a hub that never stops fills no disk."""
    resumed = download.status == 206
    room = padded - there if resumed else padded
    with disk_errors(), path.open("ab" if resumed else "wb") as file:
        for chunk in download.chunks():
            if len(chunk) > room:
                raise Unavailable(
                    "segment-too-long", "The hub gives more bytes than a segment has.", "Ask its operator."
                )
            room -= len(chunk)
            file.write(chunk)


def _sorted(error: BeeldbrugError) -> BeeldbrugError:
    """What must not end a sending: a proxy's error page, or a hub that does not know us now. It is tried again, and who
    looks after the node is told when that lasts."""
    if isinstance(error, Unavailable):
        return error
    if error.code.startswith("access-"):
        return Unavailable(error.code, error.text, error.remedy)
    if error.code.startswith("http-") or error.code == "answer-not-json":
        return _not_a_hub()
    return error


def _not_a_hub() -> Unavailable:
    return Unavailable(
        "hub-answer", "What answers is no hub, or not of version 1.", "Check the hub's address, and proxies on the way."
    )


@contextmanager
def _understood() -> Iterator[None]:
    """A form that version 1 does not have is an answer of something else."""
    try:
        yield
    except Malformed as error:
        raise _sorted(error) from None
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError):
        raise _not_a_hub() from None


def _formed(value: object, form: re.Pattern[str]) -> str:
    """A name that goes into addresses and onto disks. Raises ValueError."""
    if not isinstance(value, str) or form.fullmatch(value) is None:
        raise ValueError
    return value


def _correspondent(entry: dict[str, Any]) -> Correspondent:
    return Correspondent(
        str(entry["ura"]),
        str(entry["name"]),
        tuple(str(pem) for pem in entry["certificate_chain"]),
        str(entry.get("statement") or ""),
        str(entry.get("directory") or ""),
    )


def _entry(entry: dict[str, Any]) -> MailboxEntry:
    return MailboxEntry(
        int(entry["cursor"]),
        _formed(entry["parcel"], forms.ID),
        _formed(entry["sender"], forms.URA),
        int(entry["number"]),
        str(entry["kind"]),
        str(entry["urgency"]),
        int(entry["size"]),
        str(entry["envelope"]),
    )


def _live_entry(entry: dict[str, Any]) -> LiveEntry:
    body = base64.b64decode(str(entry["body"]), validate=True)
    return LiveEntry(_formed(entry["parcel"], forms.ID), _formed(entry["sender"], forms.URA), body)
