"""The hub's client against what answers rubbish: it waits and says so, believes nothing, fills no disk."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from beeldbrug.kit.clock import SystemClock
from beeldbrug.model.errors import Conflict, NotFound, Unavailable
from beeldbrug.node.protocols.hub.client import HttpHub
from beeldbrug.sealed.keys import new_signing_key

PACK = "a" * 32
Answer = tuple[int, bytes, dict[str, str]]


class Fake:
    """Answers each request as the test says; ``asked`` lists method and path."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answer: Callable[[str, str], Answer] = lambda method, path: (404, b"", {})
        self.tokens: list[str] = []
        fake = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _any(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                if self.path == "/v1/hub":
                    content = json.dumps({"hub": "b" * 32, "time": time.time()}).encode()
                    status, body, headers = 200, content, {}
                else:
                    fake.asked.append(f"{self.command} {self.path}")
                    fake.tokens.append(self.headers.get("Authorization", ""))
                    status, body, headers = fake.answer(self.command, self.path)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                if "Content-Length" not in headers:
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

            do_GET = do_PUT = do_POST = do_PATCH = do_DELETE = do_HEAD = _any

            def log_message(self, *_: Any) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def refuse(self, status: int, code: str, headers: dict[str, str] | None = None) -> Answer:
        content = json.dumps({"code": code, "text": "No.", "remedy": "Look."}).encode()
        return status, content, headers or {}

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(10)


@pytest.fixture
def fake() -> Iterator[Fake]:
    running = Fake()
    yield running
    running.close()


@pytest.fixture
def hub(fake: Fake) -> Iterator[HttpHub]:
    client = HttpHub(fake.url, "00000001", new_signing_key(), SystemClock())
    yield client
    client.close()


RUBBISH: dict[str, Answer] = {
    "html": (200, b"<html>Welcome to the guest network</html>", {}),
    "html-404": (404, b"<html>Not found</html>", {}),
    "html-403": (403, b"<html>Blocked by policy</html>", {}),
    "no-json": (200, b"{", {}),
    "other-form": (200, b'{"entries": [{"cursor": "x"}], "organisations": 7, "heads": [{}]}', {}),
    "list": (200, b"[]", {}),
    "null": (200, b'{"entries": null, "organisations": null, "heads": [null]}', {}),
    "bad-gateway": (502, b"<html>", {}),
}


@pytest.mark.parametrize("kind", RUBBISH)
def test_rubbish_is_an_unwell_hub_and_ends_no_sending(fake: Fake, hub: HttpHub, kind: str) -> None:
    fake.answer = lambda method, path: RUBBISH[kind]
    for ask in (hub.correspondents, lambda: hub.correspondent("00000002"), lambda: hub.mailbox(0), hub.heads):
        with pytest.raises(Unavailable):
            ask()
    if kind not in ("html", "no-json", "other-form", "list", "null"):  # an answer without content is not looked into
        with pytest.raises(Unavailable):
            hub.put_part("c" * 32, 1, "e", b"x", "stat", time.time() + 60)


def test_heads_that_go_round_in_a_circle_are_no_endless_loop(fake: Fake, hub: HttpHub) -> None:
    fake.answer = lambda method, path: (200, b'{"heads": [{"head": "h", "sequence": 1}]}', {})
    with pytest.raises(Unavailable, match="hub-answer"):
        hub.heads()


def test_a_token_that_is_not_taken_is_made_anew_once(fake: Fake, hub: HttpHub) -> None:
    def answer(method: str, path: str) -> Answer:
        if len(fake.asked) == 2:
            return fake.refuse(401, "access-expired")
        return 200, b'{"entries": []}', {}

    fake.answer = answer
    hub.mailbox(0)
    time.sleep(1.1)  # a token of another second is another token
    assert hub.mailbox(0) == []
    assert len(fake.asked) == 3 and fake.tokens[1] == fake.tokens[0] != fake.tokens[2]


def test_a_hub_that_does_not_know_us_is_waited_for(fake: Fake, hub: HttpHub) -> None:
    fake.answer = lambda method, path: fake.refuse(403, "access-unknown-organisation")
    with pytest.raises(Unavailable, match="access-unknown-organisation"):
        hub.put_part("c" * 32, 1, "e", b"x", "stat", time.time() + 60)


def test_a_refusal_of_the_hub_itself_stays_what_it_is(fake: Fake, hub: HttpHub) -> None:
    fake.answer = lambda method, path: fake.refuse(409, "part-differs")
    with pytest.raises(Conflict, match="part-differs"):
        hub.put_part("c" * 32, 1, "e", b"x", "stat", time.time() + 60)
    fake.answer = lambda method, path: fake.refuse(404, "parcel-not-here")
    assert hub.withdraw("c" * 32) is False
    fake.answer = lambda method, path: (204, b"", {})
    assert hub.withdraw("c" * 32) is True


def test_a_segment_that_never_ends_fills_no_disk(fake: Fake, hub: HttpHub, tmp_path: Path) -> None:
    fake.answer = lambda method, path: (200, bytes(5_000_000), {})
    path = tmp_path / "segment"
    with pytest.raises(Unavailable, match="segment-too-long"):
        hub.fetch_segment(PACK, 1, path, 1_000)
    assert path.stat().st_size <= 1_000


def test_a_segment_that_is_not_there_is_not_found(fake: Fake, hub: HttpHub, tmp_path: Path) -> None:
    fake.answer = lambda method, path: fake.refuse(404, "segment-not-here")
    with pytest.raises(NotFound):
        hub.fetch_segment(PACK, 1, tmp_path / "segment", 1_000)


@pytest.mark.parametrize("code", ["offset-differs", "upload-busy", "upload-superseded"])
def test_an_upload_that_is_in_its_own_way_is_tried_again(fake: Fake, hub: HttpHub, code: str) -> None:
    fake.answer = lambda method, path: fake.refuse(409, code)
    with pytest.raises(Unavailable, match=code):
        hub.put_segment(PACK, 1, b"x" * 100, bytes(32))

    def resumed(method: str, path: str) -> Answer:
        if method == "HEAD":
            return 204, b"", {"Upload-Offset": "40", "Upload-Length": "100"}
        return 201, b"{}", {}

    fake.answer = resumed
    fake.asked.clear()
    hub.put_segment(PACK, 1, b"x" * 100, bytes(32))
    assert [line.split()[0] for line in fake.asked] == ["HEAD", "PATCH"]


def test_a_broken_upload_of_which_the_hub_knows_nothing_starts_again(fake: Fake, hub: HttpHub) -> None:
    fake.answer = lambda method, path: (503, b"", {})
    with pytest.raises(Unavailable):
        hub.put_segment(PACK, 1, b"x" * 100, bytes(32))
    fake.answer = lambda method, path: (404, b"", {}) if method == "HEAD" else (201, b"{}", {})
    fake.asked.clear()
    hub.put_segment(PACK, 1, b"x" * 100, bytes(32))
    assert [line.split()[0] for line in fake.asked] == ["HEAD", "PUT"]


def test_names_that_could_lead_elsewhere_are_not_taken_from_a_mailbox(fake: Fake, hub: HttpHub) -> None:
    entry = {
        "cursor": 1,
        "parcel": "../../organisations",
        "sender": "00000001/../x",
        "number": 1,
        "kind": "parcel",
        "urgency": "stat",
        "size": 1,
        "envelope": "e",
    }
    fake.answer = lambda method, path: (200, json.dumps({"entries": [entry]}).encode(), {})
    with pytest.raises(Unavailable, match="hub-answer"):
        hub.mailbox(0)
