"""A real hub process over HTTP: segments written once, resumed, read in ranges, within quota; in a folder and in S3."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import urllib3
from blake3 import blake3

from tests.interop.hub_process import HubClient, HubProcess, code, running_hub
from tests.peers.processes import wait_until
from tests.peers.s3 import S3
from tests.unit.hub.hospital import new_id

BODY = os.urandom(2_000_003)
QUOTA = 40_000_000
_URAS = (f"{number:08d}" for number in range(10_000, 99_999))


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubProcess]:
    with running_hub(tmp_path_factory.mktemp("hub"), quota=QUOTA) as running:
        yield running


@pytest.fixture
def a(hub: HubProcess) -> HubClient:
    return hub.client(hub.authority.hospital(next(_URAS)))


@pytest.fixture
def b(hub: HubProcess) -> HubClient:
    return hub.client(hub.authority.hospital(next(_URAS)))


@pytest.fixture
def pack(a: HubClient, b: HubClient) -> str:
    name = new_id()
    assert a.grant(name, new_id(), b.hospital.ura).status == 201
    return name


def path_of(pack: str, number: int = 0) -> str:
    return f"/v1/packs/{pack}/segments/{number}"


def break_off(client: HubClient, pack: str, sent: int, number: int = 0, body: bytes = BODY) -> None:
    """Begin a PUT and cut the connection after so many bytes of the body."""
    port = int(client.base.rsplit(":", 1)[1])
    head = (
        f"PUT {path_of(pack, number)} HTTP/1.1\r\nHost: hub\r\n"
        f"Authorization: Bearer {client.hospital.token(time.time())}\r\n"
        f"Beeldbrug-Hash: {blake3(body).hexdigest()}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.sendall(head.encode() + body[:sent])
        wait_until(
            lambda: client.send("HEAD", path_of(pack, number)).headers.get("upload-offset") == str(sent), "bytes"
        )


def resumed(client: HubClient, pack: str, offset: int, body: bytes) -> urllib3.BaseHTTPResponse:
    return client.send("PATCH", path_of(pack), body=body, headers={"Upload-Offset": str(offset)})


def test_a_segment_is_written_once_and_read_by_those_who_may(
    hub: HubProcess, a: HubClient, b: HubClient, pack: str
) -> None:
    assert code(b.send("GET", path_of(pack))) == (404, "segment-not-here")
    assert [a.put(pack, 0, BODY).status for _ in range(2)] == [201, 200]
    assert code(a.put(pack, 0, b"other")) == (409, "segment-differs")
    assert code(b.put(pack, 1, b"x")) == (403, "pack-not-yours")
    answer = b.send("GET", path_of(pack))
    assert answer.data == BODY
    assert answer.headers["beeldbrug-hash"] == blake3(BODY).hexdigest()
    assert b.send("GET", f"/v1/packs/{pack}").json() == {"segments": [{"number": 0, "length": len(BODY)}]}
    stranger = hub.client(hub.authority.hospital(next(_URAS)))
    assert code(stranger.send("GET", path_of(pack))) == (403, "pack-not-granted")
    assert stranger.send("HEAD", path_of(pack)).status == 403
    assert code(stranger.send("GET", path_of(new_id()))) == (404, "pack-not-here")


def test_ranges_and_tags_follow_the_rfc(a: HubClient, b: HubClient, pack: str) -> None:
    a.put(pack, 0, BODY)
    size = len(BODY)
    for asked, start, end in (
        ("0-0", 0, 1),
        ("5-1048599", 5, 1048600),
        (f"{size - 3}-", size - 3, size),
        ("-9", size - 9, size),
    ):
        answer = b.send("GET", path_of(pack), headers={"Range": f"bytes={asked}"})
        assert (answer.status, answer.data) == (206, BODY[start:end])
        assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/{size}"
    outside = b.send("GET", path_of(pack), headers={"Range": f"bytes={size}-"})
    assert code(outside) == (416, "range-not-satisfiable")
    assert outside.headers["content-range"] == f"bytes */{size}"
    head = b.send("HEAD", path_of(pack))
    assert (head.status, head.headers["content-length"], head.data) == (200, str(size), b"")
    assert b.send("GET", path_of(pack), headers={"If-None-Match": head.headers["etag"]}).status == 304


def test_length_hash_and_size_are_demanded(a: HubClient, pack: str) -> None:
    headers = {"Beeldbrug-Hash": blake3(BODY).hexdigest()}
    chunked = a.send("PUT", path_of(pack), body=iter([BODY]), headers=headers)
    assert code(chunked) == (411, "length-required")
    assert code(a.send("PUT", path_of(pack), body=BODY)) == (400, "header-missing")
    assert code(a.send("PUT", path_of(pack), body=BODY, headers={"Beeldbrug-Hash": "x"})) == (400, "hash-malformed")
    assert code(a.put(pack, 0, BODY, "0" * 64)) == (403, "hash-differs")
    assert code(a.put(pack, 0, b"")) == (400, "segment-empty")
    assert code(a.put(pack, 0, b"x" * (16 * 1024 * 1024 + 1))) == (413, "segment-too-large")
    assert a.put(pack, 0, BODY).status == 201


def test_a_broken_off_upload_is_resumed_where_it_stopped(a: HubClient, b: HubClient, pack: str) -> None:
    break_off(a, pack, 700_000)
    state = a.send("HEAD", path_of(pack))
    assert (state.status, state.headers["upload-length"]) == (204, str(len(BODY)))
    assert b.send("HEAD", path_of(pack)).status == 404
    wait_until(lambda: resumed(a, pack, 1, b"x").json()["code"] == "offset-differs", "the hub sees the connection go")
    wrong = resumed(a, pack, 1, b"x")
    assert (wrong.status, wrong.headers["upload-offset"]) == (409, "700000")
    some = resumed(a, pack, 700_000, BODY[700_000:1_500_000])
    assert (some.status, some.headers["upload-offset"]) == (204, "1500000")
    assert code(resumed(a, pack, 1_500_000, BODY)) == (413, "segment-too-large")
    assert resumed(a, pack, 1_500_000, BODY[1_500_000:]).status == 201
    assert b.send("GET", path_of(pack)).data == BODY
    assert code(resumed(a, pack, 0, b"x")) == (404, "upload-not-here")


def test_a_new_put_supersedes_a_partial_one(a: HubClient, b: HubClient, pack: str) -> None:
    break_off(a, pack, 500_000)
    assert a.put(pack, 0, BODY).status == 201
    assert b.send("GET", path_of(pack)).data == BODY
    assert a.send("GET", "/v1/usage").json()["upload_bytes"] == 0


def test_segments_are_written_in_parallel(a: HubClient, b: HubClient, pack: str) -> None:
    bodies = [os.urandom(1_000_000 + number) for number in range(12)]
    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(lambda n: a.put(pack, n, bodies[n]).status, range(12))) == [201] * 12
        assert list(pool.map(lambda n: b.send("GET", path_of(pack, n)).data, range(12))) == bodies


def test_the_quota_holds_and_is_freed(a: HubClient, b: HubClient, pack: str, hub: HubProcess) -> None:
    large = os.urandom(15_000_000)
    parcel, other = new_id(), new_id()
    a.grant(other, parcel, b.hospital.ura)
    assert [a.put(other, number, large).status for number in range(2)] == [201, 201]
    assert code(a.put(pack, 0, large)) == (507, "quota-exceeded")
    assert a.send("GET", "/v1/usage").json()["used"] == 30_000_000
    assert a.send("DELETE", f"/v1/parcels/{parcel}").status == 204
    assert a.put(pack, 0, large).status == 201
    assert [path for path in (hub.data / "segments").rglob("*") if other in str(path)] == []


def test_what_expires_is_gone_with_its_bytes(tmp_path: Path) -> None:
    with running_hub(tmp_path, sweep_seconds=0.2) as hub:
        a, b = (hub.client(hub.authority.hospital(next(_URAS))) for _ in range(2))
        parcel, pack = new_id(), new_id()
        a.grant(pack, parcel, b.hospital.ura, seconds=3.0)
        a.put(pack, 0, BODY)
        break_off(a, pack, 1000, 1)
        assert (
            a.post_as(parcel, 1, a.hospital.stream(parcel, b.hospital.ura).sign(b"x"), b"x", seconds=3.0).status == 201
        )
        assert b.send("GET", path_of(pack)).status == 200
        folders = [hub.data / name for name in ("parts", "segments", "partials")]
        wait_until(lambda: not [p for f in folders for p in f.rglob("*") if p.is_file()], "everything is swept", 20)
        assert code(b.send("GET", path_of(pack))) == (404, "pack-not-here")
        assert b.mailbox() == []
        assert a.send("GET", "/v1/usage").json()["used"] == 0


@pytest.mark.parametrize("redirect", [False, True])
def test_a_hub_on_s3_and_postgresql_keeps_the_same_promises(
    s3: S3, postgres_url: str, tmp_path: Path, redirect: bool
) -> None:
    options = {
        "aws_endpoint": s3.endpoint,
        "aws_region": s3.region,
        "aws_access_key_id": s3.access_key,
        "aws_secret_access_key": s3.secret_key,
    }
    bucket = s3.create()
    settings = {"store": f"s3://{bucket}/hub", "store_options": options, "store_redirect": redirect}
    with running_hub(tmp_path, database=postgres_url, processes=2, **settings) as hub:
        a, b = (hub.client(hub.authority.hospital(next(_URAS))) for _ in range(2))
        parcel, pack = new_id(), new_id()
        assert a.grant(pack, parcel, b.hospital.ura).status == 201
        break_off(a, pack, 700_000)
        wait_until(lambda: resumed(a, pack, 700_000, BODY[700_000:]).status == 201, "resumed")
        assert a.put(pack, 0, BODY).status == 200
        plain = b.send("GET", path_of(pack), redirect=False, headers={"Range": "bytes=5-9"})
        if redirect:
            assert (plain.status, "Authorization" in plain.headers) == (307, False)
            plain = b.pool.request("GET", plain.headers["location"], headers={"Range": "bytes=5-9"})
        assert (plain.status, plain.data) == (206, BODY[5:10])
        stream = a.hospital.stream(parcel, b.hospital.ura)
        assert [a.post(stream, b"x%d" % number).status for number in range(5)] == [201] * 5
        assert [entry["cursor"] for entry in b.mailbox()] == [1, 2, 3, 4, 5]
        assert a.send("DELETE", f"/v1/parcels/{parcel}").status == 204
        assert [path for path in (s3.folder / bucket).rglob("*") if path.is_file()] == []
