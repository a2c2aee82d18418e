"""What partners put on the SFTP server: taken in when it is whole, each study by itself, once; the rest kept apart."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zipfile import ZipFile

import pytest

from beeldbrug.model.errors import Unavailable
from beeldbrug.model.exchange import Ground, Route, State
from beeldbrug.node.ports.drop import DropLimits
from beeldbrug.node.stores.carrier.open import open_carrier
from beeldbrug.node.stores.drop.batches import PartnerBatches
from beeldbrug.node.stores.drop.uploading import PartnerDrop
from beeldbrug.node.usecases.intake import drops
from beeldbrug.node.usecases.intake.drops import DropStep, Partner, brought_by, take_batch
from beeldbrug.node.usecases.receive.session import Receiving
from tests.contract.node.exchange.small import new_uid
from tests.contract.node.intake.desk import URA, Desk, files

QUIET, ABANDONED = 30.0, 3600.0


class Drops:
    """Two partners' places, and the step with a clock in the hand."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        self.desk, self.folder, self.ahead = desk, folder, 0.0
        self.writing = {name: PartnerDrop(folder / name, DropLimits()) for name in ("zuid", "noord")}
        self.start()

    def start(self) -> None:
        """A new process."""
        names = {"zuid": ("Ziekenhuis Zuid", "00000007"), "noord": ("Noord", "")}
        self.partners = {
            account: Partner(account, name, ura, Ground.REFERRAL, PartnerBatches(self.folder / account, open_carrier))
            for account, (name, ura) in names.items()
        }
        self.step = DropStep(URA, "A", self.desk.vault, self.partners, self.receiving, self.now, QUIET, ABANDONED, 2.0)

    def now(self) -> float:
        return time.time() + self.ahead

    @contextmanager
    def receiving(self) -> Iterator[Receiving]:
        yield self.desk.receiving

    def put(self, path: Path, *to: str, account: str = "zuid", whole: bool = True) -> None:
        """A file, or all below a folder, as a client puts it."""
        for one in [path] if path.is_file() else sorted(path.rglob("*")):
            if not one.is_file():
                continue
            parts = (*to, *one.relative_to(path.parent).parts)
            file = self.writing[account].open(parts, create=True, cut=True, exclusive=False)
            file.write(0, one.read_bytes())
            file.close(whole)

    def look(self, seconds: float = 0.0) -> None:
        self.ahead += seconds
        for account in self.partners:
            assert self.step.step(account) == 2.0

    def settle(self, seconds: float = QUIET + 1) -> None:
        self.look()
        self.look(seconds)

    def left(self, account: str = "zuid") -> list[str]:
        """Files in sight of the partner."""
        drop = self.folder / account / "drop"
        return sorted(str(path.relative_to(drop)) for path in drop.rglob("*") if path.is_file())

    def aside(self, account: str = "zuid") -> list[tuple[str, int]]:
        return [(one.code, one.files) for one in self.partners[account].batches.aside()]

    def all_files(self) -> int:
        """Everything that lies anywhere of partners."""
        return sum(1 for path in self.folder.rglob("*") if path.is_file() and path.name not in ("lock", "reason.json"))


@pytest.fixture
def placed(desk: Desk, tmp_path: Path) -> Drops:
    return Drops(desk, tmp_path / "sftp")


def test_each_study_of_each_patient_becomes_an_arrival_of_its_own(placed: Drops, desk: Desk, tmp_path: Path) -> None:
    made = [files(tmp_path / "export" / f"p{number}", 2, number=number) for number in range(3)]
    made.append(files(tmp_path / "export" / "again", 1, number=0))
    placed.put(tmp_path / "export")
    placed.look()
    placed.look(QUIET - 1)
    assert desk.exchanges() == [], "not quiet for long enough"
    placed.settle()
    found = desk.exchanges()
    assert [(one.route, one.state, one.peer) for one in found] == [(Route.SFTP, State.VERIFIED, "")] * 4
    assert {(one.terms.sender.name, one.terms.sender.organisation) for one in found} == {
        ("Ziekenhuis Zuid", "00000007")
    }
    assert {one.terms.ground for one in found} == {Ground.REFERRAL}
    assert {frozenset(desk.originals(one)) for one in found} == {
        frozenset(path.read_bytes() for path in paths) for paths in made
    }
    with desk.vault.read() as tx:
        whose = tx.listings.patients(found)
    assert len({one.number.value for one in whose.values()}) == 3
    assert (placed.all_files(), placed.aside(), desk.alerts()) == (0, [], [])
    assert {kind for kind, _ in desk.work()} == {"import"}


