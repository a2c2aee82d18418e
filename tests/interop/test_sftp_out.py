"""Ways out by SFTP, to OpenSSH's own server: whole, resumed, refused when its key changed, told when it cannot."""

from __future__ import annotations

import io
import os
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from pydicom import dcmread
from pydicom.fileset import FileSet

from beeldbrug.model.errors import Conflict, Unavailable
from beeldbrug.model.exchange import State, Urgency
from beeldbrug.node.app.partners import Ways
from beeldbrug.node.ports.partners import Form, Leaf, Shelf, Way
from beeldbrug.node.protocols.sftp.client import open_shelf
from beeldbrug.node.usecases.deliver import laying
from beeldbrug.node.usecases.withdraw import withdraw
from tests.contract.node.exchange.house import A, alerts, events
from tests.interop.sending_house import again, is_delivered, put_partner, send, sending_house, study, wire
from tests.peers.sftp_server import SftpServer, StartSftp, sftp_folder, sftp_server, start_sftp

__all__ = ["sftp_folder", "start_sftp"]

SLICES = 5
MANY = 40
"""More than are under way at once."""


def check_files(server: SftpServer, exchange: str, datasets: list[tuple[str, str, str, bytes]]) -> None:
    """The folder holds exactly the study, byte for byte, with a list of contents that is right."""
    folder = server.inbox / exchange
    listed = {instance.SOPInstanceUID: Path(instance.path) for instance in FileSet(folder / "DICOMDIR")}
    assert sorted(listed) == sorted(uid for _, uid, _, _ in datasets)
    for _, uid, _, content in datasets:
        assert listed[uid].read_bytes().endswith(content)
        assert dcmread(listed[uid]).file_meta.MediaStorageSOPInstanceUID == uid
    assert len(server.files()) == len(datasets) + 3, "README.TXT, INDEX.HTM, DICOMDIR and the images, nothing twice"


def test_a_study_lies_in_the_partners_folder_as_the_files_of_a_disc(start_sftp: StartSftp, tmp_path: Path) -> None:
    server, datasets = start_sftp(), study(SLICES)
    with sending_house(tmp_path, server.way()) as house:
        exchange = send(house, datasets)
        assert is_delivered(exchange, SLICES) and exchange.verified is None
        check_files(server, exchange.id, datasets)
        told = events(house)
        assert [one for one in told if one in ("disclose-decision", "disclose", "delivered")] == [
            "disclose-decision", "disclose", "delivered",
        ]  # fmt: skip
        assert not alerts(house)


def test_a_study_lies_there_as_one_zip(start_sftp: StartSftp, tmp_path: Path) -> None:
    server, datasets = start_sftp(), study(SLICES)
    with sending_house(tmp_path, server.way(Form.ZIP)) as house:
        exchange = send(house, datasets)
        assert is_delivered(exchange, SLICES)
        assert list(server.files()) == [f"{exchange.id}.zip"]
        with zipfile.ZipFile(server.inbox / f"{exchange.id}.zip") as archive:
            assert archive.testzip() is None
            names = [name for name in archive.namelist() if "/DICOM/" in name]
            kept = {dcmread(io.BytesIO(archive.read(name))).SOPInstanceUID for name in names}
        assert kept == {uid for _, uid, _, _ in datasets}


def test_no_name_at_the_partner_names_the_patient(start_sftp: StartSftp, tmp_path: Path) -> None:
    server = start_sftp()
    with sending_house(tmp_path, server.way()) as house:
        exchange = send(house, study(2))
        allowed = {exchange.id, "DICOM", "D0000", "IM000001", "IM000002", "DICOMDIR", "README.TXT", "INDEX.HTM"}
        assert {part for name in server.files() for part in name.split("/")} == allowed
        assert "Berg" not in (server.inbox / exchange.id / "README.TXT").read_text()


def test_a_changed_host_key_is_refused_loudly_and_nothing_is_sent(start_sftp: StartSftp, tmp_path: Path) -> None:
    server, other = start_sftp(), start_sftp("other")
    with sending_house(tmp_path, server.way(host_key=other.way().host_key)) as house:
        exchange = send(house, study(2))
        assert exchange.state is State.SENDING and exchange.reason_code == "partner-host-key"
        assert alerts(house) == ["partner-host-key"] and not server.files()
        put_partner(house, server.way())  # the new key was confirmed on the telephone
        assert is_delivered(again(house), 2) and not alerts(house)


def test_a_key_that_the_partner_does_not_know_is_told(start_sftp: StartSftp, tmp_path: Path) -> None:
    server, other = start_sftp(), start_sftp("other")
    with sending_house(tmp_path, server.way(key=other.way().key)) as house:
        send(house, study(1))
        assert alerts(house) == ["partner-log-in"]
    with pytest.raises(Unavailable, match="partner-key-file"):
        Ways().try_out(server.way(key=str(tmp_path / "nothing")))


