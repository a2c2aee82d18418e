"""The hub's stores of bytes: segments in a folder and in a real S3 server, parts and partial uploads on disk."""

from __future__ import annotations

import os
import time
import urllib.request
from pathlib import Path

import pytest
from blake3 import blake3

from beeldbrug.hub.ports.objects import SegmentStore
from beeldbrug.hub.stores.objects.bucket import BucketSegments
from beeldbrug.hub.stores.objects.folder import FolderParts, FolderSegments
from beeldbrug.hub.stores.objects.partials import FilePartials
from beeldbrug.model.errors import Conflict, Malformed, NotFound, Unavailable
from tests.peers.s3 import S3
from tests.unit.hub.hospital import new_id

BODY = os.urandom(3 * 1024 * 1024 + 17)


def key(number: int = 0) -> str:
    pack = new_id()
    return f"{pack[:2]}/{pack[2:4]}/{pack}/{number}.{new_id()[:16]}"


def bucket_of(s3: S3) -> BucketSegments:
    options = {
        "aws_endpoint": s3.endpoint,
        "aws_region": s3.region,
        "aws_access_key_id": s3.access_key,
        "aws_secret_access_key": s3.secret_key,
    }
    return BucketSegments(f"s3://{s3.create()}", options)


@pytest.fixture(params=["folder", "s3"])
def segments(request: pytest.FixtureRequest, tmp_path: Path) -> SegmentStore:
    if request.param == "folder":
        return FolderSegments(tmp_path / "segments")
    return bucket_of(request.getfixturevalue("s3"))


def keep(store: SegmentStore, name: str, tmp_path: Path, body: bytes = BODY) -> Path:
    partial = tmp_path / new_id()
    partial.write_bytes(body)
    store.keep(name, partial)
    return partial


def read(store: SegmentStore, name: str, start: int = 0, length: int = len(BODY)) -> bytes:
    reader = store.open(name)
    try:
        return b"".join(reader.chunks(start, length))
    finally:
        reader.close()


@pytest.mark.timeout(1200)
def test_a_kept_segment_is_read_whole_and_in_ranges(segments: SegmentStore, tmp_path: Path) -> None:
    name = key()
    assert not keep(segments, name, tmp_path).exists()
    assert read(segments, name) == BODY
    for start, length in ((0, 1), (len(BODY) - 1, 1), (1024 * 1024 - 1, 2), (5, 2 * 1024 * 1024)):
        assert read(segments, name, start, length) == BODY[start : start + length]


@pytest.mark.timeout(1200)
def test_a_deleted_segment_is_gone_and_deleting_again_is_fine(segments: SegmentStore, tmp_path: Path) -> None:
    names = [key(), key()]
    for name in names:
        keep(segments, name, tmp_path)
    segments.delete([names[0], key()])
    segments.delete([names[0]])
    with pytest.raises(NotFound, match="segment-not-here"):
        read(segments, names[0])
    assert read(segments, names[1]) == BODY
    assert list(segments.strays(time.time() + 3600.0)) == [names[1]]
    assert list(segments.strays(time.time() - 3600.0)) == []


@pytest.mark.timeout(1200)
def test_a_partial_that_is_gone_cannot_be_kept(segments: SegmentStore, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        segments.keep(key(), tmp_path / "nothing")


def test_an_emptied_pack_leaves_no_folder(tmp_path: Path) -> None:
    store = FolderSegments(tmp_path / "segments")
    name = key()
    keep(store, name, tmp_path)
    store.delete([name])
    assert list((tmp_path / "segments").iterdir()) == []


def test_a_signed_url_gives_the_bytes_to_anybody_for_a_while(s3: S3, tmp_path: Path) -> None:
    store = bucket_of(s3)
    name = key()
    keep(store, name, tmp_path)
    url = store.signed_url(name, 60)
    assert url is not None
    request = urllib.request.Request(url, headers={"Range": "bytes=10-19"})  # noqa: S310 - the peer's own URL
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - as above
        assert (answer.status, answer.read()) == (206, BODY[10:20])


def test_a_store_that_is_away_is_unavailable_and_a_wrong_url_is_malformed(tmp_path: Path) -> None:
    with pytest.raises(Malformed, match="store-url"):
        BucketSegments("ftp://nowhere", {})
    assert FolderSegments(tmp_path).signed_url(key(), 1) is None


def test_a_stopped_store_says_unavailable(s3: S3, tmp_path: Path) -> None:
    options = {
        "aws_endpoint": s3.endpoint,
        "aws_region": s3.region,
        "aws_access_key_id": "x",
        "aws_secret_access_key": "y",
    }
    store = BucketSegments(f"s3://{s3.create()}", options)
    with pytest.raises(Unavailable, match="store-failed"):
        keep(store, key(), tmp_path)


def test_parts_are_kept_and_deleted(tmp_path: Path) -> None:
    store = FolderParts(tmp_path / "parts")
    token = new_id()
    name = f"{token[:2]}/{token}"
    store.put(name, b"sealed")
    assert store.get(name) == b"sealed"
    assert list(store.strays(time.time() + 10)) == [name]
    store.delete([name, name])
    with pytest.raises(NotFound):
        store.get(name)


def test_a_partial_has_one_writer_and_one_hash(tmp_path: Path) -> None:
    store = FilePartials(tmp_path / "partials")
    name = key(3)
    first = store.create(name)
    first.append(BODY[:1000])
    with pytest.raises(Conflict, match="upload-busy"):
        store.reopen(name)
    first.close()
    assert store.offset(name) == 1000
    again = store.reopen(name)
    assert again.offset == 1000
    again.append(BODY[1000:])
    assert again.digest() == blake3(BODY).hexdigest()
    again.close()
    assert list(store.strays(time.time() + 10)) == [name]
    store.delete([name])
    assert store.offset(name) is None
    with pytest.raises(NotFound, match="upload-not-here"):
        store.reopen(name)
