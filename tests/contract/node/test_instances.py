"""ports.vault.Instances on both engines: what goes in comes out, once, and only whole."""

from __future__ import annotations

from dataclasses import replace

import pytest

from beeldbrug.model.errors import Conflict, Denied, NotFound
from beeldbrug.model.identity import Patient
from beeldbrug.node.ports.records import OWN, InstanceState
from beeldbrug.node.stores.sql.database import Vault
from tests.contract.node import given
from tests.contract.node.given import A, B


def test_an_instance_comes_back_as_it_was_added(vault: Vault) -> None:
    new = given.instance()
    with vault.write() as tx:
        id_ = tx.instances.add(new)
    with vault.read() as tx:
        (row,) = tx.instances.get(A, [id_])
        assert tx.instances.header(A, id_) == new.header
    assert (row.id, row.study_uid, row.series_uid, row.instance_uid) == (id_, given.STUDY, given.SERIES, "1.2.3.1.1")
    assert (row.pieces, row.bulks, row.header_place) == (new.pieces, new.bulks, None)
    assert (row.size, row.hash, row.state, row.received) == (new.size, new.hash, new.state, new.received)
    assert (row.part10, row.number_of_frames, row.instance_number) == (False, 1, 1)
    assert (row.sop_class, row.transfer_syntax) == (new.index.sop_class, new.index.transfer_syntax)


def test_the_same_content_is_kept_once_and_other_content_beside_it(vault: Vault) -> None:
    with vault.write() as tx:
        first = tx.instances.add(given.instance())
        assert tx.instances.add(given.instance()) == first
        assert not tx.instances.has_other_content(A, OWN, "1.2.3.1.1", given.instance().hash)
        other = tx.instances.add(given.instance(hash=b"o" * 32))
        assert other != first
        assert tx.instances.find(A, OWN, "1.2.3.1.1", b"o" * 32) == other
        assert tx.instances.find(A, OWN, "1.2.3.1.1", b"x" * 32) is None
        assert tx.instances.has_other_content(A, OWN, "1.2.3.1.1", b"o" * 32)
        (newest,) = tx.instances.instances(A, OWN, given.STUDY, None, {})
    assert newest.id == other


def test_rows_come_in_the_order_asked_and_unknown_ones_are_left_out(vault: Vault) -> None:
    with vault.write() as tx:
        ids = [tx.instances.add(given.instance(number)) for number in range(1, 8)]
        asked = [ids[4], 10_000, ids[0], ids[6]]
        assert [row.id for row in tx.instances.get(A, asked)] == [ids[4], ids[0], ids[6]]
        assert tx.instances.get(A, []) == []


def test_a_header_that_lies_in_a_pack_is_not_inline(vault: Vault) -> None:
    place = given.place(300_000)
    with vault.write() as tx:
        id_ = tx.instances.add(given.instance(header=None, header_place=place))
        assert tx.instances.header(A, id_) is None
        assert tx.instances.get(A, [id_])[0].header_place == place
        with pytest.raises(NotFound):
            tx.instances.header(A, id_ + 1)


def test_headers_come_in_one_question_and_unknown_ones_are_left_out(vault: Vault) -> None:
    with vault.write() as tx:
        ids = [tx.instances.add(given.instance(number)) for number in range(1, 4)]
        ids.append(tx.instances.add(given.instance(4, header=None, header_place=given.place(300_000))))
        asked = [ids[3], 10_000, ids[0], ids[2]]
        assert tx.instances.headers(A, asked) == {ids[0]: given.HEADER, ids[2]: given.HEADER, ids[3]: None}
        assert tx.instances.headers(A, []) == {}


def test_completing_replaces_what_the_first_record_said(vault: Vault) -> None:
    early = given.instance(hash=b"", size=0, bulks=(), pieces=(), state=InstanceState.HEADER)
    whole = given.instance(header=given.HEADER + b"tail")
    with vault.write() as tx:
        id_ = tx.instances.add(early)
        tx.instances.complete(id_, whole)
        (row,) = tx.instances.get(A, [id_])
        assert (row.state, row.size, row.hash, row.bulks) == (whole.state, whole.size, whole.hash, whole.bulks)
        assert tx.instances.header(A, id_) == whole.header
        tx.instances.mark([id_], InstanceState.VERIFIED)
        assert tx.instances.get(A, [id_])[0].state is InstanceState.VERIFIED
        with pytest.raises(NotFound):
            tx.instances.complete(id_ + 9, whole)


def test_what_has_no_content_yet_hides_none_and_is_no_other_content(vault: Vault) -> None:
    early = given.instance(hash=b"e" * 32, state=InstanceState.HEADER)
    with vault.write() as tx:
        first = tx.instances.add(early)
        assert not tx.instances.has_other_content(A, OWN, "1.2.3.1.1", b"x" * 32)
        whole = tx.instances.add(given.instance())
        again = tx.instances.add(replace(early, hash=b"f" * 32))
        assert first < whole < again
        (shown,) = tx.instances.instances(A, OWN, given.STUDY, None, {})
        assert shown.id == whole
        assert tx.instances.has_other_content(A, OWN, "1.2.3.1.1", b"x" * 32)
        tx.instances.delete(A, [whole])
        (shown,) = tx.instances.instances(A, OWN, given.STUDY, None, {})
        assert shown.id == again


