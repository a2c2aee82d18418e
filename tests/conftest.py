"""Fixtures for all tests: real peers, and the end summary of what was skipped and why."""

from __future__ import annotations

import os
import socket
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
from hypothesis import HealthCheck, settings

from beeldbrug.kit import log
from tests.peers.age import age
from tests.peers.dcmtk import dcmtk, storescp, wlmscpfs
from tests.peers.orthanc import orthanc
from tests.peers.postgres import database_url, postgres, postgres_url
from tests.peers.s3 import s3, s3_program

__all__ = [
    "age",
    "database_url",
    "dcmtk",
    "orthanc",
    "postgres",
    "postgres_url",
    "s3",
    "s3_program",
    "storescp",
    "wlmscpfs",
]

# the machine may be busy with peers; hypothesis's own deadline would then fail tests that are right
settings.register_profile("beeldbrug", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("beeldbrug")

_TESTS = Path(__file__).parent
_UNIT = _TESTS / "unit"
_END_TO_END = _TESTS / "e2e"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Longer limits where a build happens inside a set-up; what shares a world stays in one process, and goes first."""
    for item in items:
        # a build of the S3 server happens inside a test's set-up; it has its own, longer limit
        if "s3" in getattr(item, "fixturenames", ()) and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(1200))
        item.add_marker(pytest.mark.xdist_group(_group(item)))
    items.sort(key=lambda item: _END_TO_END not in item.path.parents)


def _group(item: pytest.Item) -> str:
    """What runs in one process, in order: the tests of one file, or all that use one world."""
    if "world" in getattr(item, "fixturenames", ()):
        return f"world of {item.path.parent.name}"
    return str(item.path.relative_to(_TESTS))


@pytest.fixture(autouse=True)
def _no_sockets_in_unit_tests(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    if _UNIT in request.path.parents:

        def refuse(self: socket.socket, *_: Any) -> NoReturn:
            raise AssertionError("a unit test opens no socket; put this test in tests/contract or tests/interop")

        for deed in ("connect", "connect_ex", "bind"):
            monkeypatch.setattr(socket.socket, deed, refuse)
    yield


@pytest.fixture(autouse=True)
def _log_lines_as_at_first() -> None:
    """A command that ran in this process has turned the lines of the next tests off otherwise."""
    log.configure_lines()


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("BEELDBRUG_")]:
        monkeypatch.delenv(name)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """One line for each reason to skip, with the number of tests, so that nothing is left out unseen."""
    reasons: Counter[str] = Counter()
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        reasons[reason.removeprefix("Skipped: ")] += 1
    if reasons:
        terminalreporter.section("what was skipped, and why")
        for reason, count in sorted(reasons.items()):
            terminalreporter.write_line(f"{count:4d}  {reason}")
