"""A real hub process that is killed and started again: nothing acknowledged is lost, nothing half is ever shown."""

from __future__ import annotations

import os
import random
import threading
import time
from pathlib import Path

import urllib3
from blake3 import blake3

from tests.interop.hub_process import HubClient, HubProcess, running_hub
from tests.interop.test_hub_http import Listener
from tests.interop.test_hub_segments import break_off, path_of, resumed
from tests.peers.processes import wait_until
from tests.unit.hub.hospital import new_id

KILLS = 8


class Work(threading.Thread):
    """Uploads segments and posts parts until told to stop; remembers what the hub acknowledged."""

    def __init__(self, client: HubClient, receiver: str, pack: str) -> None:
        super().__init__(daemon=True)
        self.client, self.pack = client, pack
        self.stream = client.hospital.stream(new_id(), receiver)
        self.segments: dict[int, str] = {}
        self.parts: dict[int, bytes] = {}
        self.over = threading.Event()

    def run(self) -> None:
        body, sealed = b"", b""
        segment = 0
        while not self.over.is_set():
            body = body or os.urandom(random.randint(1, 3_000_000))
            sealed = sealed or os.urandom(random.randint(1, 50_000))
            try:
                if self.client.put(self.pack, segment, body).status in (200, 201):
                    self.segments[segment] = blake3(body).hexdigest()
                    segment, body = segment + 1, b""
                if self._post(sealed):
                    sealed = b""
            except (urllib3.exceptions.HTTPError, OSError):
                time.sleep(0.02)

    def _post(self, sealed: bytes) -> bool:
        number = len(self.parts) + 1
        if len(self.stream.envelopes) < number:
            self.stream.next(sealed)
        answer = self.client.post_as(self.stream.parcel, number, self.stream.envelopes[-1], sealed)
        assert answer.status in (200, 201), answer.data
        self.parts[number] = sealed
        return True


def test_killed_at_any_time_loses_nothing_acknowledged(tmp_path: Path) -> None:
    with running_hub(tmp_path, sweep_seconds=1) as hub:
        a, b = hub.client(hub.authority.hospital("00000001")), hub.client(hub.authority.hospital("00000002"))
        packs = [new_id() for _ in range(3)]
        works = []
        for pack in packs:
            assert a.grant(pack, new_id(), "00000002").status == 201
            works.append(Work(HubClient(hub.port, a.hospital), "00000002", pack))
        for work in works:
            work.start()
        for _ in range(KILLS):
            time.sleep(random.uniform(0.1, 0.8))
            hub.kill()
            hub.start()
        time.sleep(0.5)
        for work in works:
            work.over.set()
        for work in works:
            work.join(60)
        _check_all_there(b, works)
        hub.stop()
        long_ago = time.time() - 7200
        for path in hub.data.rglob("*.*"):
            os.utime(path, (long_ago, long_ago))
        for path in (hub.data / "parts").rglob("*"):
            os.utime(path, (long_ago, long_ago))
        hub.start()  # looks for strays at its start
        _check_all_there(b, works)
        _check_nothing_else(hub, b, works)


def _check_all_there(b: HubClient, works: list[Work]) -> None:
    assert all(work.segments and work.parts for work in works)
    for work in works:
        for number, digest in work.segments.items():
            assert blake3(b.send("GET", path_of(work.pack, number)).data).hexdigest() == digest
        for number, sealed in work.parts.items():
            place = f"/v1/parcels/{work.stream.parcel}/00000001/parts/{number}"
            assert b.send("GET", place).data == sealed
    entries = b.mailbox("?limit=1000")
    assert len({(one["parcel"], one["number"]) for one in entries}) == len(entries)


def _check_nothing_else(hub: HubProcess, b: HubClient, works: list[Work]) -> None:
    """Every file belongs to a part or segment that is shown, or to an upload that may be resumed."""
    shown = len(b.mailbox("?limit=1000"))
    listed = sum(len(b.send("GET", f"/v1/packs/{work.pack}").json()["segments"]) for work in works)

    def files(name: str) -> int:
        return len([path for path in (hub.data / name).rglob("*") if path.is_file()])

    wait_until(lambda: files("parts") == shown and files("segments") == listed, "strays are removed", 20)
    assert files("partials") <= len(works)


def test_a_partial_upload_survives_a_kill(tmp_path: Path) -> None:
    body = os.urandom(2_000_003)
    with running_hub(tmp_path) as hub:
        a, b = hub.client(hub.authority.hospital("00000001")), hub.client(hub.authority.hospital("00000002"))
        pack = new_id()
        a.grant(pack, new_id(), "00000002")
        break_off(a, pack, 900_000, body=body)
        hub.kill()
        hub.start()
        assert a.send("HEAD", path_of(pack)).headers["upload-offset"] == "900000"
        assert resumed(a, pack, 900_000, body[900_000:]).status == 201
        assert b.send("GET", path_of(pack)).data == body


def test_a_hub_that_goes_down_in_order_does_so_soon_and_comes_up_the_same(tmp_path: Path) -> None:
    with running_hub(tmp_path) as hub:
        a, b = hub.client(hub.authority.hospital("00000001")), hub.client(hub.authority.hospital("00000002"))
        stream = a.hospital.stream(new_id(), "00000002")
        a.post(stream, b"one")
        listener = Listener(b)
        listener.wait(1)
        assert hub.stop() < 10
        assert listener.ended.wait(5)
        hub.start()
        assert a.post(stream, b"two").status == 201
        again = Listener(b, {"Last-Event-ID": "1"})
        again.wait(1)
        assert again.events[0][1] == 2