def test_completing_to_content_that_is_there_is_a_conflict(vault: Vault) -> None:
    with vault.write() as tx:
        tx.instances.add(given.instance())
        early = tx.instances.add(given.instance(hash=b"", state=InstanceState.HEADER))
    with pytest.raises(Conflict), vault.write() as tx:
        tx.instances.complete(early, given.instance())


def test_a_later_instance_fills_what_the_first_left_empty_and_changes_nothing_else(vault: Vault) -> None:
    bare = given.index(1, patient=Patient(), study_description="", series_number=None)
    with vault.write() as tx:
        id_ = tx.instances.add(given.instance(index=bare))
        assert tx.instances.studies(A, None, {"PatientName": "vries"}, 0, 10) == []
        tx.instances.reindex(id_, given.index(1, accession_number="OTHER", instance_number=77))
        (study,) = tx.instances.studies(A, None, {"PatientName": "vries"}, 0, 10)
        assert (study.patient_name, study.description) == ("Vries^Johanna^de", "CT hersenen")
        assert study.accession_number == "ACC1"
        assert tx.instances.series(A, OWN, given.STUDY, {})[0].number == 2
        assert tx.instances.get(A, [id_])[0].instance_number == 77


def test_an_issuer_stays_with_the_accession_number_that_it_gave(vault: Vault) -> None:
    with vault.write() as tx:
        id_ = tx.instances.add(given.instance())
        tx.instances.reindex(id_, given.index(1, accession_number="OTHER", accession_issuer="ELDERS"))
        assert tx.instances.studies(A, None, {}, 0, 10)[0].accession_issuer == ""
        tx.instances.reindex(id_, given.index(1, accession_issuer="ZKH A"))
        tx.instances.reindex(id_, given.index(1, accession_issuer="ELDERS"))
        assert tx.instances.studies(A, None, {}, 0, 10)[0].accession_issuer == "ZKH A"


def test_deleting_an_origin_leaves_the_other_origins(vault: Vault) -> None:
    with vault.write() as tx:
        tx.instances.add(given.instance(1))
        for number in (1, 2):
            id_ = tx.instances.add(given.instance(number, origin=given.PARCEL))
            tx.exchanges.add_member(given.PARCEL, A, id_)
        assert tx.instances.delete_origin(A, given.PARCEL) == 2
        assert tx.instances.delete_origin(A, given.PARCEL) == 0
        assert tx.exchanges.members(given.PARCEL) == []
        assert [study.origin for study in tx.instances.studies(A, None, {}, 0, 10)] == [OWN]


def test_deleting_the_last_instance_takes_series_and_study(vault: Vault) -> None:
    other = given.instance(2, index=given.index(2, series_uid="1.2.3.2", instance_uid="1.2.3.2.2"))
    with vault.write() as tx:
        first, second = tx.instances.add(given.instance(1)), tx.instances.add(other)
        tx.instances.delete(A, [first])
        assert [series.series_uid for series in tx.instances.series(A, OWN, given.STUDY, {})] == ["1.2.3.2"]
        tx.instances.delete(A, [second])
        assert tx.instances.studies(A, None, {}, 0, 10) == []


def test_an_id_is_never_given_twice(vault: Vault) -> None:
    with vault.write() as tx:
        first = tx.instances.add(given.instance(1))
        tx.instances.delete(A, [first])
        assert tx.instances.add(given.instance(2)) > first


def test_text_that_no_database_takes_is_stored_with_marks(vault: Vault) -> None:
    odd = given.index(1, study_description="a\0b\udce9c", patient=Patient("Vri\0es^\ud800"))
    with vault.write() as tx:
        tx.instances.add(given.instance(index=odd))
        (study,) = tx.instances.studies(A, None, {"PatientName": "vries"}, 0, 10)
    assert study.description == "ab?c"


def test_a_header_moved_to_another_row_does_not_open(vault: Vault) -> None:
    with vault.write() as tx:
        one, two = (tx.instances.add(given.instance(number)) for number in (1, 2))
        move = "UPDATE instance SET header = (SELECT header FROM instance WHERE id = {}) WHERE id = {}"
        tx.connection.exec_driver_sql(move.format(one, two))
        with pytest.raises(Denied) as refused:
            tx.instances.header(A, two)
        with pytest.raises(Denied):
            tx.instances.headers(A, [two])
    assert refused.value.code == "vault-seal-broken"


def test_two_organisations_keep_the_same_study_apart(vault: Vault) -> None:
    with vault.write() as tx:
        mine = tx.instances.add(given.instance())
        theirs = tx.instances.add(replace(given.instance(), organisation=B))
        assert mine != theirs
        tx.instances.delete_origin(A, OWN)
        assert len(tx.instances.get(B, [theirs])) == 1