def test_a_folder_without_the_right_to_write_is_told_and_tried_again(start_sftp: StartSftp, tmp_path: Path) -> None:
    server = start_sftp()
    server.inbox.chmod(0o555)
    with sending_house(tmp_path, server.way()) as house:
        assert send(house, study(2)).state is State.SENDING
        assert alerts(house) == ["partner-permission"]
        server.inbox.chmod(0o755)
        assert is_delivered(again(house), 2) and not alerts(house)


def test_a_server_that_went_away_in_the_middle_is_gone_on_with(sftp_folder: Path, tmp_path: Path) -> None:
    """The connection drops after some files; nothing lies there twice, and only the rest is sent."""
    datasets = study(MANY)
    with sftp_server(sftp_folder / "sftp") as server, sending_house(tmp_path, server.way()) as house:
        house.receive(datasets, "NAAR_NOORD")
        step = house.steps["deliver"]
        stopping = _StopsAfter(step.outlets, 2, server.stop)  # type: ignore[attr-defined]  # a DeliverStep
        object.__setattr__(step, "outlets", stopping)
        house.run()
        exchange = house.exchange()
        assert exchange.state is State.SENDING and 0 < exchange.done < MANY
        before = {name: path.stat().st_mtime_ns for name, path in server.files().items() if not name.endswith(".part")}
        with sftp_server(sftp_folder / "sftp", server.port) as back:
            wire(house)  # and the worker was killed as well
            assert is_delivered(again(house), MANY)
            check_files(back, exchange.id, datasets)
            assert all(back.files()[name].stat().st_mtime_ns == at for name, at in before.items())


class _StopsAfter:
    """Ways that end the server after so many files."""

    def __init__(self, ways: Ways, files: int, stop: Callable[[], None]) -> None:
        self.ways, self.files, self.stop = ways, files, stop

    @contextmanager
    def sftp(self, way: Way) -> Iterator[Shelf]:
        with self.ways.sftp(way) as shelf:
            yield _Counting(shelf, self)


class _Counting:
    """A shelf that tells of each file that got its name."""

    def __init__(self, shelf: Shelf, of: _StopsAfter) -> None:
        self.sizes, self.append, self.remove, self.rename = shelf.sizes, shelf.append, shelf.remove, shelf.rename
        self._lay, self._of = shelf.lay, of

    def lay(self, leaves: Iterator[Leaf]) -> Iterator[Leaf]:
        for leaf in self._lay(leaves):
            yield leaf
            self._of.files -= 1
            if self._of.files == 0:
                self._of.stop()


