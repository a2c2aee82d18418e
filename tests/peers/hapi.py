"""HAPI HL7v2, the Java library that many EPDs send with, as a sender over MLLP. MPL 1.1 / GPL; only tests use it.

Fetched from Maven Central at the first use and compiled with javac; without Maven or a JDK its tests skip and say so.
"""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.peers.processes import PEERS, run, tool

VERSION = "2.5.1"
FETCH_SECONDS = 300.0
SOURCE = Path(__file__).with_name("HapiSender.java")

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


@dataclass(frozen=True)
class Hapi:
    """The sender; ``deeds`` are those of HapiSender.java."""

    java: str
    folder: Path

    def send(self, port: int, *deeds: str) -> list[str]:
        """What it printed: one line for each deed."""
        options = [
            "-Xshare:auto",
            "-XX:TieredStopAtLevel=1",
            "-Dfile.encoding=UTF-8",
            "-Dca.uhn.hl7v2.llp.charset=UTF-8",
        ]
        command = [self.java, *options, "-cp", f"{self.folder}/*:{self.folder}", "HapiSender", str(port), *deeds]
        # HAPI keeps the numbers of its messages in a file where it runs
        done = run(command, environment={"LC_ALL": "C.UTF-8"}, folder=self.folder)
        assert done.code == 0, done.output
        return done.output.splitlines()


@pytest.fixture(scope="session")
def hapi() -> Hapi:
    """HAPI, fetched and compiled where it is not here yet; skips when it cannot be had."""
    folder = PEERS / f"hapi-{VERSION}"
    java, javac = tool("java", "default-jdk-headless"), tool("javac", "default-jdk-headless")
    if not (folder / "hapi-base.jar").exists():
        _fetch(folder)
    made, source = folder / "HapiSender.class", folder / SOURCE.name
    if not made.exists() or source.read_bytes() != SOURCE.read_bytes():
        shutil.copyfile(SOURCE, source)
        done = run([javac, "-cp", f"{folder}/*", "-d", str(folder), str(source)])
        assert done.code == 0, done.output
    return Hapi(java, folder)


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
