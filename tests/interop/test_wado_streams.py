"""Retrieval over a real connection: plain urllib3 as client, long answers, answers broken off (PS3.18, RFC 9110)."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
import urllib3

from beeldbrug.node.ports.records import SegmentState
from tests.instances import STUDY, make
from tests.interop.reading_process import ReadingNode, reading_node

SERIES = STUDY + ".1"
PARTS = 'multipart/related; type="application/dicom"; transfer-syntax=*'


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReadingNode]:
    with reading_node(tmp_path_factory.mktemp("reading")) as running:
        yield running


@pytest.fixture
def http() -> Iterator[urllib3.PoolManager]:
    with urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(30.0)) as pool:
        yield pool


def resident_bytes(node: ReadingNode) -> int:
    """Peak memory of the service."""
    status = (node.process_folder / "status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


def test_a_long_study_streams_whole_and_memory_does_not_grow_with_it(
    node: ReadingNode, http: urllib3.PoolManager
) -> None:
    data = make(frames=400, size=512, instance="2.25.5.1", study="2.25.5", series="2.25.5.2")
    ingest = node.ingest()
    ingest.add(data)
    ingest.close()
    headers = {**node.token("long"), "Accept": "application/dicom"}
    before = resident_bytes(node)
    reply = http.request(
        "GET", f"{node.url}/studies/2.25.5/series/2.25.5.2/instances/2.25.5.1", headers=headers, preload_content=False
    )
    position = 0
    for chunk in reply.stream(1024 * 1024):
        assert data[position : position + len(chunk)] == chunk
        position += len(chunk)
    assert (reply.status, position) == (200, len(data))
    assert resident_bytes(node) - before < len(data) // 4


def test_a_damaged_answer_is_never_taken_for_whole(node: ReadingNode, http: urllib3.PoolManager) -> None:
    ingest = node.ingest()
    for number in (1, 2):
        ingest.add(make(number, size=700))
    ingest.close(SegmentState.CLOSED)
    segment = max((node.spool_folder).rglob("1"), key=lambda path: path.stat().st_size)
    with segment.open("r+b") as file:
        file.seek(1_500_000)
        file.write(b"changed")
    headers = {**node.token("damaged"), "Accept": PARTS}
    with pytest.raises((urllib3.exceptions.ProtocolError, urllib3.exceptions.IncompleteRead)):
        http.request("GET", f"{node.url}/studies/{STUDY}", headers=headers)
    reply = http.request("GET", f"{node.url}/studies/{STUDY}/series/{SERIES}/instances/{SERIES}.1", headers=headers)
    assert reply.status == 200


def test_head_gives_the_headers_of_get_without_a_body(node: ReadingNode, http: urllib3.PoolManager) -> None:
    study = "2.25.6"
    node.ingest().add(make(study=study, series=study + ".1"))
    headers = {**node.token("head"), "Accept": PARTS}
    for path in (f"/studies/{study}", f"/studies/{study}/series/{study}.1/instances/{study}.1.1/frames/1"):
        headers["Accept"] = PARTS if path.endswith(study) else "application/octet-stream"
        got = http.request("GET", node.url + path, headers=headers)
        head = http.request("HEAD", node.url + path, headers=headers)
        assert (head.status, head.data) == (got.status, b"")
        assert head.headers["content-length"] == str(len(got.data))


def test_a_token_is_taken_from_the_header_alone_and_ends(node: ReadingNode, http: urllib3.PoolManager) -> None:
    node.token("brief", expires=time.time() + 1.5)
    url = f"{node.url}/studies"
    assert http.request("GET", url, headers={"Authorization": "Bearer brief"}).status in (200, 204)
    assert http.request("GET", url + "?access_token=brief").status == 401
    time.sleep(1.6)
    reply = http.request("GET", url, headers={"Authorization": "Bearer brief"})
    assert (reply.status, reply.headers["www-authenticate"]) == (401, 'Bearer realm="beeldbrug"')


def test_a_client_that_hangs_up_leaves_the_service_working(node: ReadingNode, http: urllib3.PoolManager) -> None:
    study = "2.25.8"
    node.ingest().add(make(frames=200, size=512, study=study, series=study + ".1"))
    headers = {**node.token("hasty"), "Accept": PARTS}
    for _ in range(5):
        reply = http.request("GET", f"{node.url}/studies/{study}", headers=headers, preload_content=False)
        assert len(reply.read(1000)) == 1000
        reply.close()
    assert (
        http.request("GET", f"{node.url}/studies?StudyInstanceUID={study}", headers=headers | {"Accept": "*/*"}).status
        == 200
    )
