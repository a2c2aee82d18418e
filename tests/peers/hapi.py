"""HAPI HL7v2, the Java library of many EPDs and brokers, as sender and receiver over MLLP. MPL 1.1 / GPL; only tests.

Fetched from Maven Central at the first use and compiled with javac; without Maven or a JDK its tests skip and say so.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import hl7
import pytest

from beeldbrug.kit.ports import free_port
from tests.peers.processes import PEERS, run, running, tool, wait_for_port

VERSION = "2.5.1"
FETCH_SECONDS = 300.0
SOURCES = tuple(Path(__file__).with_name(name) for name in ("HapiSender.java", "HapiReports.java"))

_POM = """\
<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>test</groupId><artifactId>test</artifactId><version>1</version><dependencies>{}</dependencies></project>
"""
_DEPENDENCY = (
    "<dependency><groupId>{}</groupId><artifactId>{}</artifactId><version>{}</version></dependency>"
)  # fmt: skip
_WANTED = (
    ("ca.uhn.hapi", "hapi-base", VERSION),
    ("ca.uhn.hapi", "hapi-structures-v25", VERSION),
    ("org.slf4j", "slf4j-nop", "1.7.36"),
)


_OPTIONS = ("-Xshare:auto", "-XX:TieredStopAtLevel=1", "-Dfile.encoding=UTF-8", "-Dca.uhn.hl7v2.llp.charset=UTF-8")
_LOCALE = {"LC_ALL": "C.UTF-8"}


@dataclass(frozen=True)
class Hapi:
    """What sends and receives by HAPI; deeds are those of HapiSender.java and HapiReports.java."""

    java: str
    folder: Path

    def send(self, port: int, *deeds: str) -> list[str]:
        """Send messages about patients; what it printed: one line for each deed."""
        return self._run("HapiSender", str(port), *deeds)

    def report(self, port: int, *deeds: str) -> list[str]:
        """Send reports; MSA-1 of each answer."""
        return self._run("HapiReports", "send", str(port), *deeds)

    def command(self, program: str, *words: str) -> list[str]:
        """A command line."""
        return [self.java, *_OPTIONS, "-cp", f"{self.folder}/*:{self.folder}", program, *words]

    def _run(self, program: str, *words: str) -> list[str]:
        # HAPI keeps the numbers of its messages in a file where it runs
        done = run(self.command(program, *words), environment=_LOCALE, folder=self.folder)
        assert done.code == 0, done.output
        return done.output.splitlines()


@dataclass(frozen=True)
class HapiRis:
    """A RIS that takes messages by HAPI, and judges them by its model of the standard."""

    port: int
    folder: Path

    def received(self) -> list[hl7.Message]:
        """What came, in order."""
        files = sorted(self.folder.glob("*.hl7"), key=lambda path: int(path.stem))
        return [hl7.parse(path.read_bytes().decode()) for path in files]

    def faults(self) -> list[str]:
        """What HAPI found wrong in all that came."""
        return [line for path in self.folder.glob("*.faults") for line in path.read_text().splitlines()]

    def answer(self, code: str) -> None:
        """What it answers from now on: AA, AE, AR."""
        (self.folder / "answer").write_text(code)


@contextmanager
def hapi_ris(hapi: Hapi, folder: Path) -> Iterator[HapiRis]:
    """One on a free port of loopback, for as long as the block lasts; what it takes lies in ``folder``."""
    folder.mkdir()
    port, log = free_port(), folder / "ris.log"
    command = hapi.command("HapiReports", "receive", str(port), str(folder))
    with running(command, log, environment=_LOCALE, folder=hapi.folder) as process:
        wait_for_port(port, process, log)
        yield HapiRis(port, folder)


@pytest.fixture(scope="session")
def hapi() -> Hapi:
    """HAPI, fetched and compiled where it is not here yet; skips when it cannot be had."""
    folder = PEERS / f"hapi-{VERSION}"
    java, javac = tool("java", "default-jdk-headless"), tool("javac", "default-jdk-headless")
    if not (folder / "hapi-base.jar").exists():
        _fetch(folder)
    for source in SOURCES:
        _compile(javac, source, folder)
    return Hapi(java, folder)


def _compile(javac: str, source: Path, folder: Path) -> None:
    made, here = folder / f"{source.stem}.class", folder / source.name
    if made.exists() and here.exists() and source.read_bytes() == here.read_bytes():
        return
    done = run([javac, "-cp", f"{folder}/*", "-d", str(folder), str(source)])
    assert done.code == 0, done.output
    shutil.copyfile(source, here)


def _fetch(folder: Path) -> None:
    maven = tool("mvn", "maven")
    part = folder.with_suffix(".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    (part / "pom.xml").write_text(_POM.format("".join(_DEPENDENCY.format(*one) for one in _WANTED)))
    command = [
        maven,
        "-q",
        "-B",
        "dependency:copy-dependencies",
        f"-DoutputDirectory={part}",
        "-Dmdep.stripVersion=true",
    ]
    done = subprocess.run(command, cwd=part, capture_output=True, timeout=FETCH_SECONDS, check=False)
    if done.returncode or not (part / "hapi-base.jar").exists():
        pytest.skip("HAPI is not here and could not be fetched with Maven")
    part.rename(folder)
