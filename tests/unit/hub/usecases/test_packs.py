"""Packs: create-only segments for those who may read them, within quota, resumable, gone with their last grant."""

from __future__ import annotations

from pathlib import Path

import pytest
from blake3 import blake3

from beeldbrug.hub.ports.hub import Hub
from beeldbrug.hub.usecases.grant_pack import grant_pack
from beeldbrug.hub.usecases.read_segment import find_segment, list_segments
from beeldbrug.hub.usecases.report_usage import report_usage
from beeldbrug.hub.usecases.withdraw import end_parcel
from beeldbrug.hub.usecases.write_segment import (
    Incoming,
    SegmentOffer,
    begin_segment,
    resume_segment,
    upload_state,
)
from beeldbrug.model.errors import BeeldbrugError
from tests.unit.hub.hospital import Hospital, new_id

BODY = b"0123456789" * 1000


def offer(pack: str, number: int, body: bytes = BODY) -> SegmentOffer:
    return SegmentOffer(pack, number, len(body), blake3(body).hexdigest())


def begin(hub: Hub, hospital: Hospital, wanted: SegmentOffer) -> Incoming:
    incoming = begin_segment(hub, hospital.caller, wanted)
    assert incoming is not None
    incoming.register()
    return incoming


def put(hub: Hub, hospital: Hospital, pack: str, number: int, body: bytes = BODY) -> bool | None:
    incoming = begin_segment(hub, hospital.caller, offer(pack, number, body))
    if incoming is None:
        return None
    incoming.register()
    incoming.append([body[:7], body[7:]])
    return incoming.finish()


def read(hub: Hub, hospital: Hospital, pack: str, number: int) -> bytes | None:
    found = find_segment(hub, hospital.caller, pack, number)
    if found is None:
        return None
    reader = hub.segments.open(found.object)
    try:
        return b"".join(reader.chunks(0, found.length))
    finally:
        reader.close()


def code_of(work: object, *args: object) -> str:
    with pytest.raises(BeeldbrugError) as caught:
        work(*args)  # type: ignore[operator]  # any use case
    return caught.value.code


@pytest.fixture
def parcel() -> str:
    return new_id()


@pytest.fixture
def pack(hub: Hub, sender: Hospital, receiver: Hospital, parcel: str) -> str:
    name = new_id()
    assert grant_pack(hub, sender.caller, name, parcel, receiver.ura, hub.clock.now() + 3600.0)[0]
    return name


def test_a_segment_is_read_by_owner_and_receiver_only(
    hub: Hub, sender: Hospital, receiver: Hospital, stranger: Hospital, pack: str
) -> None:
    assert read(hub, receiver, pack, 0) is None
    assert put(hub, sender, pack, 0) is True
    assert read(hub, receiver, pack, 0) == read(hub, sender, pack, 0) == BODY
    assert [(one.number, one.length) for one in list_segments(hub, receiver.caller, pack)] == [(0, len(BODY))]
    assert code_of(find_segment, hub, stranger.caller, pack, 0) == "pack-not-granted"
    assert code_of(find_segment, hub, stranger.caller, new_id(), 0) == "pack-not-here"


def test_a_segment_is_written_once(hub: Hub, sender: Hospital, receiver: Hospital, pack: str) -> None:
    put(hub, sender, pack, 0)
    assert put(hub, sender, pack, 0) is None
    assert code_of(begin_segment, hub, sender.caller, offer(pack, 0, b"other")) == "segment-differs"
    assert code_of(begin_segment, hub, receiver.caller, offer(pack, 1)) == "pack-not-yours"
    assert read(hub, receiver, pack, 0) == BODY


def test_of_two_writers_at_once_one_content_wins(hub: Hub, sender: Hospital, pack: str) -> None:
    first, second = begin(hub, sender, offer(pack, 0)), begin(hub, sender, offer(pack, 0))
    first.append([BODY])
    second.append([BODY])
    assert code_of(first.finish) == "upload-superseded"
    assert second.finish() is True
    assert read(hub, sender, pack, 0) == BODY
    assert report_usage(hub, sender.caller)["upload_bytes"] == 0


