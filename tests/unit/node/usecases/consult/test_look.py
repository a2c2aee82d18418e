"""Who may come into a live view, and what of it is on record."""

from __future__ import annotations

from typing import Any

import pytest

from beeldbrug.model.errors import NotFound
from beeldbrug.model.exchange import Direction, State
from beeldbrug.node.usecases.consult.look import Look, is_open, person
from tests.contract.node.given import NOW, PARCEL, A
from tests.unit.node.usecases.consult.conftest import Ward


@pytest.fixture
def look(ward: Ward) -> Look:
    return Look(ward.vault, A, lambda: NOW, lambda: 0.0)


@pytest.mark.parametrize(
    ("changes", "open_"),
    [
        ({}, True),
        ({"state": State.ARRIVING}, True),
        ({"state": State.REFUSED}, False),
        ({"expires": NOW - 1}, False),
        ({"direction": Direction.OUT, "state": State.SENDING}, True),
        ({"direction": Direction.OUT, "state": State.WITHDRAWN}, False),
        ({"direction": Direction.OUT, "state": State.EXPIRED}, False),
        ({"direction": Direction.OUT, "state": State.REFUSED}, False),
    ],
)
def test_what_may_be_opened_may_be_looked_at_together(
    ward: Ward, look: Look, changes: dict[str, Any], open_: bool
) -> None:
    ward.add(**changes)
    exchange, found = look.enter(ward.session(), PARCEL)
    assert (exchange.id, found, is_open(exchange, NOW)) == (PARCEL, open_, open_)


def test_what_is_outside_a_session_is_not_there(ward: Ward, look: Look) -> None:
    ward.add()
    for session, id in (
        (ward.session(studies=("9.9.9",)), PARCEL),
        (ward.session(exchanges=("0" * 32,)), PARCEL),
        (ward.session(), "0" * 32),
    ):
        with pytest.raises(NotFound):
            look.enter(session, id)


def test_there_is_a_channel_as_long_as_its_secret_is(ward: Ward, look: Look) -> None:
    ward.add()
    assert look.channel(ward.row()) is None
    with ward.vault.write() as tx:
        tx.live_secrets.put(A, PARCEL, b"2" * 32)
    channel = look.channel(ward.row())
    assert channel is not None
    assert channel.peer == ward.row().peer


def test_sharing_is_on_record_once_for_each_session(ward: Ward, look: Look) -> None:
    ward.add()
    for login in ("johanna", "johanna", "piet"):
        look.shared(ward.session(login), ward.row())
    assert ward.events() == ["share-view", "share-view"]


def test_somebody_is_known_by_name_roles_department_and_phone(ward: Ward) -> None:
    who = person(ward.session(), "page", sharing=True)
    assert (who.key, who.name, who.role, who.department) == ("page", "Johanna", "clinician", "Radiologie")
    assert (who.here, who.sharing) == (True, True)
