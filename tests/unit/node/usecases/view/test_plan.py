"""The plan: who gets it, what is written of that, and what it tells while a study is still arriving."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Sequence
from typing import Any

import pytest

from beeldbrug.dicom.json_model import path_text, to_json
from beeldbrug.dicom.json_text import JsonTexts
from beeldbrug.model.capsule import Bulk
from beeldbrug.model.dataset import Line
from beeldbrug.model.errors import Malformed, NotFound
from beeldbrug.model.exchange import State
from beeldbrug.model.pack import RECORD_BYTES_SINGLE, Extent, SealedPlace
from beeldbrug.node.ports.records import OWN
from beeldbrug.node.stores.sql.instances import SqlInstances
from beeldbrug.node.usecases.view.plan import read_waiting
from beeldbrug.node.usecases.view.subject import Kind, Name
from tests.ingest import AWAY, HOME, NOW, add_exchange
from tests.unit.node.usecases.view.conftest import EXCHANGE, STUDY, Views, received, slice_file


def test_a_plan_has_every_instance_with_its_header_and_the_keys_of_its_pixels_alone(views: Views) -> None:
    views.receive(3)
    first, *instances, last = views.plan(views.bench.scope(), received())
    assert first == {"type": "study", "here": 3, "total": 3, "arriving": False, "instances": "/base", "rejected": {}}
    assert [line["metadata"]["00200013"]["Value"] for line in instances] == [[1], [2], [3]]
    assert all(line["here"] and line["frames"] == 1 and not line["at_node"] for line in instances)
    with views.bench.vault.read() as transaction:
        pack = transaction.packs.key(HOME, instances[0]["pixels"]["opening"]["pack"])
    keys = [b64decode(line["pixels"]["opening"]["key"]) for line in instances]
    assert len(set(keys)) == 3
    assert pack not in keys
    assert (last["type"], last["last"]) == ("end", max(line["id"] for line in instances))


def test_a_viewing_is_on_record_once_a_session_and_marks_the_exchange_seen(views: Views) -> None:
    views.receive(1)
    scope = views.bench.scope()
    for _ in range(3):
        views.plan(scope, received())
    assert views.events() == ["view success"]
    with views.bench.vault.read() as transaction:
        exchange = transaction.exchanges.get(HOME, EXCHANGE)
    assert exchange is not None
    assert exchange.state is State.SEEN


def test_what_is_outside_the_scope_is_not_there_and_the_attempt_is_on_record(views: Views) -> None:
    views.receive(1)
    for scope in (
        views.bench.scope(organisation=AWAY),
        views.bench.scope(exchanges=("cd" * 16,)),
        views.bench.scope(studies=("1.2.3",)),
    ):
        with pytest.raises(NotFound):
            views.plan(scope, received())
    with pytest.raises(NotFound):
        views.plan(views.bench.scope(), received("ef" * 16))
    assert set(views.events()) == {"view failure"}


@pytest.mark.parametrize("end", ["withdrawn", "expired", "refused"])
def test_what_was_withdrawn_expired_or_refused_is_not_there(views: Views, end: str) -> None:
    views.receive(1)
    scope = views.bench.scope(expires=NOW + 10**6)
    pack = views.plan(scope, received())[1]["pixels"]["opening"]["pack"]
    assert views.viewing.sealed(scope, pack, 1, 0, 10)
    if end == "expired":
        views.bench.clock.advance(100_000)
    else:
        with views.bench.vault.write() as transaction:
            changes = {"withdrawn": NOW} if end == "withdrawn" else {}
            transaction.exchanges.update(EXCHANGE, NOW, state=State(end), **changes)
    with pytest.raises(NotFound):
        views.plan(scope, received())
    with pytest.raises(NotFound):
        views.viewing.sealed(scope, pack, 1, 0, 10)


def test_what_is_still_arriving_is_listed_and_told_when_it_has_come(views: Views) -> None:
    add_exchange(views.bench.vault, EXCHANGE, HOME, STUDY, State.ARRIVING)
    ingest = views.bench.ingest(EXCHANGE)
    ingest.add(slice_file(1))
    _, second, row = ingest.add_header(slice_file(2))
    scope = views.bench.scope()
    _, *instances, last = views.plan(scope, received())
    assert [(line["here"], line["pixels"] is None) for line in instances] == [(True, False), (False, True)]
    assert (last["here"], last["total"], last["arriving"]) == (1, 2, True)
    assert instances[1]["metadata"]["00200013"]["Value"] == [2]

    waiting = frozenset({row})
    assert len(views.plan(scope, received(), last["last"], waiting)) == 2
    with views.bench.vault.write() as transaction:
        transaction.instances.complete(row, second)
    ingest.add(slice_file(3))
    _, *come, last = views.plan(scope, received(), last["last"], waiting)
    assert [line["metadata"]["00200013"]["Value"][0] for line in come] == [2, 3]
    assert all(line["here"] for line in come)
    assert last["here"] == 3


@pytest.mark.parametrize("which", ["bulks", "header_place"])
def test_what_lies_in_a_pack_that_was_not_granted_yet_is_listed_as_arriving(views: Views, which: str) -> None:
    add_exchange(views.bench.vault, EXCHANGE, HOME, STUDY, State.ARRIVING)
    ingest = views.bench.ingest(EXCHANGE)
    ingest.add(slice_file(1))
    place = SealedPlace("ee" * 16, (Extent(1, 0, 47),), bytes(16), RECORD_BYTES_SINGLE, 10, bytes(32))
    if which == "header_place":
        ingest.add(slice_file(2), header=None, header_place=place)
    else:
        ingest.add(slice_file(2), bulks=(Bulk(0x7FE00010, Line.PIXEL, place, None, b""),))
    _, *instances, last = views.plan(views.bench.scope(), received())
    assert [(line["here"], line["metadata"]["00080018"]["Value"]) for line in instances] == [
        (True, [f"{STUDY}.1.1"]),
        (False, [f"{STUDY}.1.2"]),
    ]
    assert (last["type"], last["arriving"]) == ("end", True)


def test_a_study_of_our_own_opens_by_its_row(views: Views) -> None:
    ingest = views.bench.ingest(OWN)
    ingest.add(slice_file(1))
    ingest.close()
    name = Name(Kind.STUDY, views.own_study())
    assert len(views.plan(views.bench.scope(), name)) == 3
    for scope in (views.bench.scope(organisation=AWAY), views.bench.scope(exchanges=(EXCHANGE,))):
        with pytest.raises(NotFound):
            views.plan(scope, name)
    with pytest.raises(NotFound):
        views.plan(views.bench.scope(), Name(Kind.STUDY, STUDY))


def test_an_exchange_shows_what_came_in_it_and_no_other_copy(views: Views) -> None:
    views.receive(2)
    views.receive(1, "cd" * 16)
    assert len(views.plan(views.bench.scope(), received())) == 4
    assert len(views.plan(views.bench.scope(), received("cd" * 16))) == 3


def test_the_first_lines_come_before_the_rest_is_read(views: Views) -> None:
    views.receive(5)
    chunks = views.viewing.plan(views.bench.scope(), received(), "/base")
    assert next(chunks).count(b"\n") == 2


def test_instances_of_a_series_are_told_by_what_differs_and_say_all_when_made_whole(views: Views) -> None:
    add_exchange(views.bench.vault, EXCHANGE, HOME, STUDY, State.VERIFIED)
    ingest = views.bench.ingest(EXCHANGE)
    other = {"SeriesInstanceUID": f"{STUDY}.2", "SeriesDescription": "Other"}
    less = {"SOPInstanceUID": f"{STUDY}.9", "PatientComments": None}
    files = [slice_file(1, PatientComments="x"), slice_file(2), slice_file(3, **other), slice_file(4, **less)]
    cuts = [ingest.add(file) for file in files]
    _, *told, _ = views.told(views.bench.scope(), received())
    _, *lines, _ = views.plan(views.bench.scope(), received())
    assert [(line["id"], line.get("like", 0)) for line in told] == [(1, 0), (3, 0), (2, 1), (4, 1)]
    assert len(told[2]["metadata"]) < 6 < len(lines[2]["metadata"])
    assert told[2]["without"] == ["00104000"]
    for line in lines:
        cut, base = cuts[line["id"] - 1], f"/base/{line['id']}/values"
        found = to_json(
            cut.header, cut.transfer_syntax, cut.part10, lambda path, base=base: f"{base}/{path_text(path)}"
        )  # type: ignore[misc]  # bound at once
        assert line["metadata"] == found


def test_headers_are_asked_for_by_many_and_written_as_far_as_they_differ(
    views: Views, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    written: list[bytes] = []
    headers, keep = SqlInstances.headers, JsonTexts.keep

    def asking(self: SqlInstances, organisation: str, ids: Sequence[int]) -> dict[int, bytes | None]:
        asked.append(len(ids))
        return headers(self, organisation, ids)

    def keeping(self: JsonTexts, kept: Any, key: Any, text: bytes, found: bytes) -> None:
        written.append(found)
        keep(self, kept, key, text, found)

    def never(self: SqlInstances, organisation: str, id: int) -> bytes | None:
        raise AssertionError("one header is asked for")

    monkeypatch.setattr(SqlInstances, "headers", asking)
    monkeypatch.setattr(SqlInstances, "header", never)
    monkeypatch.setattr(JsonTexts, "keep", keeping)
    views.receive(12)
    _, first, *_ = views.plan(views.bench.scope(), received())
    assert asked == [10, 2]
    # the first once more when its character set was read; of the others the UID and the number
    assert len(written) <= 2 * len(first["metadata"]) + 11 * 2


def test_no_line_but_the_metadata_has_identity(views: Views) -> None:
    views.receive(1)
    for line in views.plan(views.bench.scope(), received()):
        line.pop("metadata", None)
        assert "Testpersoon" not in repr(line)
        assert STUDY not in repr(line)


@pytest.mark.parametrize("text", ["x", "3-1", "1,,2", "1-99999", "-1", "1" * 9000, "9" * 20])
def test_a_list_of_instances_waited_for_that_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        read_waiting(text)


def test_a_list_of_instances_waited_for_is_numbers_and_runs() -> None:
    assert read_waiting("3,7-9") == {3, 7, 8, 9}
    assert read_waiting("") == frozenset()