@pytest.mark.parametrize("form", list(Form))
def test_half_a_file_is_gone_on_with_where_it_was(
    start_sftp: StartSftp, tmp_path: Path, form: Form, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a kill -9 in the middle of a file leaves it: a beginning under the unfinished name."""
    monkeypatch.setattr(laying, "AGAIN_BYTES", 1000)
    server, datasets = start_sftp(), study(1, pixels=1024 * 1024)
    with sending_house(tmp_path, server.way(form)) as house:
        whole = send(house, datasets)
        name = f"{whole.id}.zip" if form is Form.ZIP else f"{whole.id}/DICOM/D0000/IM000001"
        part = f"{whole.id}-1.part" if form is Form.ZIP else f"{name}.part"
        content = (server.inbox / name).read_bytes()
        (server.inbox / name).rename(server.inbox / part)
        with (server.inbox / part).open("r+b") as file:
            file.truncate(len(content) - 100_000)
            file.seek(0)
            file.write(b"seen")  # what it has of it is left as it is
        with house.database.write() as tx:
            tx.exchanges.update(whole.id, house.clock.now(), state=State.SENDING)
            tx._sql.run("DELETE FROM delivery")
            tx.work.add(A, "deliver", whole.id, "stat", house.clock.now())
        house.run()
        assert house.exchange().state is State.DELIVERED
        assert (server.inbox / name).read_bytes() == b"seen" + content[4:] and not (server.inbox / part).exists()


def test_what_the_server_has_beyond_is_cut_before_it_is_written_on(start_sftp: StartSftp, tmp_path: Path) -> None:
    server = start_sftp()
    (server.inbox / "a.part").write_bytes(b"0123456789 and more of something else")
    (server.inbox / "a.part").chmod(0o666)
    with open_shelf(server.way()) as shelf:
        assert shelf.append("a.part", 4, iter([b"four"])) == 8
        shelf.rename("a.part", "a")
        assert (server.inbox / "a").read_bytes() == b"0123four"
        assert shelf.sizes("") == {"a": 8} and shelf.sizes("nowhere") == {}


def test_files_go_several_at_once_and_each_is_whole_under_its_name(start_sftp: StartSftp) -> None:
    server = start_sftp()
    contents = {f"{number:03d}": os.urandom(100_000 + number) for number in range(MANY)}
    with open_shelf(server.way()) as shelf:
        laid = [leaf.name for leaf in shelf.lay(leaves_of(contents))]
    assert sorted(laid) == sorted(contents)
    assert {name: path.read_bytes() for name, path in server.files().items()} == contents


def test_those_under_way_come_to_their_end_before_a_failure_is_told(start_sftp: StartSftp) -> None:
    """Nobody who takes a sending back leaves halves behind, and what has its name is noted."""
    server, laid = start_sftp(), list[str]()
    contents = {f"{number:03d}": bytes(300_000) for number in range(MANY)}

    def leaves() -> Iterator[Leaf]:
        for number, leaf in enumerate(leaves_of(contents)):
            if number == 20:
                raise Conflict("taken-back", "Nobody wants it any more.")
            yield leaf

    with open_shelf(server.way()) as shelf, pytest.raises(Conflict, match="taken-back"):
        for leaf in shelf.lay(leaves()):
            laid.append(leaf.name)
    assert sorted(laid) == sorted(server.files()) == sorted(contents)[:20]


def test_a_file_of_another_length_gets_no_name(start_sftp: StartSftp) -> None:
    server = start_sftp()
    with open_shelf(server.way()) as shelf, pytest.raises(Unavailable, match="partner-size"):
        list(shelf.lay(iter([Leaf(1, "a.part", "a", 0, 5, lambda: iter([b"four"]))])))
    assert list(server.files()) == ["a.part"]


def leaves_of(contents: dict[str, bytes]) -> Iterator[Leaf]:
    """Files of these contents."""
    for number, (name, content) in enumerate(contents.items()):
        yield Leaf(number, f"{name}.part", name, 0, len(content), partial(iter, [content]))


def test_nothing_leaves_before_the_time_to_undo_is_over(start_sftp: StartSftp, tmp_path: Path) -> None:
    server = start_sftp()
    with sending_house(tmp_path, server.way(), urgency=Urgency.ROUTINE) as house:
        exchange = send(house, study(1))
        assert not server.files() and exchange.first_part is None
        assert withdraw(house.database, A, exchange.id, "arts", "undo", house.clock.now()) == "undone"
        again(house)
        assert house.exchange().state is State.WITHDRAWN and not server.files()


def test_what_was_delivered_cannot_be_withdrawn_and_that_is_said(start_sftp: StartSftp, tmp_path: Path) -> None:
    server = start_sftp()
    with sending_house(tmp_path, server.way()) as house:
        exchange = send(house, study(1))
        with pytest.raises(Conflict, match="delivered-for-good"):
            withdraw(house.database, A, exchange.id, "arts", "mistake", house.clock.now())
        assert house.exchange().state is State.DELIVERED


def test_what_is_stopped_in_the_middle_says_that_some_is_there(start_sftp: StartSftp, tmp_path: Path) -> None:
    server = start_sftp()
    server.inbox.chmod(0o555)
    with sending_house(tmp_path, server.way()) as house:
        exchange = send(house, study(2))
        assert withdraw(house.database, A, exchange.id, "arts", "mistake", house.clock.now()) == "stopped"
        server.inbox.chmod(0o755)
        assert again(house).state is State.FAILED and not server.files()
        assert alerts(house) == ["stopped-partly-delivered"]


def test_trying_out_leaves_nothing(start_sftp: StartSftp) -> None:
    server = start_sftp()
    assert Ways().try_out(server.way()) < 20 and not server.files()
    server.stop()
    with pytest.raises(Unavailable, match="partner-unreachable"):
        Ways().try_out(server.way())


@pytest.mark.parametrize("form", list(Form))
def test_a_full_disk_at_the_partner_is_told_and_tried_again(start_sftp: StartSftp, tmp_path: Path, form: Form) -> None:
    server = start_sftp()
    if os.getuid() != 0:
        pytest.skip("a small disk can be mounted by root only")
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m,mode=0777", "tmpfs", str(server.inbox)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no small disk can be mounted here")
    try:
        with sending_house(tmp_path, server.way(form)) as house:
            exchange = send(house, study(3, pixels=1024 * 512))
            assert exchange.state is State.SENDING and alerts(house) == ["partner-disk-full"]
            subprocess.run(["mount", "-o", "remount,size=9m", str(server.inbox)], check=True)
            assert is_delivered(again(house), 3) and not alerts(house)
    finally:
        subprocess.run(["umount", "-l", str(server.inbox)], check=False)


def test_the_key_that_a_server_shows_is_its_own_and_silence_is_told(start_sftp: StartSftp) -> None:
    server = start_sftp()
    shown = Ways().host_key("127.0.0.1", server.port)
    assert shown.split()[:2] == (server.folder / "host.pub").read_text().split()[:2]
    assert Ways().try_out(server.way(host_key=shown)) > 0
    server.stop()
    with pytest.raises(Unavailable, match="partner-unreachable"):
        Ways().host_key("127.0.0.1", server.port)