def test_the_same_again_does_nothing_and_more_of_it_is_a_supplement(placed: Drops, desk: Desk, tmp_path: Path) -> None:
    uid = new_uid()
    made = files(tmp_path / "studie", 2, uid=uid)
    for _ in range(2):
        placed.put(tmp_path / "studie")
        placed.settle()
    assert [one.total for one in desk.exchanges()] == [2]
    files(tmp_path / "studie", 1, uid=uid, start=3)
    placed.put(tmp_path / "studie")
    placed.settle()
    (one,) = desk.exchanges()
    assert (one.total, one.state) == (3, State.VERIFIED)
    # another content under a known UID is an arrival of its own; nothing is written over
    made[0].write_bytes(made[0].read_bytes()[:-1] + b"\x01")
    placed.put(tmp_path / "studie")
    placed.settle()
    assert sorted(one.total for one in desk.exchanges()) == [3, 3]


def test_nobody_adds_to_what_another_partner_sent(placed: Drops, desk: Desk, tmp_path: Path) -> None:
    uid = new_uid()
    files(tmp_path / "studie", 2, uid=uid)
    placed.put(tmp_path / "studie")
    placed.settle()
    files(tmp_path / "studie", 1, uid=uid, start=3)
    placed.put(tmp_path / "studie", account="noord")
    placed.settle()
    assert sorted((one.terms.sender.name, one.total) for one in desk.exchanges()) == [
        ("Noord", 3),
        ("Ziekenhuis Zuid", 2),
    ]


def test_loose_files_a_zip_and_a_zip_in_a_folder_are_read(placed: Drops, desk: Desk, tmp_path: Path) -> None:
    for name, number in (("a", 0), ("b", 1), ("c", 2)):
        files(tmp_path / name, 2, number=number)
    for name in ("b", "c"):
        with ZipFile(tmp_path / f"{name}.ZIP", "w") as packed:
            for path in (tmp_path / name).iterdir():
                packed.write(path, path.name)
    for path in (tmp_path / "a").iterdir():
        placed.put(path)
    placed.put(tmp_path / "b.ZIP")
    placed.put(tmp_path / "c.ZIP", "map", "in")
    placed.put(tmp_path / "a", "map")
    placed.settle()
    assert sorted(one.total for one in desk.exchanges()) == [2, 2, 2]
    assert (placed.all_files(), placed.aside()) == (0, [])


def test_an_upload_that_broke_off_waits_for_its_rest_and_is_told_when_given_up(
    placed: Drops, desk: Desk, tmp_path: Path
) -> None:
    made = files(tmp_path / "studie", 3)
    placed.put(tmp_path / "studie")
    placed.put(made[2], "studie", whole=False)
    placed.settle(ABANDONED - 60)
    assert desk.exchanges() == [], "it may be resumed"
    assert len(placed.left()) == 3
    placed.put(made[2], "studie")
    placed.settle()
    assert [(one.state, one.total) for one in desk.exchanges()] == [(State.VERIFIED, 3)]

    other = files(tmp_path / "ander", 3, number=1)
    placed.put(tmp_path / "ander")
    placed.put(other[2], "ander", whole=False)
    placed.settle(ABANDONED + 1)
    assert placed.aside() == [("drop-incomplete", 3)], "all of it, to be sent again or taken in part"
    assert len(desk.exchanges()) == 1, "nothing of it was taken"
    assert desk.alerts() == ["drop-aside"]
    placed.put(tmp_path / "ander")
    placed.settle()
    assert desk.exchanges()[0].state is State.VERIFIED
    (aside,) = placed.partners["zuid"].batches.aside()
    placed.partners["zuid"].batches.throw_away(aside.batch)
    placed.look()
    assert "drop-aside" not in desk.alerts()


def test_somebody_may_decide_that_what_is_there_is_enough(placed: Drops, desk: Desk, tmp_path: Path) -> None:
    made = files(tmp_path / "studie", 3)
    placed.put(tmp_path / "studie")
    placed.put(made[2], "studie", whole=False)
    placed.settle(ABANDONED + 1)
    zuid = placed.partners["zuid"]
    (aside,) = zuid.batches.aside()
    brought = brought_by(zuid, URA, "A", aside.batch, partly=True)
    with zuid.batches.open_aside(aside.batch) as carrier:
        assert take_batch(desk.receiving, carrier, aside.batch, brought).code == ""
    (one,) = desk.exchanges()
    assert (one.state, one.total, one.missing) == (State.VERIFIED, 2, 1)


