"""The stage of the demo: a hub, two hospitals' nodes and a PACS behind each, started in parallel, stopped together.

The hub's whole state lies under ``DATA/hub``, the nodes' under ``DATA/a`` and ``DATA/b``, the PACSes' under
``DATA/pacs-a`` and ``DATA/pacs-b``; logs lie beside the state that they are of. Loopback only.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from beeldbrug.cli.demo.accounts import DemoAccounts, make_accounts
from beeldbrug.cli.demo.duty import make_duty
from beeldbrug.cli.demo.orthanc import OrthancPacs, find_program
from beeldbrug.cli.demo.pacs import DemoPacs
from beeldbrug.cli.demo.processes import Processes
from beeldbrug.cli.demo.retrieve import Retriever, opened_retriever
from beeldbrug.cli.demo.stand_in import StandInPacs
from beeldbrug.cli.demo.viewer import Viewer, new_token
from beeldbrug.cli.demo.world import Hospital, World, build
from beeldbrug.kit.settings import load
from beeldbrug.model.errors import BeeldbrugError, Conflict, Unavailable
from beeldbrug.node.app.base import Base, connect_hub, open_base
from beeldbrug.node.app.settings import NodeSettings
from beeldbrug.node.policy.rules import RETRIEVE_AE
from beeldbrug.node.protocols.hub.client import HttpHub

T = TypeVar("T")

START_SECONDS = 120.0
"""Longest start; a busy machine needs a good part of a minute."""

ASK_SECONDS = 0.2
"""Between two looks into the hub's address book, which has a limit on requests."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything that runs, ready for use."""

    world: World
    pacs_a: DemoPacs
    pacs_b: DemoPacs
    a: Base
    b: Base
    viewer: Viewer
    token: str
    accounts: DemoAccounts
    retriever: Retriever
    """Reads back out of B's PACS."""


def refuse_existing(data: Path) -> None:
    """A world is made once. Raises Conflict where there is one."""
    if any((data / name).exists() for name in ("hub.toml", "a.toml", "b.toml", "hub", "a", "b")):
        raise Conflict(
            "demo-world-exists",
            "A demo was played in this folder before.",
            "Name another folder with --data, or remove this one.",
        )


@contextmanager
def opened_stage(
    data: Path, with_orthanc: bool, prepare: Callable[[], T], language: str = "nl"
) -> Iterator[tuple[Stage, T]]:
    """Start everything, with what ``prepare`` gives, which runs meanwhile; stop it at the end. Accounts read
    ``language``.

    Call it from the main thread. Raises Conflict, Unavailable, and what ``prepare`` raises.
    """
    refuse_existing(data)
    with ExitStack() as stack:
        processes = stack.enter_context(Processes())
        pacs_a, pacs_b = _two_pacses(data, processes, with_orthanc)
        world = build(data, pacs_a.dicom_port, pacs_b.dicom_port)
        running = [processes.start_role("hub", "hub", world.hub_settings, data / "hub" / "log")]
        running += [
            processes.start_role("node", one.name, one.settings, one.data / "log") for one in (world.a, world.b)
        ]
        prepared = stack.enter_context(ThreadPoolExecutor(1)).submit(prepare)
        for pacs, hospital in ((pacs_a, world.a), (pacs_b, world.b)):
            stack.callback(pacs.stop)
            pacs.wait_until_ready(START_SECONDS)
            for title in (_title(hospital), RETRIEVE_AE):
                pacs.know(title, hospital.dimse_port)
        for one in running:
            one.wait_until_announced(START_SECONDS)
        a, b = (stack.enter_context(_opened(hospital)) for hospital in (world.a, world.b))
        _wait_for_address_book(a, world.b.ura)
        token = new_token(b.database, world.b.ura)
        viewer = Viewer(world.b.web_port, token)
        stack.callback(viewer.close)
        retriever = stack.enter_context(opened_retriever(pacs_b, data / "read-back"))
        accounts = make_accounts((a, b), data, language)
        make_duty((a, b))
        yield Stage(world, pacs_a, pacs_b, a, b, viewer, token, accounts, retriever), prepared.result()


def _title(hospital: Hospital) -> str:
    """The AE title of a hospital's node that sends to the other one."""
    return "NAAR_B" if hospital.name == "a" else "NAAR_A"


def _two_pacses(data: Path, processes: Processes, with_orthanc: bool) -> tuple[DemoPacs, DemoPacs]:
    program = find_program() if with_orthanc else None
    if program is None:
        return StandInPacs(data / "pacs-a", "PACSA"), StandInPacs(data / "pacs-b", "PACSB")
    return (
        OrthancPacs(program, data / "pacs-a", "PACSA", processes),
        OrthancPacs(program, data / "pacs-b", "PACSB", processes),
    )


@contextmanager
def _opened(hospital: Hospital) -> Iterator[Base]:
    with open_base(load(NodeSettings, hospital.settings)) as base:
        yield base


def _wait_for_address_book(base: Base, ura: str) -> None:
    """Until the other hospital stands in the hub's address book with its keys."""
    hub = connect_hub(base)
    deadline = time.monotonic() + START_SECONDS
    try:
        while not _has_keys(hub, ura):
            if time.monotonic() > deadline:
                raise Unavailable("demo-hub-slow", "A hospital did not join the hub in time.", "See the nodes' logs.")
            time.sleep(ASK_SECONDS)
    finally:
        hub.close()


def _has_keys(hub: HttpHub, ura: str) -> bool:
    try:
        return bool(hub.correspondent(ura).statement)
    except BeeldbrugError:
        return False
