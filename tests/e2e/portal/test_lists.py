"""The in- and outbox over the wire: both ends see the same exchange, live, and only who may see it."""

from __future__ import annotations

from typing import Any

import pytest

from beeldbrug.dicom.phantom.patients import PhantomPatient
from beeldbrug.model.exchange import State
from tests.e2e.portal.api import Refused, sign_in
from tests.e2e.studies import make_study
from tests.e2e.world import World


def test_a_study_is_seen_arriving_at_b_while_it_is_sent_and_imported_in_the_end(
    world: World, patient: PhantomPatient
) -> None:
    study = make_study(patient, 6)
    at_b = sign_in(world.b, "arts")

    def arriving(name: str, row: Any) -> bool:
        return name == "exchange" and row["direction"] == "in" and row["state"] == "arriving"

    with at_b.listening() as heard:
        world.send(study[:3], "RUSTIG_B")
        first = heard.wait_for(arriving, "B's page is told of the arrival")
        world.send(study[3:], "RUSTIG_B")
        world.imported(study[0].study_uid)
        last = heard.wait_for(
            lambda name, row: name == "exchange" and row["id"] == first["id"] and row["state"] == "imported",
            "B's page is told of the import",
        )
    assert last["done"] == last["total"] == len(study)
    row = at_b.get(f"/exchanges/{first['id']}")
    assert row["patient"]["birth_date"] == patient.birth_date
    assert row["urgency"] == "stat"
    at_a = sign_in(world.a, "arts").exchange(study[0].study_uid, world.a)
    assert (at_a["state"], at_a["other"]["organisation"]) == ("imported", "00000002")


def test_a_sending_is_withdrawn_from_the_list_and_its_reader_loses_it(world: World, patient: PhantomPatient) -> None:
    study = make_study(patient, 3)
    world.send(study, "LAAT_B")
    at_a, at_b = sign_in(world.a, "arts"), sign_in(world.b, "arts")
    world.wait_state(world.b, study[0].study_uid, State.ARRIVING)
    arrived = at_b.exchange(study[0].study_uid, world.b)
    assert at_b.raw("GET", f"/exchanges/{arrived['id']}/study")
    sending = at_a.exchange(study[0].study_uid, world.a)
    assert "withdraw" in sending["may"]
    at_a.post(f"/exchanges/{sending['id']}/withdraw", {"reason": "vergissing"})
    world.wait_state(world.a, study[0].study_uid, State.WITHDRAWN)
    with pytest.raises(Refused) as refused:
        at_b.raw("GET", f"/exchanges/{arrived['id']}/study")
    assert refused.value.status == 404
    after = at_b.get(f"/exchanges/{arrived['id']}")
    assert (after["state"], after["patient"], after["may"]) == ("withdrawn", None, [])


def test_an_administrator_is_refused_the_lists(world: World) -> None:
    with pytest.raises(Refused) as refused:
        sign_in(world.b, "beheer").post("/exchanges/search", {})
    assert (refused.value.status, refused.value.code) == (403, "not-permitted")
