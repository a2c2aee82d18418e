"""The demo, as a user runs it: every image across byte for byte, verified, in the PACS once, and nothing leaked."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from beeldbrug.cli.demo.orthanc import find_program
from beeldbrug.dicom.phantom.patients import PATIENTS
from beeldbrug.dicom.phantom.study import Kind, write_study

pytestmark = pytest.mark.timeout(300)

SECONDS = 240.0


@dataclass(frozen=True)
class Ended:
    code: int
    lines: list[str]
    errors: str

    @property
    def last(self) -> dict[str, Any]:
        read: dict[str, Any] = json.loads(self.lines[-1])
        return read


def beeldbrug(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "beeldbrug.cli.main", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "LANG": "en_GB.UTF-8"},
        start_new_session=True,
    )


def run(*arguments: str) -> Ended:
    process = beeldbrug(*arguments)
    try:
        output, errors = process.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        process.terminate()
        process.communicate(timeout=60)
        raise
    return Ended(process.returncode, output.splitlines(), errors)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two studies of different patients, and a file that is no picture."""
    folder = tmp_path_factory.mktemp("input")
    for number, patient in enumerate(PATIENTS[:2]):
        write_study(Kind.CT_HEAD, patient, folder / str(number), slices=3, thin_slices=0, seed=1000 + number)
    (folder / "note.txt").write_text("no picture")
    return folder


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory, small: Path) -> Iterator[tuple[Ended, Path]]:
    """Played once with Orthanc for the whole module."""
    if find_program() is None:
        pytest.skip("Orthanc is not installed: apt-get install orthanc")
    data = tmp_path_factory.mktemp("demo") / "data"
    yield run("demo", "--once", "--json", "--input", str(small), "--data", str(data)), data


def assert_flawless(ended: Ended, instances: int) -> None:
    assert ended.code == 0, (ended.lines, ended.errors[-2000:])
    assert len(ended.lines) == 1
    told = ended.last
    counts = [told[name] for name in ("instances", "byte_exact", "imported")]
    assert counts == [instances] * 3
    assert (told["duplicates"], told["leaks"], told["faults"]) == (0, 0, {})
    assert all(isinstance(told[name], float) for name in ("first_image_s", "verified_s", "imported_s"))
    assert isinstance(told["first_image_before_end"], bool)
    assert told["left_out"] == {"not-dicom": 1}


def test_every_image_gets_across_between_two_orthancs(played: tuple[Ended, Path]) -> None:
    ended, _ = played
    assert_flawless(ended, 10)
    assert ended.last["pacs"].startswith("Orthanc ")


def test_the_state_lies_where_it_is_said_to(played: tuple[Ended, Path]) -> None:
    _, data = played
    assert (data / "hub" / "hub.sqlite").is_file()
    assert (data / "a" / "node.sqlite").is_file()
    assert (data / "b" / "node.sqlite").is_file()
    assert list((data / "hub" / "segments").rglob("*.*"))
    assert not (data / "read-back").exists(), "what was read back from the PACS stayed behind"


def test_nothing_of_it_runs_on(played: tuple[Ended, Path]) -> None:
    _, data = played
    assert running_with(str(data)) == []


def test_leaks_are_looked_for_afterwards_as_well(played: tuple[Ended, Path]) -> None:
    _, data = played
    ended = run("prove", "leaks", "--data", str(data))
    told = ended.last
    assert ended.code == 0, ended.lines
    assert told["found"] == 0
    assert told["planted_found"] == told["planted"] > 20
    assert told["values"] > 40
    assert told["places"] > 50
    assert any("burned-in" in line for line in ended.lines)


def test_a_leak_in_the_database_is_found_and_not_repeated(played: tuple[Ended, Path]) -> None:
    _, data = played
    name = PATIENTS[0].given
    with closing(sqlite3.connect(data / "hub" / "hub.sqlite", isolation_level=None)) as connection:
        connection.execute("INSERT INTO discards VALUES (?, 'part')", (name,))
        ended = run("prove", "leaks", "--data", str(data))
        connection.execute("DELETE FROM discards WHERE object = ?", (name,))
        connection.execute("VACUUM")
    assert ended.code == 1
    assert ended.last["found"] >= 2
    assert any("discards.object" in line for line in ended.lines)
    assert name not in "\n".join(ended.lines)


def test_a_leak_in_the_log_is_found(played: tuple[Ended, Path]) -> None:
    _, data = played
    log = data / "hub" / "log" / "hub.log"
    before = log.read_bytes()
    try:
        log.write_bytes(before + f'{{"event": "request refused", "reason": "{PATIENTS[0].bsn}"}}\n'.encode())
        ended = run("prove", "leaks", "--data", str(data))
    finally:
        log.write_bytes(before)
    assert ended.code == 1
    assert ended.last["found"] == 1
    assert PATIENTS[0].bsn not in "\n".join(ended.lines)


def test_a_world_is_played_once(played: tuple[Ended, Path]) -> None:
    _, data = played
    ended = run("demo", "--once", "--json", "--data", str(data))
    assert ended.code == 1
    assert ended.last["code"] == "demo-world-exists"
    assert ended.last["remedy"]


def test_the_stand_in_plays_both_pacses_where_there_is_no_orthanc(small: Path, tmp_path: Path) -> None:
    ended = run("demo", "--once", "--json", "--stand-in", "--input", str(small), "--data", str(tmp_path / "data"))
    assert_flawless(ended, 10)
    assert ended.last["pacs"].startswith("stand-in")


def test_it_stays_up_until_it_is_stopped_and_leaves_nothing(tmp_path: Path) -> None:
    data = tmp_path / "data"
    process = beeldbrug("demo", "--stand-in", "--data", str(data))
    try:
        shown = read_until(process, "Ctrl-C")
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=90)
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate(timeout=30)
    assert "Timeline" in shown
    assert "stand-in" in shown
    assert running_with(str(data)) == []


def read_until(process: subprocess.Popen[str], word: str) -> str:
    lines: list[str] = []
    deadline = time.monotonic() + SECONDS
    assert process.stdout is not None
    for line in process.stdout:
        lines.append(line)
        if word in line or time.monotonic() > deadline:
            break
    return "".join(lines)


def running_with(text: str) -> list[str]:
    """Command lines of processes that name this folder."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
            except OSError:
                continue
            if text in line:
                found.append(line)
    return found
