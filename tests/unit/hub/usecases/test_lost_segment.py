"""A segment whose bytes the store has lost or spoilt can be sent again; one that is whole is kept as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from beeldbrug.hub.ports.hub import Hub
from beeldbrug.hub.usecases.grant_pack import grant_pack
from beeldbrug.hub.usecases.report_usage import report_usage
from tests.unit.hub.hospital import Hospital, new_id
from tests.unit.hub.usecases.test_packs import BODY, put, read


@pytest.fixture
def pack(hub: Hub, sender: Hospital, receiver: Hospital) -> str:
    pack = new_id()
    grant_pack(hub, sender.caller, pack, new_id(), receiver.ura, hub.clock.now() + 3600)
    return pack


@pytest.mark.parametrize("spoil", [lambda path: path.unlink(), lambda path: path.write_bytes(b"x" * len(BODY))])
def test_a_segment_that_was_lost_or_spoilt_is_taken_again(
    hub: Hub, sender: Hospital, receiver: Hospital, pack: str, tmp_path: Path, spoil: object
) -> None:
    assert put(hub, sender, pack, 1) is True
    before = report_usage(hub, sender.caller)
    (path,) = (path for path in (tmp_path / "segments").rglob("*") if path.is_file())
    spoil(path)  # type: ignore[operator]  # one of the two above
    assert put(hub, sender, pack, 1) is True
    assert read(hub, receiver, pack, 1) == BODY
    assert report_usage(hub, sender.caller) == before


def test_a_segment_that_is_whole_is_not_written_again(hub: Hub, sender: Hospital, pack: str) -> None:
    assert put(hub, sender, pack, 1) is True
    assert put(hub, sender, pack, 1) is None
