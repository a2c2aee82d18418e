"""What was read in from a disc goes the way of every arrival: by the rule or by the desk; nobody gets a receipt."""

from __future__ import annotations

from pathlib import Path

from beeldbrug.dicom.part10 import file_meta
from beeldbrug.model.exchange import State
from beeldbrug.model.identity import PatientNumber
from beeldbrug.node.stores.carrier.open import open_carrier
from beeldbrug.node.usecases.desk.choose import choose as decide
from beeldbrug.node.usecases.intake.listing import list_carrier
from beeldbrug.node.usecases.intake.take import Brought, choose, take_in
from tests.contract.node.exchange.house import B, House, alerts, events, patient, the_patient
from tests.contract.node.exchange.small import new_uid, study


def burnt(folder: Path, count: int, whose: object = None, start: int = 1, uid: str = "") -> Path:
    folder.mkdir(exist_ok=True)
    made = study(whose or the_patient(), count, start=start, uid=uid or new_uid())  # type: ignore[arg-type]  # a patient
    for number, (sop_class, instance, syntax, content) in enumerate(made):
        (folder / f"IM{number + start}").write_bytes(file_meta(sop_class, instance, syntax) + content)
    return folder


def read(house: House, folder: Path, partly: bool = False) -> None:
    receiving, packing = house.receiving()
    with open_carrier(folder) as carrier:
        listing = list_carrier(carrier)
        brought = Brought(B, "Ziekenhuis B", "cli:balie", "Kliniek Zuid", partly=partly)
        take_in(receiving, carrier, listing, *choose(listing, None, ()), brought)
    packing.close()


def test_a_patient_who_is_known_for_certain_is_imported_by_the_rule(
    houses: tuple[House, House], tmp_path: Path
) -> None:
    _, b = houses
    read(b, burnt(tmp_path / "disc", 3))
    b.run()
    row = b.exchange()
    assert (row.state, row.imported, len(b.pacs.taken)) == (State.IMPORTED, 3, 3)
    assert alerts(b) == []
    assert "imported" in events(b)
    with b.database.read() as tx:
        assert tx.parcels.count_parts(B, row.id, B) == 0, "no receipt to nobody"


def test_the_next_disc_of_it_is_imported_too(houses: tuple[House, House], tmp_path: Path) -> None:
    _, b = houses
    uid = new_uid()
    read(b, burnt(tmp_path / "one", 2, uid=uid))
    b.run()
    read(b, burnt(tmp_path / "two", 2, start=3, uid=uid))
    b.run()
    assert (b.exchange().state, b.exchange().imported, len(b.pacs.taken)) == (State.IMPORTED, 4, 4)


def test_one_who_is_not_known_waits_at_the_desk(houses: tuple[House, House], tmp_path: Path) -> None:
    _, b = houses
    read(b, burnt(tmp_path / "disc", 2, patient(5)))
    b.run()
    row = b.exchange()
    assert (row.state, b.pacs.taken) == (State.VERIFIED, {})
    with b.database.read() as tx:
        assert tx.listings.count_at_desk(B) == 1
    decide(b.database, B, row.id, PatientNumber("4711"), "balie", b.clock.now())
    b.run()
    assert (b.exchange().state, len(b.pacs.taken)) == (State.IMPORTED, 2)


def test_what_is_not_whole_is_imported_only_when_the_desk_says_so(houses: tuple[House, House], tmp_path: Path) -> None:
    _, b = houses
    folder = burnt(tmp_path / "disc", 3)
    (folder / "IM2").write_bytes((folder / "IM2").read_bytes()[:-10])
    read(b, folder, partly=True)
    b.run()
    row = b.exchange()
    assert (row.state, row.missing, row.reason_code, b.pacs.taken) == (State.VERIFIED, 1, "disc-incomplete", {})
    assert alerts(b) == ["disc-incomplete"]
    decide(b.database, B, row.id, None, "balie", b.clock.now())
    b.run()
    assert (b.exchange().state, len(b.pacs.taken), b.exchange().missing) == (State.IMPORTED, 2, 1)


def test_two_versions_of_one_image_are_a_question(houses: tuple[House, House], tmp_path: Path) -> None:
    _, b = houses
    folder = burnt(tmp_path / "disc", 2)
    (folder / "ANDERS").write_bytes((folder / "IM1").read_bytes()[:-1] + b"\x01")
    read(b, folder)
    b.run()
    row = b.exchange()
    assert (row.state, row.total, b.pacs.taken) == (State.FAILED, 3, {})
    assert row.reason_code == "imported-before-with-other-content"


def test_what_was_imported_from_a_disc_is_emptied_like_any_arrival(houses: tuple[House, House], tmp_path: Path) -> None:
    _, b = houses
    read(b, burnt(tmp_path / "disc", 2))
    b.run()
    b.clock.ahead += 31 * 86400
    b.sweep.step(B)
    b.run()
    row = b.exchange()
    assert row.emptied is not None
    with b.database.read() as tx:
        assert tx.packs.of_origin(B, row.id) == []
    assert [path for path in (b.folder / "segments").rglob("*") if path.is_file()] == []
