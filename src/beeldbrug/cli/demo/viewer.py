"""A viewer's eyes on a node: DICOMweb with a bearer token (PS3.18 sections 8.7, 10.4 and 10.6).

Reads what any client may read; knows nothing of the vault.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from beeldbrug.kit.clock import SystemClock
from beeldbrug.kit.http import Client, Timeouts
from beeldbrug.model.errors import BeeldbrugError, Malformed, Unavailable
from beeldbrug.node.ports.records import TokenRow
from beeldbrug.node.ports.vault import Database
from beeldbrug.node.usecases.tokens.create import create_token

FILE = 'multipart/related; type="application/dicom"; transfer-syntax=*'
FRAME = "multipart/related; type=application/octet-stream; transfer-syntax=*, */*"
JSON = "application/dicom+json"
TOKEN_SECONDS = 8 * 3600.0
POLL_SECONDS = 0.02
FILE_BYTES = 1 << 32
TRIES = 4
"""Instances of a study that are tried for a frame; where none has any, a document counts as the first image."""

_HEAD_END = b"\r\n\r\n"
_HEAD_BYTES = 64 * 1024
_CLOSING_BYTES = 64
"""What may follow the closing boundary: two dashes, a line end, blanks."""


def new_token(database: Database, organisation: str) -> str:
    """A token that may read all of the organisation, for the demo's viewer; audited."""
    now = SystemClock().now()
    row = TokenRow(organisation, "demo", "radioloog", "TREAT", now + TOKEN_SECONDS, (), ())
    return create_token(database, row, "demo", now)


class Viewer:
    """One viewer at one node."""

    def __init__(self, port: int, token: str) -> None:
        self.url = f"http://127.0.0.1:{port}/dicomweb"
        self._client = Client(self.url, token=lambda: token, timeouts=Timeouts(5.0, 300.0))

    def instances(self, study_uid: str) -> list[tuple[str, str]]:
        """(series, instance) UIDs of what is known of a study; empty while nothing is."""
        try:
            answer = self._client.request(
                "GET", f"studies/{study_uid}/instances", query={"limit": 5000}, headers={"Accept": JSON}
            )
        except BeeldbrugError:
            return []
        if not answer.body:
            return []
        return [(_uid(one, "0020000E"), _uid(one, "00080018")) for one in answer.json()]

    def sees_image(self, study_uid: str) -> bool:
        """Whether a first image can be read: a frame, or a whole instance where none of the first has frames."""
        paths = [_path(study_uid, *one) for one in self.instances(study_uid)[:TRIES]]
        answers = [self._answer(f"{path}/frames/1", FRAME) for path in paths]
        if any(answer is None for answer in answers):
            return True
        without = [path for path, answer in zip(paths, answers, strict=True) if not isinstance(answer, Unavailable)]
        return len(without) == len(paths) and any(self._answer(path, FILE) is None for path in without)

    def file(self, study_uid: str, series_uid: str, instance_uid: str, target: Path) -> None:
        """Write one instance as a DICOM file, piece by piece as it comes. Raises BeeldbrugError."""
        path = _path(study_uid, series_uid, instance_uid)
        with self._client.stream("GET", path, headers={"Accept": FILE}) as download, target.open("wb") as file:
            for piece in only_part(download.headers.get("content-type", ""), download.chunks()):
                file.write(piece)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _answer(self, path: str, accept: str) -> BeeldbrugError | None:
        """None when it can be read, else why not."""
        try:
            self._client.request("GET", path, headers={"Accept": accept}, limit=FILE_BYTES)
        except BeeldbrugError as error:
            return error
        return None


class FirstImages:
    """Notes when the first image of each study could be read. A thread of its own; a context manager."""

    def __init__(self, viewer: Viewer, changed: Callable[[], int], arriving: Callable[[], Iterable[str]]) -> None:
        """``changed`` is the vault's version, ``arriving`` the studies that have begun to arrive."""
        self.at: dict[str, float] = {}
        self._viewer = viewer
        self._changed = changed
        self._arriving = arriving
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="demo-viewer", daemon=True)

    def __enter__(self) -> FirstImages:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join(60.0)
        self._look()

    def _watch(self) -> None:
        seen = -1
        while not self._stopping.wait(POLL_SECONDS):
            version = self._changed()
            if version == seen:
                continue
            seen = version
            self._look()

    def _look(self) -> None:
        for study_uid in self._arriving():
            if study_uid not in self.at and self._viewer.sees_image(study_uid):
                self.at[study_uid] = time.time()


def only_part(content_type: str, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Content of a multipart answer of one part, or the body itself; no more of it is held than a piece.

    Raises Malformed.
    """
    found = re.search(r'boundary="?([^";]+)"?', content_type)
    if found is None:
        yield from chunks
        return
    closing, held, inside = b"\r\n--" + found[1].encode(), bytearray(), False
    for chunk in chunks:
        held += chunk
        if not inside:
            start = held.find(_HEAD_END)
            if start < 0 and len(held) > _HEAD_BYTES:
                raise _not_multipart()
            inside = start >= 0
            del held[: start + len(_HEAD_END) if inside else 0]
        sure = len(held) - len(closing) - _CLOSING_BYTES
        if inside and sure > 0:
            yield bytes(held[:sure])
            del held[:sure]
    end = held.rfind(closing)
    if not inside or end < 0:
        raise _not_multipart()
    yield bytes(held[:end])


def _not_multipart() -> Malformed:
    return Malformed("answer-not-multipart", "The node's answer is not in the form that it says it is.")


def _path(study_uid: str, series_uid: str, instance_uid: str) -> str:
    return f"studies/{study_uid}/series/{series_uid}/instances/{instance_uid}"


def _uid(entry: dict[str, dict[str, list[str]]], tag: str) -> str:
    return entry[tag]["Value"][0]
