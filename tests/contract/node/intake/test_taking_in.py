"""What a disc brings becomes one arrival a study: whole, once, and of one patient."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

import pytest

from beeldbrug.dicom.part10 import file_meta
from beeldbrug.model.errors import Conflict, NotFound
from beeldbrug.model.exchange import Direction, Ground, Route, State
from beeldbrug.node.ports.work import WorkKind
from beeldbrug.node.stores.carrier.open import open_carrier
from beeldbrug.node.usecases.desk.refuse import refuse
from beeldbrug.node.usecases.intake import keeping
from beeldbrug.node.usecases.intake.listing import list_carrier, note_listing
from beeldbrug.node.usecases.intake.take import Brought, choose, take_in
from tests.contract.node.exchange.small import dataset, encoded, new_uid
from tests.contract.node.intake.desk import URA, Desk, files, patient


def test_a_disc_becomes_an_arrival_that_says_where_it_is_from(desk: Desk, tmp_path: Path) -> None:
    made = files(tmp_path / "disc", 5)
    (tmp_path / "disc" / "AUTORUN.INF").write_text("[autorun]\nopen=viewer.exe\n")
    taken = desk.read(tmp_path / "disc")
    (row,) = desk.exchanges()
    assert (taken.instances, taken.known, taken.missing, taken.verified) == (5, 0, 0, True)
    assert (row.direction, row.route, row.state, row.peer) == (Direction.IN, Route.DISC, State.VERIFIED, "")
    assert (row.terms.sender.name, row.note, row.terms.ground) == ("Kliniek Zuid", "per post", Ground.PATIENT_CARRIES)
    assert (row.total, row.done, row.missing, row.closed, row.modalities) == (5, 5, 0, True, ("CT",))
    assert desk.originals(row) == {path.read_bytes() for path in made}
    assert desk.work() == [(WorkKind.IMPORT, row.id)], "matched by the rule, and nobody is sent a receipt"
    with desk.vault.read() as tx:
        assert tx.figures.moments(URA, 0.0, 1e12) == [], "no disc was avoided"
        told = [one for _, one in tx.audit.events(URA)]
    assert [(one.event, one.actor) for one in told] == [("arriving", "cli:balie"), ("verified", "cli:balie")]
    assert all(one.patient for one in told)


def test_the_same_disc_again_does_nothing_twice(desk: Desk, tmp_path: Path) -> None:
    files(tmp_path / "disc", 4)
    desk.read(tmp_path / "disc")
    (before,) = desk.exchanges()
    again = desk.read(tmp_path / "disc")
    assert (again.instances, again.known, again.verified) == (0, 4, True)
    assert desk.exchanges() == [before]
    assert list(again.exchanges.values()) == [before.id]


def test_the_next_disc_of_a_study_supplements_it(desk: Desk, tmp_path: Path) -> None:
    uid = new_uid()
    files(tmp_path / "one", 3, uid=uid)
    files(tmp_path / "two", 2, uid=uid, start=4)
    desk.read(tmp_path / "one")
    taken = desk.read(tmp_path / "two")
    (row,) = desk.exchanges()
    assert (taken.instances, row.state, row.total, row.done) == (2, State.VERIFIED, 5, 5)


def test_other_content_under_a_known_uid_is_an_arrival_of_its_own(desk: Desk, tmp_path: Path) -> None:
    made = files(tmp_path / "disc", 2)
    desk.read(tmp_path / "disc")
    content = made[0].read_bytes()
    made[0].write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    taken = desk.read(tmp_path / "disc")
    second, first = desk.exchanges()
    assert taken.instances == 2
    assert desk.originals(first) != desk.originals(second)
    assert desk.read(tmp_path / "disc").instances == 0, "both are known now"
    assert len(desk.exchanges()) == 2


def test_another_patient_under_a_known_study_is_an_arrival_of_its_own(desk: Desk, tmp_path: Path) -> None:
    uid = new_uid()
    files(tmp_path / "one", 2, uid=uid)
    files(tmp_path / "two", 2, number=1, uid=uid, start=3)
    desk.read(tmp_path / "one")
    desk.read(tmp_path / "two")
    assert [row.total for row in desk.exchanges()] == [2, 2]


def test_of_two_patients_nothing_is_taken_until_one_is_chosen(desk: Desk, tmp_path: Path) -> None:
    files(tmp_path / "disc" / "a", 2)
    second = files(tmp_path / "disc" / "b", 3, number=1)
    with pytest.raises(Conflict) as raised:
        desk.read(tmp_path / "disc")
    assert (raised.value.code, desk.exchanges()) == ("disc-several-patients", [])
    with pytest.raises(NotFound):
        desk.read(tmp_path / "disc", patient=3)
    desk.read(tmp_path / "disc", patient=2)
    (row,) = desk.exchanges()
    assert desk.originals(row) == {path.read_bytes() for path in second}


def test_only_the_chosen_studies_are_taken(desk: Desk, tmp_path: Path) -> None:
    uid = new_uid()
    files(tmp_path / "disc" / "a", 2, uid=uid)
    files(tmp_path / "disc" / "b", 2)
    desk.read(tmp_path / "disc", studies=(uid,))
    assert [row.study_uid for row in desk.exchanges()] == [uid]
    with pytest.raises(NotFound):
        desk.read(tmp_path / "disc", studies=("1.2.3",))
    desk.read(tmp_path / "disc")
    assert len(desk.exchanges()) == 2


def test_a_scratched_file_leaves_the_arrival_arriving(desk: Desk, tmp_path: Path) -> None:
    files(tmp_path / "disc", 4, size=64 * 1024)
    taken = desk.read(tmp_path / "disc", scratched=("IM000002",), after=30_000)
    (row,) = desk.exchanges()
    assert (taken.instances, taken.missing, taken.verified, dict(taken.failed)) == (
        3,
        1,
        False,
        {"disc-file-unreadable": 1},
    )
    assert (row.state, row.total, row.done, row.missing) == (State.ARRIVING, 4, 3, 1)
    assert desk.alerts() == ["disc-incomplete"]
    assert desk.work() == []

    desk.read(tmp_path / "disc", scratched=("IM000002",), after=30_000, partly=True)
    (row,) = desk.exchanges()
    assert (row.state, row.total, row.done, row.missing, row.reason_code) == (
        State.VERIFIED,
        3,
        3,
        1,
        "disc-incomplete",
    )
    assert desk.work() == [], "the desk decides"
    with desk.vault.read() as tx:
        assert tx.listings.count_at_desk(URA) == 1

    desk.read(tmp_path / "disc")
    (row,) = desk.exchanges()
    assert (row.state, row.total, row.done, row.missing, row.reason_code) == (State.VERIFIED, 4, 4, 0, "")
    assert desk.alerts() == []
    assert desk.work() == [(WorkKind.IMPORT, row.id)]


def test_a_disc_that_lacks_images_by_its_list_is_not_begun_without_a_word(desk: Desk, tmp_path: Path) -> None:
    made = files(tmp_path / "disc", 3)
    made[1].write_bytes(made[1].read_bytes()[:-100])
    with pytest.raises(Conflict) as raised:
        desk.read(tmp_path / "disc")
    assert (raised.value.code, desk.exchanges()) == ("disc-incomplete", [])
    taken = desk.read(tmp_path / "disc", partly=True)
    assert (taken.instances, taken.missing, desk.exchanges()[0].missing) == (2, 1, 1)


def test_power_cut_in_the_middle_is_completed_by_reading_again(desk: Desk, tmp_path: Path) -> None:
    made = files(tmp_path / "disc", 60)
    brought = Brought(URA, "Ziekenhuis A", "cli:balie")

    def cut(count: int, size: int) -> None:
        if desk.exchanges()[0].done >= 3:
            raise KeyboardInterrupt

    with open_carrier(tmp_path / "disc") as carrier, pytest.raises(KeyboardInterrupt):
        listing = list_carrier(carrier)
        take_in(desk.receiving, carrier, listing, *choose(listing, None, ()), brought, cut)
    (before,) = desk.exchanges()
    assert before.state is State.ARRIVING and 3 <= before.done < before.total == 60
    desk.packing.close()
    desk.start()
    taken = desk.read(tmp_path / "disc")
    (row,) = desk.exchanges()
    assert (taken.instances, taken.known) == (60 - before.done, before.done)
    assert (row.state, row.done, row.total) == (State.VERIFIED, 60, 60)
    assert desk.originals(row) == {path.read_bytes() for path in made}


def test_an_arrival_that_is_refused_meanwhile_takes_nothing_more(desk: Desk, tmp_path: Path) -> None:
    files(tmp_path / "disc", 4)
    brought = Brought(URA, "Ziekenhuis A", "cli:balie")

    def refused(count: int, size: int) -> None:
        row = desk.exchanges()[0]
        if row.state is State.ARRIVING:
            refuse(desk.vault, desk.store, URA, row.id, "not-for-us", "balie", row.updated)

    with open_carrier(tmp_path / "disc") as carrier, pytest.raises(Conflict) as raised:
        listing = list_carrier(carrier)
        take_in(desk.receiving, carrier, listing, *choose(listing, None, ()), brought, refused)
    assert raised.value.code == "intake-ended"
    desk.packing.close()
    (row,) = desk.exchanges()
    with desk.vault.read() as tx:
        assert (row.state, tx.packs.of_origin(URA, row.id)) == (State.REFUSED, [])
    assert list((desk.folder / "spool").iterdir()) == []
    desk.start()
    desk.read(tmp_path / "disc")
    assert len(desk.exchanges()) == 2, "read in again it is a new arrival"


def test_nothing_is_left_of_many_series_that_are_refused_meanwhile(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "PACKS_OPEN", 1)
    uid = new_uid()
    for number in range(1, 7):
        made = encoded(dataset(patient(), uid, f"{uid}.{number}", f"{uid}.{number}.1", number, bytes(4096)))
        (tmp_path / f"{number}").write_bytes(file_meta(*made[:3]) + made[3])

    def refused(count: int, size: int) -> None:
        row = desk.exchanges()[0]
        if row.state is State.ARRIVING and row.done >= 2:
            refuse(desk.vault, desk.store, URA, row.id, "not-for-us", "balie", row.updated)

    with open_carrier(tmp_path) as carrier:
        listing = list_carrier(carrier)
        whose = choose(listing, None, ())
        monkeypatch.setattr(keeping, "AT_ONCE", 0)
        with pytest.raises(Conflict):
            take_in(desk.receiving, carrier, listing, *whose, Brought(URA, "A", "cli:balie"), refused)
    desk.packing.close()
    (row,) = desk.exchanges()
    with desk.vault.read() as tx:
        assert (row.state, tx.packs.of_origin(URA, row.id)) == (State.REFUSED, [])


def test_a_folder_that_changes_meanwhile_is_not_taken_for_what_was_listed(desk: Desk, tmp_path: Path) -> None:
    made = files(tmp_path / "disc", 2)
    other = files(tmp_path / "other", 1, number=1)
    with open_carrier(tmp_path / "disc") as carrier:
        listing = list_carrier(carrier)
    made[1].write_bytes(other[0].read_bytes())
    with pytest.raises(Conflict) as raised:
        desk.read(tmp_path / "disc", listing=listing)
    assert raised.value.code == "carrier-changed"
    assert desk.exchanges()[0].state is State.ARRIVING


def test_a_zip_file_is_read_as_it_lies(desk: Desk, tmp_path: Path) -> None:
    made = files(tmp_path / "disc", 3)
    with ZipFile(tmp_path / "disc.zip", "w") as file:
        for path in made:
            file.write(path, f"DICOM/{path.name}", compress_type=8)
    desk.read(tmp_path / "disc.zip")
    assert desk.originals(desk.exchanges()[0]) == {path.read_bytes() for path in made}


def test_whoever_sees_the_list_is_in_the_trail(desk: Desk, tmp_path: Path) -> None:
    files(tmp_path / "disc" / "a", 2)
    files(tmp_path / "disc" / "b", 1, number=1)
    with open_carrier(tmp_path / "disc") as carrier:
        note_listing(desk.vault, URA, list_carrier(carrier), "cli:balie", 5.0)
    with desk.vault.read() as tx:
        told = [one for _, one in tx.audit.events(URA)]
    assert [(one.event, one.actor, one.details["instances"]) for one in told] == [
        ("disc-listed", "cli:balie", 2),
        ("disc-listed", "cli:balie", 1),
    ]