def test_bytes_that_are_not_what_was_announced_are_thrown_away(
    hub: Hub, sender: Hospital, pack: str, tmp_path: Path
) -> None:
    incoming = begin(hub, sender, offer(pack, 0))
    incoming.append([b"x" * len(BODY)])
    assert code_of(incoming.finish) == "hash-differs"
    longer = begin(hub, sender, offer(pack, 0))
    assert code_of(longer.append, [BODY, b"x"]) == "segment-too-large"
    longer.break_off()
    assert read(hub, sender, pack, 0) is None
    assert list((tmp_path / "segments").rglob("*.*")) == []


def test_a_broken_off_upload_goes_on_where_it_stopped(hub: Hub, sender: Hospital, pack: str) -> None:
    incoming = begin(hub, sender, offer(pack, 0))
    incoming.append([BODY[:400]])
    assert code_of(resume_segment, hub, sender.caller, pack, 0, 400) == "upload-busy"
    incoming.break_off()
    assert upload_state(hub, sender.caller, pack, 0) == (400, len(BODY))
    assert code_of(resume_segment, hub, sender.caller, pack, 0, 399) == "offset-differs"
    assert code_of(resume_segment, hub, sender.caller, pack, 1, 0) == "upload-not-here"
    again = resume_segment(hub, sender.caller, pack, 0, 400)
    again.append([BODY[400:]])
    assert again.finish() is True
    assert read(hub, sender, pack, 0) == BODY
    assert upload_state(hub, sender.caller, pack, 0) is None


def test_uploads_count_against_the_quota_from_their_start(hub: Hub, sender: Hospital, pack: str) -> None:
    size = hub.limits.segment_bytes
    for number in range(2):
        begin(hub, sender, offer(pack, number, b"x" * size)).break_off()
    assert code_of(begin_segment, hub, sender.caller, offer(pack, 2, b"x")) == "quota-exceeded"
    begin(hub, sender, offer(pack, 1, b"x" * size)).break_off()
    assert code_of(begin_segment, hub, sender.caller, offer(pack, 2, b"x" * (size + 1))) == "segment-too-large"
    assert report_usage(hub, sender.caller)["upload_bytes"] == 2 * size


def test_packs_are_granted_by_their_owner_in_its_own_parcel(
    hub: Hub, sender: Hospital, receiver: Hospital, stranger: Hospital, pack: str, parcel: str
) -> None:
    later = hub.clock.now() + 7200.0
    assert grant_pack(hub, sender.caller, pack, parcel, receiver.ura, later) == (False, later)
    assert code_of(grant_pack, hub, sender.caller, pack, parcel, stranger.ura, later) == "parcel-receiver-differs"
    assert code_of(grant_pack, hub, stranger.caller, pack, new_id(), receiver.ura, later) == "pack-not-yours"
    assert code_of(grant_pack, hub, stranger.caller, new_id(), parcel, receiver.ura, later) == "parcel-not-yours"
    assert code_of(grant_pack, hub, sender.caller, pack, new_id(), "00000099", later) == "receiver-not-enrolled"
    assert code_of(grant_pack, hub, sender.caller, pack, parcel, receiver.ura, hub.clock.now()) == "expiry-passed"


def test_a_pack_goes_with_its_last_grant(
    hub: Hub, sender: Hospital, receiver: Hospital, stranger: Hospital, pack: str, parcel: str, tmp_path: Path
) -> None:
    other = new_id()
    grant_pack(hub, sender.caller, pack, other, stranger.ura, hub.clock.now() + 3600.0)
    put(hub, sender, pack, 0)
    begin(hub, sender, offer(pack, 1)).break_off()
    end_parcel(hub, sender.caller, parcel)
    assert code_of(find_segment, hub, receiver.caller, pack, 0) == "pack-not-granted"
    assert read(hub, stranger, pack, 0) == BODY
    end_parcel(hub, stranger.caller, other)
    assert code_of(find_segment, hub, sender.caller, pack, 0) == "pack-not-here"
    left = [path for folder in ("segments", "partials") for path in (tmp_path / folder).rglob("*")]
    assert left == []
    assert report_usage(hub, sender.caller)["used"] == 0


def test_a_segment_that_ends_after_its_pack_went_leaves_nothing(
    hub: Hub, sender: Hospital, pack: str, parcel: str, tmp_path: Path
) -> None:
    incoming = begin(hub, sender, offer(pack, 0))
    incoming.append([BODY])
    hub.records.write(lambda transaction: transaction.packs.drop_grants(parcel, owner=sender.ura))
    assert code_of(incoming.finish) == "pack-not-here"
    assert list((tmp_path / "segments").rglob("*")) == []
