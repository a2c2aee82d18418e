"""ports.segments.SegmentStore on a local folder, on S3, and on obstore's memory: durable, create-only, by range."""

from __future__ import annotations

from pathlib import Path

import obstore
import pytest

from beeldbrug.model.errors import Conflict, Malformed, NotFound, Unavailable
from beeldbrug.node.ports.segments import SegmentStore
from beeldbrug.node.stores.folder import FolderStore
from beeldbrug.node.stores.objects import ObjectStore, open_objects
from tests.peers.s3 import S3

PACK = "0123456789abcdef" * 2
OTHER = "f" * 32


@pytest.fixture(params=["folder", "memory", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> SegmentStore:
    """An empty store of each kind."""
    if request.param == "folder":
        return FolderStore(tmp_path / "packs")
    if request.param == "memory":
        return ObjectStore(obstore.store.MemoryStore())
    server: S3 = request.getfixturevalue("s3")
    return ObjectStore(obstore.store.S3Store(**server.options(server.create())))


def _file(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "closed"
    path.write_bytes(content)
    return path


def test_a_segment_comes_back_by_range(store: SegmentStore, tmp_path: Path) -> None:
    content = bytes(range(256)) * 100
    assert store.size(PACK, 1) is None
    store.put_file(PACK, 1, _file(tmp_path, content))
    assert store.size(PACK, 1) == len(content)
    assert store.read(PACK, 1, 0, len(content)) == content
    assert store.read(PACK, 1, 1000, 7) == content[1000:1007]
    assert store.read(PACK, 1, 5, 0) == b""


def test_identical_again_is_nothing_to_do_and_other_content_is_refused(store: SegmentStore, tmp_path: Path) -> None:
    store.put_file(PACK, 1, _file(tmp_path, b"one"))
    (tmp_path / "closed").unlink(missing_ok=True)
    store.put_file(PACK, 1, _file(tmp_path, b"one"))
    for content in (b"two", b"one and more"):
        (tmp_path / "closed").unlink(missing_ok=True)
        with pytest.raises(Conflict) as refused:
            store.put_file(PACK, 1, _file(tmp_path, content))
        assert refused.value.code == "segment-differs"
    assert store.read(PACK, 1, 0, 3) == b"one"


def test_what_is_not_there_is_not_found_and_a_short_one_is_malformed(store: SegmentStore, tmp_path: Path) -> None:
    with pytest.raises(NotFound) as missing:
        store.read(PACK, 1, 0, 1)
    assert missing.value.code == "segment-not-here"
    store.put_file(PACK, 1, _file(tmp_path, b"short"))
    with pytest.raises(Malformed):
        store.read(PACK, 1, 2, 100)


def test_a_pack_is_listed_until_it_is_deleted(store: SegmentStore, tmp_path: Path) -> None:
    for pack in (OTHER, PACK):
        for number in (1, 2):
            (tmp_path / "closed").unlink(missing_ok=True)
            store.put_file(pack, number, _file(tmp_path, b"x"))
    assert list(store.packs()) == [PACK, OTHER]
    for _ in range(2):
        store.delete_pack(PACK)
    assert list(store.packs()) == [OTHER]
    assert (store.size(PACK, 1), store.size(OTHER, 2)) == (None, 1)


@pytest.mark.parametrize("pack", ["", "../../etc", "A" * 32, "a" * 31, "a" * 32 + "\n"])
def test_an_id_that_is_none_reaches_no_disk(store: SegmentStore, tmp_path: Path, pack: str) -> None:
    for deed in (
        lambda: store.put_file(pack, 1, _file(tmp_path, b"x")),
        lambda: store.read(pack, 1, 0, 1),
        lambda: store.size(pack, 1),
        lambda: store.delete_pack(pack),
    ):
        with pytest.raises(Malformed):
            deed()


def test_a_store_that_is_down_is_unavailable_and_its_address_is_not_told(tmp_path: Path) -> None:
    store = open_objects(
        "s3://bucket",
        endpoint="http://127.0.0.1:1",
        region="x",
        skip_signature=True,
        client_options={"allow_http": True, "timeout": "1s", "connect_timeout": "1s"},
        retry_config={"max_retries": 0},
    )
    with pytest.raises(Unavailable) as down:
        store.put_file(PACK, 1, _file(tmp_path, b"x"))
    assert "127.0.0.1" not in str(down.value) and PACK not in str(down.value)
    assert down.value.__suppress_context__


def test_only_known_kinds_of_store_are_opened() -> None:
    with pytest.raises(Malformed):
        open_objects("http://somewhere/bucket")
