"""Nobody reads what is outside the token, whatever they ask for (DESIGN guarantees 4 and 5)."""

from __future__ import annotations

import pytest

from beeldbrug.model.errors import Denied, NotFound
from beeldbrug.model.exchange import READABLE, State
from beeldbrug.node.usecases.read.scope import Scope
from tests.ingest import AWAY, HOME, NOW, Bench, add_exchange, add_token
from tests.instances import STUDY, make

OTHER_STUDY = "2.25.200"
PARCEL = "ab" * 16
NOTHING: dict[str, dict[str, str]] = {"study": {}, "series": {}, "instance": {}}


def everything(bench: Bench, scope: Scope, study: str = STUDY) -> list[object]:
    """Try every way to see a study; gives what was seen."""
    reading = bench.reading
    series, instance = f"{study}.1", f"{study}.1.1"
    named = {**NOTHING, "study": {"StudyInstanceUID": study}}
    seen: list[object] = [
        *reading.find_studies(scope, named, 0, 10).results,
        *reading.find_series(scope, named, 0, 10).results,
        *reading.find_instances(scope, named, 0, 10).results,
    ]
    for deed in (
        lambda: reading.retrieve(scope, study),
        lambda: reading.retrieve(scope, study, series),
        lambda: reading.retrieve(scope, study, series, instance),
        lambda: reading.describe(scope, study, None, None, ""),
        lambda: reading.describe(scope, study, series, instance, ""),
        lambda: reading.frames(scope, study, series, instance, [1]),
        lambda: reading.bulk(scope, study, series, instance, "7FE00010"),
        lambda: reading.header_of(scope, study),
    ):
        try:
            seen.append(deed())
        except NotFound as error:
            assert error.code == "not-found"
    return seen


def test_a_token_of_the_organisation_sees_its_own_studies(bench: Bench) -> None:
    bench.ingest().add(make())
    assert len(everything(bench, bench.scope())) == 11


def test_another_organisation_sees_nothing(bench: Bench) -> None:
    bench.ingest().add(make())
    assert everything(bench, bench.scope(organisation=AWAY)) == []


def test_a_token_for_another_study_sees_nothing_of_this_one(bench: Bench) -> None:
    ingest = bench.ingest()
    ingest.add(make())
    ingest.add(make(study=OTHER_STUDY, series=OTHER_STUDY + ".1"))
    scope = bench.scope(studies=(OTHER_STUDY,))
    assert everything(bench, scope) == []
    assert len(everything(bench, scope, OTHER_STUDY)) == 11
    found = bench.reading.find_studies(scope, NOTHING, 0, 10).results
    assert [item.row.study_uid for item in found] == [OTHER_STUDY]


def test_all_studies_of_a_patient_are_not_in_a_token_for_one(bench: Bench) -> None:
    ingest = bench.ingest()
    ingest.add(make())
    ingest.add(make(study=OTHER_STUDY, series=OTHER_STUDY + ".1"))
    match = {**NOTHING, "study": {"PatientID": "999990019"}}
    found = bench.reading.find_studies(bench.scope(studies=(STUDY,)), match, 0, 10).results
    assert [item.row.study_uid for item in found] == [STUDY]


def test_a_guessed_uid_finds_nothing(bench: Bench) -> None:
    bench.ingest().add(make())
    assert everything(bench, bench.scope(), "2.25.101") == []
    with pytest.raises(NotFound, match="not-found"):
        bench.reading.retrieve(bench.scope(), STUDY, STUDY + ".1", "2.25.999")


def test_an_instance_is_not_found_under_another_study_or_series(bench: Bench) -> None:
    ingest = bench.ingest()
    ingest.add(make())
    ingest.add(make(study=OTHER_STUDY, series=OTHER_STUDY + ".1"))
    scope = bench.scope()
    with pytest.raises(NotFound):
        bench.reading.frames(scope, STUDY, STUDY + ".1", OTHER_STUDY + ".1.1", [1])
    with pytest.raises(NotFound):
        bench.reading.frames(scope, STUDY, OTHER_STUDY + ".1", STUDY + ".1.1", [1])


def test_a_token_for_an_exchange_sees_neither_own_studies_nor_other_exchanges(bench: Bench) -> None:
    other = "cd" * 16
    for parcel, study in ((PARCEL, STUDY), (other, OTHER_STUDY)):
        add_exchange(bench.vault, parcel, HOME, study, State.VERIFIED)
        bench.ingest(parcel).add(make(study=study, series=study + ".1"))
    bench.ingest().add(make(study="2.25.300", series="2.25.300.1"))
    scope = bench.scope(exchanges=(PARCEL,))
    assert len(everything(bench, scope)) == 11
    assert everything(bench, scope, OTHER_STUDY) == []
    assert everything(bench, scope, "2.25.300") == []
    assert len(bench.reading.find_studies(scope, NOTHING, 0, 10).results) == 1


@pytest.mark.parametrize("state", list(State))
def test_a_received_study_is_readable_only_in_the_readable_states(bench: Bench, state: State) -> None:
    add_exchange(bench.vault, PARCEL, HOME, STUDY, state)
    bench.ingest(PARCEL).add(make())
    assert len(everything(bench, bench.scope())) == (11 if state in READABLE else 0)


def test_what_was_verified_stays_readable_when_the_pacs_refuses_it(bench: Bench) -> None:
    add_exchange(bench.vault, PARCEL, HOME, STUDY, State.FAILED)
    bench.ingest(PARCEL).add(make())
    assert everything(bench, bench.scope()) == []
    with bench.vault.write() as transaction:
        transaction.exchanges.update(PARCEL, NOW, verified=NOW)
    assert len(everything(bench, bench.scope())) == 11


def test_a_withdrawn_exchange_is_gone_at_once(bench: Bench) -> None:
    add_exchange(bench.vault, PARCEL, HOME, STUDY, State.VERIFIED)
    bench.ingest(PARCEL).add(make())
    scope = bench.scope()
    assert len(everything(bench, scope)) == 11
    with bench.vault.write() as transaction:
        transaction.exchanges.update(PARCEL, NOW, withdrawn=NOW)
    assert everything(bench, scope) == []


def test_an_expired_exchange_is_gone_without_any_commit(bench: Bench) -> None:
    add_exchange(bench.vault, PARCEL, HOME, STUDY, State.VERIFIED)
    bench.ingest(PARCEL).add(make())
    scope = bench.scope(expires=NOW + 10 * 86_400)
    assert len(everything(bench, scope)) == 11
    bench.clock.advance(86_400.0)
    assert everything(bench, scope) == []


def test_own_copy_stays_readable_when_the_received_one_is_withdrawn(bench: Bench) -> None:
    add_exchange(bench.vault, PARCEL, HOME, STUDY, State.WITHDRAWN)
    bench.ingest(PARCEL).add(make(fill=1), received=NOW + 5)
    bench.ingest().add(make())
    found = bench.reading.retrieve(bench.scope(), STUDY)
    assert b"".join(bench.reading.read_file(found, found.files[0])) == make()


def test_an_expired_or_revoked_or_unknown_token_is_refused(bench: Bench) -> None:
    add_token(bench.vault, "short", HOME, expires=NOW + 60)
    add_token(bench.vault, "long", HOME, user="u2")
    assert bench.reading.authorise("short").organisation == HOME
    bench.clock.advance(60.0)
    with bench.vault.write() as transaction:
        transaction.tokens.revoke(HOME, "u2")
    for token in ("short", "long", "unknown", "", "x" * 10_000):
        with pytest.raises(Denied, match="token-not-valid"):
            bench.reading.authorise(token)
