"""Taking a sending back, at every moment of its life; and what time itself takes back."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import urllib3

from beeldbrug.dicom.phantom.patients import PhantomPatient
from beeldbrug.model.exchange import State
from beeldbrug.node.ports.records import ExchangeRow, TokenRow
from beeldbrug.node.usecases.tokens.create import create_token
from beeldbrug.node.usecases.withdraw import withdraw
from tests.e2e.conftest import STRANGERS
from tests.e2e.studies import make_study
from tests.e2e.world import World
from tests.peers.processes import wait_until

pytestmark = pytest.mark.timeout(300)


def test_undo_within_thirty_seconds_leaves_nothing_at_hub_and_b(world: World, patient: PhantomPatient) -> None:
    before = _objects(world)
    study = make_study(patient, 4, rows=(200,), seed="undo")
    world.send(study, "LAAT_B")
    at_b = world.wait_row(world.b, study[0].study_uid, lambda row: row.total == 4, "B has all headers")
    packs = _packs(world, at_b)
    assert _take_back(world, study[0].study_uid) == "undoing"
    world.wait_state(world.a, study[0].study_uid, State.WITHDRAWN)
    at_b = world.wait_state(world.b, study[0].study_uid, State.WITHDRAWN)
    assert not world.b.instances(at_b.id) and not _packs(world, at_b)
    assert not [pack for pack in packs if world.b.vault.store.size(pack, 1) is not None]
    assert not world.pacs.received("PACSB", study[0].study_uid)
    wait_until(lambda: _objects(world) <= before, "the hub has deleted what it had", 30)
    assert not world.a.alerts(at_b.id) and not world.b.alerts(at_b.id)


def test_undone_before_the_receiver_was_there_it_never_hears_of_the_content(
    world: World, patient: PhantomPatient
) -> None:
    world.b.program.kill()
    study = make_study(patient, 3, seed="undo-away")
    world.send(study)
    world.wait_state(world.a, study[0].study_uid, State.ARRIVING)
    _take_back(world, study[0].study_uid)
    world.wait_row(
        world.a, study[0].study_uid, lambda row: "withdraw" in world.a.events(row.id), "the withdrawal is under way"
    )
    world.b.program.start()
    at_a = world.wait_state(world.a, study[0].study_uid, State.WITHDRAWN)
    assert at_a.seen is None
    assert not world.b.exchanges(study[0].study_uid), "B knows the study"
    assert not world.pacs.received("PACSB", study[0].study_uid)


def test_withdrawal_after_seen_says_so(world: World) -> None:
    study = make_study(STRANGERS[2], 2, seed="seen")
    world.send(study)
    world.wait_state(world.a, study[0].study_uid, State.VERIFIED)
    _look(world, study[0].study_uid)
    world.wait_state(world.a, study[0].study_uid, State.SEEN)
    assert _take_back(world, study[0].study_uid) == "withdrawing"
    at_a = world.wait_state(world.a, study[0].study_uid, State.WITHDRAWN)
    assert at_a.seen is not None
    at_b = world.wait_state(world.b, study[0].study_uid, State.WITHDRAWN)
    assert not world.b.instances(at_b.id)


def test_import_that_has_begun_wins_over_withdrawal_and_says_so(world: World, patient: PhantomPatient) -> None:
    study = make_study(patient, 24, seed="begun")
    world.pacs.behave(seconds=0.5)
    try:
        world.send(study, "SPOED_B")
        world.wait_row(world.b, study[0].study_uid, lambda row: row.imported > 0, "the import has begun")
        _take_back(world, study[0].study_uid)
        world.wait_row(
            world.a,
            study[0].study_uid,
            lambda row: row.reason_code == "import-had-begun" and row.withdrawn is None,
            "A hears that it was too late",
        )
    finally:
        world.pacs.behave()
    world.imported(study[0].study_uid)
    assert len({one.uid for one in world.pacs.received("PACSB", study[0].study_uid)}) == 24


def test_a_sending_that_is_withdrawn_can_be_sent_anew(world: World, patient: PhantomPatient) -> None:
    study = make_study(patient, 2, seed="anew")
    world.send(study, "LAAT_B")
    world.wait_row(world.b, study[0].study_uid, lambda row: row.total == 2, "B has it")
    _take_back(world, study[0].study_uid)
    world.wait_state(world.a, study[0].study_uid, State.WITHDRAWN)
    world.send(study, "SPOED_B")
    for end in (world.b, world.a):
        world.wait_row(end, study[0].study_uid, lambda row: row.state is State.IMPORTED, "the new sending arrives")


def test_what_has_expired_is_deleted_at_both_ends(world: World) -> None:
    study = make_study(STRANGERS[3], 2, seed="expiry")
    world.send(study, "KORT_B")
    at_b = world.wait_state(world.b, study[0].study_uid, State.VERIFIED, seconds=18)
    packs = _packs(world, at_b)
    assert packs
    at_b = world.wait_state(world.b, study[0].study_uid, State.EXPIRED)
    world.wait_state(world.a, study[0].study_uid, State.EXPIRED)
    assert not world.b.instances(at_b.id) and not _packs(world, at_b)
    wait_until(lambda: all(world.b.vault.store.size(pack, 1) is None for pack in packs), "B's segments are deleted", 20)


def _take_back(world: World, study: str) -> str:
    exchange = world.a.exchange(study)
    assert exchange is not None
    return withdraw(world.a.vault.database, world.a.site.ura, exchange.id, "laborant", "verkeerd", time.time())


def _packs(world: World, exchange: ExchangeRow) -> list[str]:
    with world.b.vault.database.read() as tx:
        return tx.packs.of_origin(world.b.site.ura, exchange.id)


def _objects(world: World) -> int:
    """Files of capsule parts and segments at the hub, receipts left out by waiting for them to be taken."""
    hub: Path = world.made.data / "hub"
    return sum(path.is_file() for folder in ("parts", "segments", "partials") for path in (hub / folder).rglob("*"))


def _look(world: World, study: str) -> None:
    """Open the study at B as a viewer does."""
    site = world.b.site
    row = TokenRow(site.ura, "radioloog", "radiologist", "TREAT", time.time() + 3600)
    token = create_token(world.b.vault.database, row, "beheer", time.time())
    url = f"http://127.0.0.1:{site.web_port}/dicomweb/studies/{study}/metadata"
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/dicom+json"}
    answer = urllib3.request("GET", url, headers=headers, timeout=30.0)
    assert answer.status == 200, answer.status
