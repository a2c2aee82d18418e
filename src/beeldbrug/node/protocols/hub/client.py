"""A hub over HTTP, as ``docs/reference/hub-api.md`` has it: implements ``ports.route.Hub`` for one organisation.

Outgoing requests only. Access tokens are made here, in the hub's own time, so that a node whose clock is off still gets
in. Nothing is believed here beyond the form of an answer; signatures and hashes are checked by the use cases.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from beeldbrug.kit.clock import Clock
from beeldbrug.kit.http import Client, Trust
from beeldbrug.model.errors import BeeldbrugError, Conflict, Malformed, NotFound
from beeldbrug.node.ports.route import Correspondent, MailboxEntry
from beeldbrug.sealed.access import LIFETIME_SECONDS, sign_access

JOSE = {"Content-Type": "application/jose"}
BINARY = {"Content-Type": "application/octet-stream"}
CONNECTIONS = 32
RENEW_SECONDS = 60.0
"""A token with less than this to go is replaced."""


class HttpHub:
    """One hub, as one organisation. Thread-safe."""

    def __init__(
        self, base: str, organisation: str, signing_key: Ed25519PrivateKey, clock: Clock, trust: Trust | None = None
    ) -> None:
        self._organisation = organisation
        self._key = signing_key
        self._clock = clock
        self._lock = threading.Lock()
        self._token = ""
        self._expires = 0.0
        self._broken: set[str] = set()
        self._open = Client(base, trust=trust, connections=4)
        self._client = Client(base, trust=trust, token=self._access, connections=CONNECTIONS)

    def echo(self) -> float:
        """Seconds by which the hub's clock is ahead of ours."""
        return float(self._hub()["time"]) - self._clock.now()

    def correspondents(self) -> list[Correspondent]:
        """The whole address book."""
        return [
            _correspondent(entry) for entry in self._client.request("GET", "/v1/organisations").json()["organisations"]
        ]

    def correspondent(self, organisation: str) -> Correspondent:
        """One entry."""
        return _correspondent(self._client.request("GET", f"/v1/organisations/{organisation}").json())

    def enrol(self, certificate_chain: tuple[str, ...]) -> None:
        """Join with a certificate chain; nothing to do when the operator has enrolled this very chain."""
        try:
            if self.correspondent(self._organisation).certificate_chain == certificate_chain:
                return
        except BeeldbrugError as error:
            if not error.code.startswith(("access-", "organisation-not-here")):
                raise
        content = {"certificate_chain": list(certificate_chain)}
        self._client.request("PUT", f"/v1/organisations/{self._organisation}", content=content)

    def publish_statement(self, statement: str) -> None:
        """Publish the newest key statement."""
        path = f"/v1/organisations/{self._organisation}/statement"
        self._client.request("PUT", path, body=statement.encode(), headers=JOSE)

    def publish_directory(self, directory: str) -> None:
        """Publish locations and departments."""
        path = f"/v1/organisations/{self._organisation}/directory"
        self._client.request("PUT", path, body=directory.encode(), headers=JOSE)

    def put_part(self, parcel: str, number: int, envelope: str, body: bytes, urgency: str, expires: float) -> None:
        """Deliver a capsule part."""
        headers = {
            **BINARY,
            "Beeldbrug-Envelope": envelope,
            "Beeldbrug-Urgency": urgency,
            "Beeldbrug-Expires": str(int(expires)),
        }
        self._client.request("POST", f"/v1/parcels/{parcel}/parts/{number}", body=body, headers=headers)

    def mailbox(self, after: int, limit: int = 500) -> list[MailboxEntry]:
        """Entries after a cursor."""
        answer = self._client.request("GET", "/v1/mailbox", query={"after": after, "limit": limit})
        return [_entry(entry) for entry in answer.json()["entries"]]

    def events(self, after: int) -> Iterator[MailboxEntry | None]:
        """Entries as they come; ends when the hub ends the stream. Heartbeats are not passed on."""
        with self._client.events("/v1/mailbox/events", query={"after": after}) as source:
            for event in source:
                if event.name == "part":
                    yield _entry(_json(event.data))

    def get_part(self, parcel: str, sender: str, number: int) -> bytes:
        """Body of a part."""
        return self._client.request("GET", f"/v1/parcels/{parcel}/{sender}/parts/{number}").body

    def acknowledge(self, parcel: str, sender: str, number: int) -> None:
        """The hub may delete the body."""
        self._client.request("DELETE", f"/v1/parcels/{parcel}/{sender}/parts/{number}")

    def grant_pack(self, pack: str, parcel: str, receiver: str, expires: float) -> None:
        """Create the pack or add a reader."""
        content = {"parcel": parcel, "receiver": receiver, "expires": int(expires)}
        self._client.request("PUT", f"/v1/packs/{pack}", content=content)

    def put_segment(self, pack: str, number: int, body: bytes, hash: bytes) -> None:
        """Upload a segment; one whose upload broke is gone on with where it stopped."""
        path = f"/v1/packs/{pack}/segments/{number}"
        broken = path in self._broken
        offset = self._uploaded(path, hash) if broken else 0
        self._broken.add(path)
        if offset:
            headers = {**BINARY, "Upload-Offset": str(offset)}
            self._client.request("PATCH", path, body=body[offset:], headers=headers)
        elif offset is not None:
            headers = {**BINARY, "Beeldbrug-Hash": hash.hex(), "Content-Length": str(len(body))}
            self._client.request("PUT", path, body=body, headers=headers)
        self._broken.discard(path)

    def fetch_segment(self, pack: str, number: int, path: Path, padded: int) -> None:
        """Download a segment into ``path``, going on where a broken download stopped."""
        there = path.stat().st_size if path.exists() else 0
        if there > padded:
            path.unlink()
            there = 0
        if there == padded:
            return
        headers = {"Range": f"bytes={there}-"} if there else {}
        with self._client.stream("GET", f"/v1/packs/{pack}/segments/{number}", headers=headers) as download:
            resumed = download.status == 206
            with path.open("ab" if resumed else "wb") as file:
                for chunk in download.chunks():
                    file.write(chunk)

    def withdraw(self, parcel: str) -> None:
        """Delete what the hub holds of a parcel; nothing to do when it holds nothing."""
        try:
            self._client.request("DELETE", f"/v1/parcels/{parcel}")
        except NotFound:
            return

    def put_head(self, head: str) -> None:
        """Deposit a signed audit head."""
        try:
            self._client.request("PUT", "/v1/heads", body=head.encode(), headers=JOSE)
        except Conflict as error:
            if error.code != "sequence-older":
                raise

    def heads(self, after: int = 0) -> list[str]:
        """Our deposited heads, oldest first."""
        found: list[str] = []
        while True:
            answer = self._client.request("GET", "/v1/heads", query={"after": after, "limit": 1000}).json()["heads"]
            if not answer:
                return found
            found += [entry["head"] for entry in answer]
            after = int(answer[-1]["sequence"])

    def close(self) -> None:
        """Close the connections."""
        self._client.close()
        self._open.close()

    def _uploaded(self, path: str, hash: bytes) -> int | None:
        """How much of a segment the hub has; None when all of it is there."""
        try:
            answer = self._client.request("HEAD", path)
        except NotFound:
            return 0
        if answer.status == 204:
            return int(answer.headers["upload-offset"])
        if answer.headers.get("beeldbrug-hash") != hash.hex():
            raise Conflict("segment-differs", "The hub has another segment under this number.", "Send the study again.")
        return None

    def _hub(self) -> dict[str, Any]:
        answer = self._open.request("GET", "/v1/hub").json()
        if not isinstance(answer, dict) or not isinstance(answer.get("hub"), str):
            raise Malformed("hub-answer", "The hub's answer has not the form that version 1 has.", "Check its address.")
        return answer

    def _access(self) -> str:
        with self._lock:
            now = time.monotonic()
            if now > self._expires - RENEW_SECONDS:
                hub = self._hub()
                self._token = sign_access(self._organisation, hub["hub"], self._key, float(hub["time"]))
                self._expires = now + LIFETIME_SECONDS
            return self._token


def _correspondent(entry: dict[str, Any]) -> Correspondent:
    return Correspondent(
        entry["ura"],
        entry["name"],
        tuple(entry["certificate_chain"]),
        entry.get("statement") or "",
        entry.get("directory") or "",
    )


def _entry(entry: dict[str, Any]) -> MailboxEntry:
    return MailboxEntry(
        int(entry["cursor"]),
        str(entry["parcel"]),
        str(entry["sender"]),
        int(entry["number"]),
        str(entry["kind"]),
        str(entry["urgency"]),
        int(entry["size"]),
        str(entry["envelope"]),
    )


def _json(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Malformed("hub-answer", "The hub's event has not the form that version 1 has.", "Check its address.")
    return found
