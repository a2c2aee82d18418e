"""The node's client against a real hub process: an upload or download that broke goes on where it stopped."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from blake3 import blake3

from beeldbrug.kit.clock import SystemClock
from beeldbrug.model.errors import Unavailable
from beeldbrug.node.protocols.hub.client import UPLOAD_AGAIN, HttpHub
from tests.interop.hub_process import HubProcess, running_hub
from tests.peers.line import Line
from tests.unit.hub.hospital import Hospital, new_id

BODY = os.urandom(6_000_003)
HASH = blake3(BODY).digest()
SECONDS = 20.0


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    with running_hub(tmp_path_factory.mktemp("hub")) as running:
        yield running


@contextmanager
def _client(hub: HubProcess, hospital: Hospital) -> Iterator[tuple[HttpHub, Line]]:
    hub.client(hospital)
    line = Line(hub.port)
    client = HttpHub(line.address, hospital.ura, hospital.key, SystemClock())
    try:
        yield client, line
    finally:
        client.close()
        line.close()


def _until_partial(hub: HubProcess, hospital: Hospital, path: str) -> None:
    """The hub has part of it on its disk."""
    end = time.monotonic() + SECONDS
    while hub.client(hospital).send("HEAD", path).status != 204:
        assert time.monotonic() < end
        time.sleep(0.05)


def _go_on(client: HttpHub, line: Line, pack: str) -> None:
    """Put the segment again, counted anew; the request that broke may be letting go of it still."""
    end = time.monotonic() + SECONDS
    while True:
        line.up = 0
        try:
            client.put_segment(pack, 1, BODY, HASH)
            return
        except Unavailable as error:
            assert error.code in UPLOAD_AGAIN and time.monotonic() < end
            time.sleep(0.05)


def test_transfers_go_on_where_they_stopped(hub: HubProcess, tmp_path: Path) -> None:
    a, b = hub.authority.hospital("00000011"), hub.authority.hospital("00000012")
    hub.client(b)
    pack = new_id()
    with _client(hub, a) as (client, line):
        client.grant_pack(pack, new_id(), b.ura, time.time() + 3600)
        line.up_room = 3_000_000
        with pytest.raises(Unavailable):
            client.put_segment(pack, 1, BODY, HASH)
        _until_partial(hub, a, f"/v1/packs/{pack}/segments/1")
        line.up_room = None
        _go_on(client, line, pack)
        assert line.up < len(BODY) - 2_000_000, "it started again from nothing"
        client.put_segment(pack, 1, BODY, HASH)  # the same again is nothing to do
    with _client(hub, b) as (client, line):
        path = tmp_path / "segment"
        line.down_room = 3_000_000
        with pytest.raises(Unavailable):
            client.fetch_segment(pack, 1, path, len(BODY))
        there = path.stat().st_size
        assert 0 < there < len(BODY)
        line.down_room, line.down = None, 0
        client.fetch_segment(pack, 1, path, len(BODY))
        assert path.read_bytes() == BODY and line.down < len(BODY) - there + 100_000


def test_an_upload_that_never_began_is_asked_for_and_begun(hub: HubProcess) -> None:
    a, b = hub.authority.hospital("00000013"), hub.authority.hospital("00000014")
    hub.client(b)
    pack = new_id()
    with _client(hub, a) as (client, line):
        client.grant_pack(pack, new_id(), b.ura, time.time() + 3600)
        line.up_room = 0
        with pytest.raises(Unavailable):
            client.put_segment(pack, 1, BODY, HASH)
        assert hub.client(a).send("HEAD", f"/v1/packs/{pack}/segments/1").status == 404
        line.up_room = None
        client.put_segment(pack, 1, BODY, HASH)
        assert hub.client(b).send("GET", f"/v1/packs/{pack}/segments/1").data == BODY
