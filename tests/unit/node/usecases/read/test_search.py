"""A search gives each study, series and instance once, with counts that are right."""

from __future__ import annotations

from beeldbrug.model.exchange import State
from tests.ingest import HOME, NOW, Bench, add_exchange
from tests.instances import STUDY, make

PARCEL = "ab" * 16
NOTHING: dict[str, dict[str, str]] = {"study": {}, "series": {}, "instance": {}}


def test_copies_of_several_origins_are_one_study(bench: Bench) -> None:
    add_exchange(bench.vault, PARCEL, HOME, STUDY, State.VERIFIED)
    own, received = bench.ingest(), bench.ingest(PARCEL)
    for number in (1, 2):
        own.add(make(number))
    for number in (2, 3):
        received.add(make(number, fill=9), received=NOW + 5)
    received.add(make(1, series=STUDY + ".2"), received=NOW + 5)
    scope = bench.scope()
    (study,) = bench.reading.find_studies(scope, NOTHING, 0, 10).results
    assert (study.series, study.instances) == (2, 4)
    series = bench.reading.find_series(scope, NOTHING, 0, 10).results
    assert [(item.row.series_uid, item.instances) for item in series] == [(STUDY + ".1", 3), (STUDY + ".2", 1)]
    instances = bench.reading.find_instances(scope, NOTHING, 0, 10).results
    assert [item.row.instance_uid for item in instances] == [
        *(f"{STUDY}.1.{number}" for number in (1, 2, 3)),
        f"{STUDY}.2.1",
    ]
    assert {item.row.instance_uid: item.row.origin for item in instances}[STUDY + ".1.2"] == PARCEL


def test_newest_content_of_an_instance_is_the_one_that_is_read(bench: Bench) -> None:
    ingest = bench.ingest()
    ingest.add(make(fill=1))
    ingest.add(make(fill=2), received=NOW + 1)
    found = bench.reading.retrieve(bench.scope(), STUDY)
    (file,) = found.files
    assert b"".join(bench.reading.read_file(found, file)) == make(fill=2)


def test_a_newer_copy_that_is_still_arriving_does_not_hide_a_whole_one(bench: Bench) -> None:
    add_exchange(bench.vault, PARCEL, HOME, STUDY, State.ARRIVING)
    bench.ingest().add(make())
    bench.ingest(PARCEL).add_header(make(fill=5), received=NOW + 9)
    found = bench.reading.retrieve(bench.scope(), STUDY)
    assert [b"".join(bench.reading.read_file(found, file)) for file in found.files] == [make()]


def test_pages_join_without_gap_or_repeat_when_some_studies_may_not_be_seen(bench: Bench) -> None:
    hidden = "cd" * 16
    add_exchange(bench.vault, hidden, HOME, STUDY, State.REFUSED)
    for number in range(7):
        study = f"2.25.{number}"
        bench.ingest(hidden if number % 3 == 0 else "own").add(make(study=study, series=study + ".1"))
    scope = bench.scope()
    pages = []
    for offset in (0, 2, 4):
        found = bench.reading.find_studies(scope, NOTHING, offset, 2)
        pages += [item.row.study_uid for item in found.results]
        assert found.more is (offset < 2)
    assert sorted(pages) == ["2.25.1", "2.25.2", "2.25.4", "2.25.5"]


def test_levels_match_at_their_own_level(bench: Bench) -> None:
    ingest = bench.ingest()
    ingest.add(make(1))
    ingest.add(make(1, series=STUDY + ".2", Modality="SR", SeriesNumber=2))
    scope = bench.scope()
    match = {**NOTHING, "series": {"Modality": "SR"}}
    assert [item.row.series_uid for item in bench.reading.find_series(scope, match, 0, 9).results] == [STUDY + ".2"]
    (instance,) = bench.reading.find_instances(scope, match, 0, 9).results
    assert instance.row.series_uid == STUDY + ".2"
    both = {**match, "study": {"ModalitiesInStudy": "SR", "PatientName": "vries*"}}
    assert len(bench.reading.find_studies(scope, both, 0, 9).results) == 1
    none = {**match, "study": {"PatientName": "janse*"}}
    assert bench.reading.find_instances(scope, none, 0, 9).results == []
