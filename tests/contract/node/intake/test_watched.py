"""The watched folder: what is put there is read in when it is whole, once, or put aside with the reason."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from zipfile import ZipFile

import pytest

from beeldbrug.model.errors import Unavailable
from beeldbrug.model.exchange import State
from beeldbrug.node.ports.carrier import Carrier, CarrierEntry, CarrierFile
from beeldbrug.node.ports.watched import WatchedFolder, WatchedItem
from beeldbrug.node.stores.carrier.watched import WatchedOnDisk
from beeldbrug.node.usecases.intake.watch import WatchStep
from beeldbrug.node.usecases.receive.session import Receiving
from tests.contract.node.intake.desk import URA, Desk, files

QUIET = 30.0


class Watch:
    """The step with a clock in the hand."""

    def __init__(self, desk: Desk, folder: WatchedFolder) -> None:
        self.ahead = 0.0
        self.desk = desk
        self.start(folder)

    def start(self, folder: WatchedFolder) -> None:
        """A new process."""
        self.step = WatchStep(URA, "A", self.desk.vault, folder, self._receiving, self.now, QUIET, 5.0, "Intakemap")

    def now(self) -> float:
        return time.time() + self.ahead

    @contextmanager
    def _receiving(self) -> Iterator[Receiving]:
        yield self.desk.receiving

    def look(self, seconds: float = 0.0) -> None:
        """After these seconds."""
        self.ahead += seconds
        assert self.step.step(URA) == 5.0

    def settle(self) -> None:
        """Until what lies there has been quiet."""
        self.look()
        self.look(QUIET + 1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The watched folder."""
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


@pytest.fixture
def watch(desk: Desk, folder: Path) -> Watch:
    """A step that has not looked yet."""
    return Watch(desk, WatchedOnDisk(folder, True))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_an_item_is_read_when_nobody_writes_in_it_any_more(watch: Watch, folder: Path, desk: Desk) -> None:
    made = files(folder / "schijf", 2)
    watch.look()
    watch.look(QUIET - 1)
    with made[1].open("ab") as file:
        file.write(b"\0")
    watch.look(2)
    assert desk.exchanges() == [], "it has changed meanwhile"
    made[1].write_bytes(made[1].read_bytes()[:-1])
    watch.settle()
    (row,) = desk.exchanges()
    assert (row.state, row.total, row.terms.sender.name, row.note) == (State.VERIFIED, 2, "Intakemap", "schijf")
    assert (names(folder), names(folder / "done")) == (["done", "refused"], ["schijf"])
    watch.settle()
    assert len(desk.exchanges()) == 1


def test_what_was_read_in_is_removed_where_that_is_set(desk: Desk, folder: Path) -> None:
    watch = Watch(desk, WatchedOnDisk(folder, False))
    made = files(folder / "schijf", 1)
    with ZipFile(folder / "schijf.zip", "w") as file:
        file.write(made[0], "IM1")
    watch.settle()
    assert (len(desk.exchanges()), names(folder), names(folder / "done")) == (1, ["done", "refused"], [])


def test_two_patients_are_put_aside_with_the_reason_and_told(watch: Watch, folder: Path, desk: Desk) -> None:
    files(folder / "schijf" / "a", 1)
    files(folder / "schijf" / "b", 1, number=1)
    (folder / "los.dcm").write_bytes(b"x" * 40_000)
    (folder / "wijst").symlink_to("/etc")
    watch.settle()
    assert desk.exchanges() == []
    assert names(folder / "refused") == [
        "los.dcm",
        "los.dcm.reason.txt",
        "schijf",
        "schijf.reason.txt",
        "wijst",
        "wijst.reason.txt",
    ]
    reason = (folder / "refused" / "schijf.reason.txt").read_text()
    assert reason.startswith("disc-several-patients\n")
    assert desk.alerts() == ["intake-refused"]
    with desk.vault.read() as tx:
        refused = [one for _, one in tx.audit.events(URA, event="disc-refused")]
    assert sorted(one.outcome for one in refused) == ["carrier-unknown", "carrier-unknown", "disc-several-patients"]
    for path in (folder / "refused").iterdir():
        path.rename(folder.parent / path.name)
    watch.look()
    assert desk.alerts() == [], "nothing lies aside any more"


def test_a_name_that_is_taken_gets_a_number(watch: Watch, folder: Path, desk: Desk) -> None:
    for number in (0, 1):
        files(folder / "schijf", 1, number=number)
        watch.settle()
    assert names(folder / "done") == ["schijf", "schijf (2)"]
    assert len(desk.exchanges()) == 2


class Stuck(WatchedOnDisk):
    """A folder in which nothing can be moved."""

    def done(self, item: object) -> None:
        raise Unavailable("intake-folder-failed", "Read only.", "Look.")


def test_killed_before_it_was_moved_it_is_read_again_without_doing_anything_twice(desk: Desk, folder: Path) -> None:
    files(folder / "schijf", 3)
    watch = Watch(desk, Stuck(folder, True))
    watch.look()
    with pytest.raises(Unavailable):
        watch.look(QUIET + 1)
    (before,) = desk.exchanges()
    watch.start(WatchedOnDisk(folder, True))
    watch.settle()
    assert desk.exchanges() == [before]
    assert names(folder / "done") == ["schijf"]


class Changing(WatchedOnDisk):
    """A folder in which an item changes between its list and its reading."""

    changes: Callable[[], object] | None = None

    @contextmanager
    def open(self, item: WatchedItem) -> Iterator[Carrier]:
        with super().open(item) as carrier:
            yield _Changing(carrier, self)


class _Changing:
    def __init__(self, carrier: Carrier, folder: Changing) -> None:
        self._carrier = carrier
        self._folder = folder

    def entries(self) -> Iterator[CarrierEntry]:
        yield from self._carrier.entries()
        if self._folder.changes is not None:
            self._folder.changes()

    def open(self, entry: CarrierEntry) -> AbstractContextManager[CarrierFile]:
        return self._carrier.open(entry)


def test_what_changes_while_it_is_read_is_waited_for(desk: Desk, folder: Path) -> None:
    changing = Changing(folder, True)
    watch = Watch(desk, changing)
    made = files(folder / "schijf", 2)
    other = files(folder.parent / "other", 1, number=1)
    changing.changes = lambda: made[1].write_bytes(other[0].read_bytes())
    watch.settle()
    assert names(folder) == ["done", "refused", "schijf"]
    changing.changes = None
    for path in made:
        path.unlink()
    files(folder / "schijf", 2, number=2)
    watch.settle()
    assert names(folder / "done") == ["schijf"]


def test_a_folder_that_is_away_is_waited_for(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(Unavailable) as raised:
        Watch(desk, WatchedOnDisk(tmp_path / "away", True)).look()
    assert raised.value.code == "intake-folder-failed"
