"""What policy holds back is never silent: who may call, what parks, what is told, and how a human lets it go."""

from __future__ import annotations

import time

import pytest

from beeldbrug.dicom.phantom.patients import PhantomPatient
from beeldbrug.model.errors import Unavailable
from beeldbrug.model.exchange import Ground, Party, State
from beeldbrug.node.usecases.release import Choice, release
from tests.e2e.studies import make_study
from tests.e2e.world import World
from tests.peers.processes import wait_until

pytestmark = pytest.mark.timeout(240)


def test_general_ae_parks_with_an_alert_within_sixty_seconds_and_release_sends_it(
    world: World, patient: PhantomPatient
) -> None:
    study = make_study(patient, 3, seed="general")
    sent = time.time()
    assert world.send(study, "BEELDBRUG") == [0] * 3
    at_a = world.wait_state(world.a, study[0].study_uid, State.PARKED)
    assert at_a.reason_code == "for-whom"

    def told() -> bool:
        return any(alert.code == "for-whom" and alert.notified for alert in world.a.alerts(at_a.id))

    wait_until(told, "the alert goes out", 60)
    assert time.time() - sent < 60
    assert '"alert"' in world.a.program.log.read_text()
    choice = Choice(Party("00000002", "Ziekenhuis B"), ground=Ground.REFERRAL, responsible="dienstdoend radioloog")
    wait_until(lambda: not _coming_in(world, at_a.id), "the association has ended")
    release(world.a.vault.database, world.a.site.ura, at_a.id, choice, "radiodiagnostisch laborant", time.time())
    world.imported(study[0].study_uid)
    assert not world.a.alerts(at_a.id)
    assert "release" in world.a.events(at_a.id)


@pytest.mark.parametrize(("title", "code"), [("CONSULT_B", "consent-missing"), ("NERGENS", "receiver-unknown")])
def test_what_lacks_consent_or_a_known_receiver_parks_with_the_remedy(
    world: World, patient: PhantomPatient, title: str, code: str
) -> None:
    study = make_study(patient, 2, seed=title)
    assert world.send(study, title) == [0, 0]
    at_a = world.wait_state(world.a, study[0].study_uid, State.PARKED)
    assert at_a.reason_code == code
    assert all(alert.remedy_nl and alert.remedy_en for alert in world.a.alerts(at_a.id))
    assert not world.b.exchanges(study[0].study_uid)


@pytest.mark.parametrize("title", ["ONBEKEND", "EIGEN"])
def test_unknown_called_ae_or_caller_is_refused_and_audited(world: World, patient: PhantomPatient, title: str) -> None:
    def refusals() -> int:
        with world.a.vault.database.read() as tx:
            return len(tx.audit.events(world.a.site.ura, limit=100_000, event="associate"))

    before = refusals()
    with pytest.raises(Unavailable):
        world.send(make_study(patient, 1, seed=title), title)
    wait_until(lambda: refusals() == before + 1, "the refusal is audited")


def _coming_in(world: World, exchange: str) -> int:
    with world.a.vault.database.read() as tx:
        return tx.exchanges.associations_open(exchange)