def test_what_is_cut_off_or_no_image_lies_aside_and_is_not_lost(placed: Drops, desk: Desk, tmp_path: Path) -> None:
    made = files(tmp_path / "kapot", 3)
    made[1].write_bytes(made[1].read_bytes()[:-100])
    files(tmp_path / "met", 2, number=1)
    (tmp_path / "met" / "verslag.pdf").write_bytes(b"%PDF-1.4 x")
    (tmp_path / "met" / ".DS_Store").write_bytes(b"x")
    (tmp_path / "niets").mkdir()
    (tmp_path / "niets" / "leesmij.txt").write_bytes(b"hallo")
    (tmp_path / "stuk.zip").write_bytes(b"PK\x03\x04 half")
    for name in ("kapot", "met", "niets", "stuk.zip"):
        placed.put(tmp_path / name)
    placed.settle()
    assert sorted(placed.aside()) == sorted(
        [("drop-incomplete", 3), ("drop-not-images", 1), ("drop-empty", 1), ("carrier-damaged", 1)]
    )
    assert [(one.state, one.total) for one in desk.exchanges()] == [(State.VERIFIED, 2)]
    with desk.vault.read() as tx:
        trail = [event.event for _, event in tx.audit.events(URA)]
    assert trail.count("drop-refused") == 4


def test_what_is_open_is_left_alone_however_long(placed: Drops, desk: Desk, tmp_path: Path) -> None:
    (one,) = files(tmp_path / "studie", 1)
    file = placed.writing["zuid"].open(("studie", "IM1"), create=True, cut=True, exclusive=False)
    file.write(0, one.read_bytes())
    placed.settle(3 * ABANDONED)
    assert (desk.exchanges(), placed.left()) == ([], ["studie/IM1"])
    file.close(True)
    placed.settle()
    assert len(desk.exchanges()) == 1


class Killed(BaseException):
    """The process ends here."""


POINTS: dict[str, tuple[object, str]] = {
    "moving": (PartnerBatches, "_take_along"),
    "finishing": (PartnerBatches, "_finish"),
    "sorting": (PartnerBatches, "_sort"),
    "listing": (drops, "list_carrier"),
    "between patients": (drops, "take_in"),
    "removing": (PartnerBatches, "_remove"),
}


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("after", [False, True])
def test_killed_in_the_middle_of_taking_nothing_is_lost_and_nothing_twice(
    placed: Drops, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, point: str, after: bool
) -> None:
    made = [path for number in range(2) for path in files(tmp_path / f"p{number}", 2, number=number)]
    for path in (tmp_path / "p0").iterdir():
        placed.put(path, "los") if path.name.endswith("1") else placed.put(path)
    placed.put(tmp_path / "p1")
    target, name = POINTS[point]
    call = 2 if point == "between patients" else 1
    calls, real = [0], getattr(target, name)

    def dies(*arguments: object, **more: object) -> object:
        calls[0] += 1
        if calls[0] == call and not after:
            raise Killed
        done = real(*arguments, **more)
        if calls[0] == call:
            raise Killed
        return done

    with monkeypatch.context() as patch:
        patch.setattr(target, name, dies)
        try:
            placed.settle()
        except Killed:
            desk.start()
    placed.start()
    placed.settle()
    placed.settle()
    found = desk.exchanges()
    assert [one.state for one in found] == [State.VERIFIED] * 2
    originals = [original for one in found for original in desk.originals(one)]
    assert sorted(originals) == sorted(path.read_bytes() for path in made)
    assert (placed.all_files(), placed.aside()) == (0, [])


def test_a_disk_that_fails_is_waited_for(
    placed: Drops, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files(tmp_path / "studie", 2)
    placed.put(tmp_path / "studie")
    placed.look()
    placed.ahead += QUIET + 1

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("beeldbrug.node.stores.drop.batches.os.rename", full)
        with pytest.raises(Unavailable):
            placed.step.step("zuid")
    placed.settle()
    assert len(desk.exchanges()) == 1


def test_an_account_that_is_gone_from_the_settings_ends_its_work(placed: Drops) -> None:
    assert placed.step.step("weg") is None
