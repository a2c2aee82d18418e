"""A shared view: for its host and whom it is for, as long as both may see the study; on record."""

from __future__ import annotations

import pytest

from beeldbrug.model.account import Role
from beeldbrug.model.errors import NotFound
from beeldbrug.node.usecases.consult.share import SHARE_SECONDS, Sharing
from beeldbrug.node.usecases.view.subject import Kind, Name
from tests.contract.node.given import NOW, PARCEL, A
from tests.unit.node.usecases.consult.conftest import Ward

STUDY = Name(Kind.EXCHANGE, PARCEL)


class Clock:
    at = NOW

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sharing(ward: Ward, clock: Clock) -> Sharing:
    ward.add()
    return Sharing(ward.vault, A, clock)


def test_a_colleague_who_was_asked_comes_in_and_nobody_else(ward: Ward, sharing: Sharing) -> None:
    host, guest, other = (ward.session(login) for login in ("johanna", "piet", "sanne"))
    made = sharing.begin(host, STUDY, guest.account.id)
    assert len(made.row.id) == 32
    assert sharing.enter(guest, made.row.id).host == host.account
    assert sharing.enter(host, made.row.id).row == made.row
    with pytest.raises(NotFound):
        sharing.enter(other, made.row.id)
    assert ward.events() == ["share-opened", "share-joined"]
    assert [one.row.id for one in sharing.mine(guest)] == [made.row.id]
    assert sharing.mine(other) == []


def test_without_a_guest_whoever_has_the_link_and_may_see_the_study_comes_in(ward: Ward, sharing: Sharing) -> None:
    made = sharing.begin(ward.session(), STUDY, "")
    assert sharing.enter(ward.session("piet"), made.row.id).row == made.row
    with pytest.raises(NotFound):
        sharing.enter(ward.session("sanne", studies=("9.9.9",)), made.row.id)


def test_joining_again_is_on_record_once(ward: Ward, sharing: Sharing) -> None:
    made = sharing.begin(ward.session(), STUDY, "")
    for _ in range(3):
        sharing.enter(ward.session("piet"), made.row.id)
    assert ward.events().count("share-joined") == 1


def test_it_ends_by_its_host_or_by_time(ward: Ward, sharing: Sharing, clock: Clock) -> None:
    host, guest = ward.session(), ward.session("piet")
    first, second = (sharing.begin(host, STUDY, guest.account.id).row.id for _ in range(2))
    with pytest.raises(NotFound):
        sharing.end(guest, first)
    sharing.end(host, first)
    clock.at += SHARE_SECONDS - 1
    assert sharing.enter(guest, second)
    clock.at += 1
    for share in (first, second):
        with pytest.raises(NotFound):
            sharing.enter(guest, share)


def test_it_does_not_outlive_the_study(ward: Ward, clock: Clock) -> None:
    ward.add(expires=NOW + 60)
    made = Sharing(ward.vault, A, clock).begin(ward.session(), STUDY, "")
    assert made.row.expires == NOW + 60


def test_who_may_not_see_studies_is_no_colleague_to_ask(ward: Ward, sharing: Sharing) -> None:
    host, desk = ward.session(), ward.session("beheer", Role.ADMINISTRATOR)
    colleague = ward.session("piet")
    assert [one.login for one in sharing.colleagues(host)] == [colleague.account.login]
    for guest in (desk.account.id, "0" * 32):
        with pytest.raises(NotFound) as caught:
            sharing.begin(host, STUDY, guest)
        assert caught.value.code == "colleague-unknown"
    with pytest.raises(NotFound):
        sharing.begin(host, Name(Kind.EXCHANGE, "0" * 32), "")
    assert ward.events() == []
