"""A study can be opened while it arrives, and nobody takes a part of it for the whole."""

from __future__ import annotations

import pytest

from beeldbrug.model.errors import Unavailable
from beeldbrug.model.exchange import State
from beeldbrug.node.ports.records import SegmentState
from tests.ingest import HOME, NOW, Bench, add_exchange
from tests.instances import STUDY, make

PARCEL = "ab" * 16
SERIES = STUDY + ".1"


def test_metadata_is_there_before_the_pixels(bench: Bench) -> None:
    add_exchange(bench.vault, PARCEL, HOME, STUDY, State.ARRIVING)
    bench.ingest(PARCEL).add_header(make())
    scope = bench.scope()
    found = bench.reading.describe(scope, STUDY, None, None, "")
    (metadata,) = found.instances
    assert metadata["00100010"]["Value"] == [{"Alphabetic": "Vries^Jan"}]
    assert len(bench.reading.find_studies(scope, {"study": {}, "series": {}, "instance": {}}, 0, 5).results) == 1
    for deed in (
        lambda: bench.reading.retrieve(scope, STUDY),
        lambda: bench.reading.frames(scope, STUDY, SERIES, SERIES + ".1", [1]),
        lambda: bench.reading.bulk(scope, STUDY, SERIES, SERIES + ".1", "7FE00010"),
    ):
        with pytest.raises(Unavailable, match="still-arriving"):
            deed()


def test_what_has_arrived_is_given_and_the_rest_is_counted(bench: Bench) -> None:
    add_exchange(bench.vault, PARCEL, HOME, STUDY, State.ARRIVING)
    here, wanted = bench.ingest(PARCEL), bench.ingest(PARCEL)
    here.add(make(1))
    here.close()
    wanted.add(make(2))
    wanted.close(SegmentState.WANTED)
    with bench.vault.write() as transaction:
        transaction.exchanges.bump(PARCEL, NOW, total=5, done=1)
    scope = bench.scope()
    found = bench.reading.retrieve(scope, STUDY)
    assert ([file.row.instance_uid for file in found.files], found.waiting) == ([SERIES + ".1"], 1)
    assert found.arriving == (1, 5)
    assert bench.reading.frames(scope, STUDY, SERIES, SERIES + ".1", [1]).arriving == (1, 5)
    with pytest.raises(Unavailable, match="still-arriving"):
        bench.reading.frames(scope, STUDY, SERIES, SERIES + ".2", [1])
    with pytest.raises(Unavailable, match="still-arriving"):
        bench.reading.retrieve(scope, STUDY, SERIES, SERIES + ".2")


def test_frames_that_are_there_are_given_of_an_instance_that_is_not(bench: Bench) -> None:
    add_exchange(bench.vault, PARCEL, HOME, STUDY, State.ARRIVING)
    ingest = bench.ingest(PARCEL)
    data = make(frames=40, size=512)
    index = ingest.add(data).index
    ingest.close()
    names = (STUDY, SERIES, index.instance_uid)
    last = max(number for _, number in bench.store.held)
    assert last == 3
    with bench.vault.write() as transaction:
        pack = next(pack for pack, number in bench.store.held if number == last)
        row = transaction.packs.segment(HOME, pack, 2)
        assert row is not None
        transaction.packs.put_segment(
            row.__class__(HOME, pack, 2, SegmentState.WANTED, row.length, row.padded, row.hash)
        )
    scope = bench.scope()
    for number, there in ((1, True), (20, False), (40, True)):
        if there:
            found = bench.reading.frames(scope, *names, [number])
            assert len(b"".join(bench.reading.read_frame(found, 0))) == 512 * 512 * 2
            continue
        with pytest.raises(Unavailable, match="still-arriving"):
            bench.reading.frames(scope, *names, [number])
    with pytest.raises(Unavailable, match="still-arriving"):
        bench.reading.frames(scope, *names, [1, 20])


def test_at_the_sender_an_open_segment_is_read_from_the_spool(bench: Bench) -> None:
    ingest = bench.ingest()
    data = [make(number, fill=number) for number in (1, 2, 3)]
    for instance in data:
        ingest.add(instance)
        found = bench.reading.retrieve(bench.scope(), STUDY)
        assert len(found.files) == len(ingest.ids) and not found.waiting
    assert [b"".join(bench.reading.read_file(found, file)) for file in found.files] == data


def test_a_frame_is_found_when_its_segment_moves_to_the_store_in_between(bench: Bench) -> None:
    ingest = bench.ingest()
    ingest.add(make())
    scope = bench.scope()
    found = bench.reading.frames(scope, STUDY, SERIES, SERIES + ".1", [1])
    ingest.close()
    assert not bench.spool.held
    assert len(b"".join(bench.reading.read_frame(found, 0))) == 512


def test_a_late_instance_is_seen_at_once(bench: Bench) -> None:
    ingest = bench.ingest()
    ingest.add(make(1))
    scope = bench.scope()
    assert len(bench.reading.retrieve(scope, STUDY).files) == 1
    ingest.add(make(2))
    assert len(bench.reading.retrieve(scope, STUDY).files) == 2
