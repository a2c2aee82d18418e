"""Promises of kit.http and kit.serve, over loopback with a real server process."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from beeldbrug.kit.http import Client, Timeouts, Trust
from beeldbrug.kit.ports import free_port
from beeldbrug.model.errors import NotFound, TooLarge, Unavailable
from tests.peers.certificates import make_authority

CODE = (
    "import sys; sys.path[:0] = ['src', '.']; from tests.contract.kit.served import web;"
    "web(lambda told: print(told['port'], flush=True), *sys.argv[1:3] and [0, *sys.argv[1:3]])"
)


class Served:
    def __init__(self, *arguments: str) -> None:
        command = [sys.executable, "-c", CODE, *arguments]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            pytest.fail(f"the server did not start: {self.stop()}")
        self.port = int(line)

    def stop(self) -> str:
        self.process.terminate()
        try:
            return self.process.communicate(timeout=20)[1].decode()
        finally:
            self.process.kill()


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    one = Served()
    yield one
    one.stop()


@pytest.fixture
def client(served: Served) -> Iterator[Client]:
    client = Client(f"http://127.0.0.1:{served.port}", token=lambda: "t0k", timeouts=Timeouts(2, 5))
    yield client
    client.close()


def test_a_request_carries_token_query_and_body(client: Client) -> None:
    told = client.request("POST", "/echo", query={"a": 1}, content={"x": "é"}).json()
    assert told["headers"]["authorization"] == "Bearer t0k" and told["query"] == "a=1"
    assert told["headers"]["content-type"] == "application/json" and told["size"] == 15


def test_a_streamed_body_keeps_its_declared_length(client: Client) -> None:
    pieces = (b"x" * 1000 for _ in range(500))
    told = client.request("PUT", "/echo", headers={"Content-Length": "500000"}, body=pieces).json()
    assert told["size"] == 500_000 and told["headers"]["content-length"] == "500000"


def test_an_error_answer_becomes_the_errors_kind_code_and_remedy(client: Client) -> None:
    with pytest.raises(NotFound) as caught:
        client.request("GET", "/nothing")
    assert (caught.value.code, caught.value.text, caught.value.remedy) == ("not-here", "It is not here.", "Look.")


def test_an_error_answer_that_is_no_json_still_has_a_kind(client: Client) -> None:
    with pytest.raises(Unavailable) as caught:
        client.request("GET", "/broken")
    assert caught.value.code == "http-503"
    assert client.request("GET", "/echo").status == 200


def test_a_download_streams_and_an_answer_over_the_limit_is_refused(client: Client) -> None:
    with client.stream("GET", "/large") as download:
        assert sum(len(chunk) for chunk in download.chunks()) == 64 * 65536
    with pytest.raises(TooLarge):
        client.request("GET", "/large", limit=100_000)
    assert client.request("GET", "/echo").status == 200


def test_a_redirect_to_another_server_loses_the_token(client: Client, served: Served) -> None:
    same = client.request("GET", "/redirect?/echo").json()
    other = client.request("GET", f"/redirect?http://localhost:{served.port}/echo").json()
    assert "authorization" in same["headers"] and "authorization" not in other["headers"]


def test_events_come_as_they_happen_and_resume(client: Client) -> None:
    begun = time.monotonic()
    with client.events("/events", last_event_id="5") as source:
        events = iter(source)
        assert [next(events).id for _ in range(3)] == ["6", "7", "8"]
    assert time.monotonic() - begun < 3


def test_a_silent_event_stream_ends_as_unavailable(client: Client) -> None:
    with client.events("/events", silence=0.3) as source, pytest.raises(Unavailable, match="peer-silent"):
        list(source)


def test_an_event_stream_is_closed_from_another_thread(client: Client) -> None:
    with client.events("/events") as source:
        threading.Timer(0.3, source.close).start()
        begun = time.monotonic()
        with contextlib.suppress(Unavailable):
            list(source)
        assert time.monotonic() - begun < 5


def test_slow_and_absent_servers_are_unavailable(served: Served) -> None:
    slow = Client(f"http://127.0.0.1:{served.port}", timeouts=Timeouts(1, 0.2))
    with pytest.raises(Unavailable, match="peer-silent"):
        slow.request("GET", "/slow")
    with pytest.raises(Unavailable, match="peer-unreachable") as caught:
        Client(f"http://127.0.0.1:{free_port()}").request("GET", "/echo")
    assert "127" not in str(caught.value)


def test_tls_is_trusted_by_its_authority_only(tmp_path: Path) -> None:
    ours, theirs = make_authority(tmp_path / "ours"), make_authority(tmp_path / "theirs")
    certificate, key = ours.issue("localhost")
    one = Served(str(certificate), str(key))
    try:
        url = f"https://localhost:{one.port}"
        assert Client(url, trust=Trust(ours.certificate)).request("GET", "/echo").status == 200
        for trust in (Trust(theirs.certificate), Trust()):
            with pytest.raises(Unavailable, match="tls-failed"):
                Client(url, trust=trust).request("GET", "/echo")
    finally:
        one.stop()


def test_a_server_told_to_stop_ends_its_requests_and_its_lifespan() -> None:
    one = Served()
    answers: list[Any] = []
    client = Client(f"http://127.0.0.1:{one.port}")
    thread = threading.Thread(target=lambda: answers.append(client.request("GET", "/slow").body))
    thread.start()
    time.sleep(0.4)
    log = one.stop()
    thread.join(10)
    assert answers == [b"late"] and "lifespan ended" in log and one.process.returncode == 0


def test_a_server_with_an_open_event_stream_still_stops_in_time() -> None:
    one = Served()
    with Client(f"http://127.0.0.1:{one.port}").events("/events") as source:
        next(iter(source))
        begun = time.monotonic()
        one.stop()
        assert time.monotonic() - begun < 12 and one.process.returncode == 0
