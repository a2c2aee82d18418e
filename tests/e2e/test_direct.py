"""From node to node: without any hub, over TLS; and beside a hub, which takes over unnoticed when a door closes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from beeldbrug.cli.prove.leaks.prove import doors, prove_leaks
from beeldbrug.dicom.phantom.patients import HOSPITAL_B, PhantomPatient
from beeldbrug.kit.ports import free_port
from beeldbrug.node.app.base import connect_hub
from beeldbrug.node.app.hosting import load_node
from beeldbrug.node.ports.ways import DOOR, HUB
from tests.e2e.archive import archive
from tests.e2e.conftest import KNOWN
from tests.e2e.studies import Made, make_study
from tests.e2e.world import SECONDS, End, World, build_world
from tests.peers.certificates import make_authority
from tests.peers.line import Line
from tests.peers.processes import wait_until

pytestmark = pytest.mark.timeout(300)

B = "00000002"


@contextmanager
def _world(folder: Path) -> Iterator[World]:
    """A world that is not started; stopped at the end."""
    with archive(folder / "pacs", True) as pacs:
        world = build_world(folder, pacs)
        pacs.know({"PACSB": [(patient, HOSPITAL_B) for patient in KNOWN], "PACSA": []})
        try:
            yield world
        finally:
            world.stop()


def _set(end: End, direct: str) -> None:
    with end.site.settings.open("a") as file:
        file.write(f"\n[direct]\n{direct}\n")


def _take_hub_out(end: End) -> str:
    """The settings without [hub]; the line of its roots."""
    text = end.site.settings.read_text()
    start = text.index("[hub]")
    section, rest = text[start:].split("\n[", 1)
    end.site.settings.write_text(f"{text[:start]}[{rest}")
    return next(line for line in section.splitlines() if line.startswith("roots"))


def _whole(world: World, study: list[Made]) -> None:
    """In B's PACS, once, and byte for byte in B's vault."""
    (at_b,) = world.b.exchanges(study[0].study_uid)
    kept = {row.instance_uid: world.b.original(row) for row in world.b.instances(at_b.id)}
    assert kept == {one.uid: one.dataset for one in study}
    received = world.pacs.received("PACSB", study[0].study_uid)
    assert len(received) == len(study)


def _went(end: End, study: list[Made]) -> list[str]:
    (row,) = end.exchanges(study[0].study_uid)
    with end.vault.database.read() as tx:
        return tx.ways.of(end.site.ura, row.id)


@pytest.fixture
def patient() -> PhantomPatient:
    """Known in B."""
    return KNOWN[1]


def test_two_nodes_without_a_hub_exchange_by_doors_over_tls(tmp_path: Path, patient: PhantomPatient) -> None:
    with _world(tmp_path) as world:
        authority = make_authority(tmp_path / "tls")
        certificate, key = authority.issue("localhost")
        door = free_port()
        roots = _take_hub_out(world.a)
        assert roots == _take_hub_out(world.b)
        url = f"https://localhost:{door}"
        partner = f'partners = [{{ organisation = "{B}", url = "{url}" }}]'
        _set(world.a, f'{roots}\nauthority = "{authority.certificate}"\n{partner}')
        tls = f'certificate = "{certificate}"\nkey = "{key}"'
        _set(world.b, f'{roots}\nurl = "{url}"\nport = {door}\n{tls}')
        for end in (world.a, world.b):
            end.program.start(wait=False)
        for end in (world.a, world.b):
            end.program.wait_ready()
        study = make_study(patient, 6, seed="direct")
        world.send(study)
        world.imported(study[0].study_uid)
        _whole(world, study)
        assert (_went(world.a, study), _went(world.b, study)) == ([B], [DOOR])
        again = make_study(patient, 3, seed="direct-again")
        world.b.program.kill("door")  # it is started again, and what it has acknowledged is there
        world.send(again)
        world.imported(again[0].study_uid)
        _whole(world, again)
        assert world.a.audit_whole() and world.b.audit_whole()
        nodes = [load_node(end.site.settings) for end in (world.a, world.b)]
        report = prove_leaks(nodes, doors(nodes), lambda text: None)
        assert report.proven, report.as_json()
        assert report.values.found and report.findings.places and report.planted, "B's door was looked through"


def test_the_hub_takes_over_unnoticed_when_a_door_closes_in_the_middle(tmp_path: Path, patient: PhantomPatient) -> None:
    with _world(tmp_path) as world:
        door = free_port()
        line = Line(door)
        _set(world.a, "")
        _set(world.b, f'url = "{line.address}"\nport = {door}')
        world.start()
        wait_until(lambda: _published(world), "B's door stands in the hub's address book", SECONDS)
        study = make_study(patient, 40, rows=(512,), seed="closing")
        line.up_room = 4_000_000
        world.send(study)
        world.imported(study[0].study_uid)
        _whole(world, study)
        assert set(_went(world.a, study)) == {B, HUB}, "it went by the door first, then by the hub"
        assert line.up == 4_000_000, "the door was cut in the middle of a study"
        line.close()


def _published(world: World) -> bool:
    hub = connect_hub(world.a.vault)
    try:
        return bool(hub.correspondent(B).directory)
    finally:
        hub.close()
