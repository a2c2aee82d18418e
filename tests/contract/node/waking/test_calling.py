"""Who is told when, from the first call until somebody sees to it; on both engines."""

from __future__ import annotations

from dataclasses import replace

import pytest

from beeldbrug.model.account import Role
from beeldbrug.model.errors import Malformed, Unavailable
from beeldbrug.model.exchange import Direction, State, Urgency
from beeldbrug.model.notice import Cause, Channel, Delivery, Matter
from beeldbrug.model.roster import Roster, Rules, Shift
from beeldbrug.node.usecases.wake import acknowledge, looked, unanswered
from tests.contract.node import given
from tests.contract.node.given import PARCEL, A
from tests.contract.node.waking.conftest import BASE, WAIT, Ward

AWAY = Unavailable("mail-server-away", "The mail server is out of reach.")
BAD = Malformed("mail-address-refused", "No such address.")


@pytest.fixture
def two(ward: Ward) -> Ward:
    """Two on duty, one after the other, both with telephone and mail; the first image of a stat arrival is here."""
    first, second = ward.engage("anna", *ward.posts), ward.engage("bert", *ward.posts)
    ward.roster(first, second)
    ward.arrive()
    ward.wake()
    return ward


def test_at_the_first_image_of_stat_the_first_on_duty_gets_an_sms_that_says_so(two: Ward) -> None:
    two.work()
    (letter,) = two.posts[Channel.SMS].letters
    assert letter.address == "anna@sms"
    assert "Eerste beeld; komt nog binnen." in letter.text and f"{BASE}/uitwisseling/{PARCEL}" in letter.text
    assert not two.posts[Channel.MAIL].letters
    states = {one.channel: one.state for one in two.notices()}
    assert states == {Channel.BROWSER: Delivery.WAITING, Channel.SMS: Delivery.SENT}


def test_unacknowledged_the_next_is_called_and_when_all_were_in_vain_the_last_again_and_both_ends_hear(
    two: Ward,
) -> None:
    two.work(WAIT - 1)
    assert two.reached() == ["anna@sms"]
    two.work(1)
    assert two.reached() == ["anna@sms", "bert@sms"] and two.alerts() == []
    two.work(WAIT)
    assert two.reached() == ["anna@sms", "bert@sms", "bert@sms"]
    assert two.alerts() == ["not-acknowledged"]
    with two.vault.read() as tx:
        assert unanswered(tx, two.row())
        assert any(row.kind == "receipt" for row in tx.work.due(two.now + 1))
    two.work(2 * WAIT)
    assert two.reached()[3:] == ["bert@sms", "bert@sms"]


def test_a_clock_that_stood_wrong_holds_up_nobodys_call(two: Ward) -> None:
    right, two.now = two.now, two.now + 9 * 86400.0
    two.work()
    assert two.reached() == ["anna@sms"]
    two.now = right
    two.work(1)
    assert two.reached() == ["anna@sms", "bert@sms"]


def test_after_an_acknowledgement_there_is_silence_and_no_alert(two: Ward) -> None:
    two.work(2 * WAIT)
    count = len(two.reached())
    with two.vault.write() as tx:
        assert acknowledge(tx, two.row(), "bert", two.now)
        assert not acknowledge(tx, two.row(), "anna", two.now)
    two.wake(Cause.VERIFIED)
    two.work(5 * WAIT)
    assert len(two.reached()) == count and two.alerts() == []
    assert two.waking().acknowledged_by == "bert"
    with two.vault.read() as tx:
        assert [event.actor for _, event in tx.audit.events(A, event="acknowledge")] == ["bert"]
        assert not unanswered(tx, two.row())


@pytest.mark.parametrize(
    ("login", "role", "stops"),
    [
        ("anna", "clinician", True),
        ("carla", "clinician", True),
        ("desk", "image-desk", False),
        ("viewer", "expert", False),
    ],
)
def test_opening_it_acknowledges_when_a_doctor_does_or_whoever_was_told(
    two: Ward, login: str, role: str, stops: bool
) -> None:
    two.work()
    with two.vault.write() as tx:
        looked(tx, two.row(), login, role, two.now)
    assert (two.waking().acknowledged is not None) is stops


def test_a_secretary_who_was_told_acknowledges_by_opening_it(ward: Ward) -> None:
    ward.roster(ward.engage("desk", Channel.SMS, role=Role.IMAGE_DESK))
    ward.arrive()
    ward.wake()
    ward.work()
    with ward.vault.write() as tx:
        looked(tx, ward.row(), "desk", "image-desk", ward.now)
    assert ward.waking().acknowledged_by == "desk"


def test_killed_between_handing_over_and_noting_it_sends_the_same_letter_again_and_loses_none(two: Ward) -> None:
    two.posts[Channel.SMS].killed = True
    with pytest.raises(KeyboardInterrupt):
        two.work()
    two.posts[Channel.SMS].killed = False
    two.work()
    first, second = two.posts[Channel.SMS].letters
    assert first == second
    two.work(WAIT / 2)
    assert len(two.posts[Channel.SMS].letters) == 2


def test_a_repeated_step_makes_no_second_notice(two: Ward) -> None:
    step = two.step("notify")
    step.step(PARCEL)
    before = two.notices()
    step.step(PARCEL)
    assert two.notices() == before
    two.wake()
    two.work()
    assert len(two.notices()) == len(before) == 2


def test_a_way_that_fails_is_tried_again_then_the_next_way_and_it_is_shown(two: Ward) -> None:
    two.posts[Channel.SMS].error = AWAY
    two.work(30)
    (sms,), (mail,) = two.notices(Channel.SMS), two.notices(Channel.MAIL)
    assert (sms.state, sms.code, sms.tries) == (Delivery.FAILED, "mail-server-away", 4)
    assert mail.state is Delivery.SENT and two.reached() == ["anna@mail"]
    assert two.alerts() == []


def test_a_way_that_comes_back_loses_nothing(two: Ward) -> None:
    two.posts[Channel.SMS].error = AWAY
    two.work(3)
    two.posts[Channel.SMS].error = None
    two.work(10)
    assert two.reached() == ["anna@sms"] and two.notices(Channel.MAIL) == []


def test_when_no_way_reaches_somebody_the_next_is_called_at_once_and_it_is_told(two: Ward) -> None:
    two.posts[Channel.SMS].error = two.posts[Channel.MAIL].error = BAD
    two.work()
    assert "notice-not-delivered" in two.alerts()
    assert {one.account for one in two.notices(Channel.BROWSER)} == {"anna-id", "bert-id"}
    assert all(one.state is Delivery.FAILED for one in (*two.notices(Channel.SMS), *two.notices(Channel.MAIL)))
    two.work(WAIT)
    assert "not-acknowledged" in two.alerts()


def test_who_is_reached_in_the_portal_only_holds_up_nobody(ward: Ward) -> None:
    ward.roster(ward.engage("anna"), ward.engage("bert", Channel.MAIL))
    ward.arrive()
    ward.wake()
    ward.work()
    assert ward.reached() == ["bert@mail"]
    assert {one.account for one in ward.notices(Channel.BROWSER)} == {"anna-id", "bert-id"}


def test_routine_is_told_once_to_the_first_by_mail_and_raises_nothing(ward: Ward) -> None:
    ward.roster(ward.engage("anna", *ward.posts), ward.engage("bert", *ward.posts))
    ward.arrive(Urgency.ROUTINE)
    ward.wake(Cause.FIRST_IMAGE)
    ward.work()
    assert ward.notices() == []
    ward.wake(Cause.VERIFIED)
    ward.work(5 * WAIT)
    assert ward.reached() == ["anna@mail"] and ward.alerts() == []
    assert "Beelden compleet" in ward.posts[Channel.MAIL].letters[0].text


def test_what_the_department_does_not_want_is_not_told_but_what_follows_is(ward: Ward) -> None:
    ward.roster(ward.engage("anna", *ward.posts), rules=Rules(first_image=False, wait=WAIT))
    ward.arrive()
    ward.wake(Cause.FIRST_IMAGE)
    ward.work()
    assert ward.notices() == []
    ward.wake(Cause.VERIFIED)
    ward.work()
    assert ward.reached() == ["anna@sms"]


def test_who_is_called_second_reads_that_it_is_complete_by_then(two: Ward) -> None:
    two.work()
    two.wake(Cause.VERIFIED)
    two.work(WAIT)
    first, second = two.posts[Channel.SMS].letters
    assert "Eerste beeld" in first.text and "Beelden compleet" in second.text


@pytest.mark.parametrize("department", ["", "Geriatrie"])
def test_without_a_roster_of_its_own_the_default_department_is_called(ward: Ward, department: str) -> None:
    ward.roster(ward.engage("anna", Channel.SMS))
    ward.default = "Radiologie"
    ward.arrive(department=department)
    ward.wake()
    ward.work()
    assert ward.reached() == ["anna@sms"]
    assert "Voor Radiologie." in ward.posts[Channel.SMS].letters[0].text


def test_nobody_on_duty_is_told_and_goes_when_somebody_comes(ward: Ward) -> None:
    anna = ward.engage("anna", Channel.SMS)
    ward.arrive()
    ward.wake()
    ward.work()
    assert ward.alerts() == ["nobody-on-duty"]
    ward.roster(anna)
    ward.work(60)
    assert ward.reached() == ["anna@sms"] and ward.alerts() == []


def test_at_a_change_of_duty_the_new_one_is_called_before_the_second_level(ward: Ward) -> None:
    anna, bert, carla = (ward.engage(login, Channel.SMS) for login in ("anna", "bert", "carla"))
    # NOW is a Tuesday, 23:13:20 in Amsterdam; at 23:15 bert takes over
    shifts = (
        Shift(1, anna, 1, 0, 23 * 60 + 15),
        Shift(1, bert, 1, 23 * 60 + 15, 0),
        *(Shift(2, carla, day, 0, 0) for day in range(7)),
    )
    with ward.vault.write() as tx:
        tx.rosters.add(Roster("r", A, "Radiologie", Rules(wait=150.0), shifts))
    ward.arrive()
    ward.wake()
    ward.work(160, 10)
    assert ward.reached() == ["anna@sms", "bert@sms"]


def test_who_cannot_sign_in_any_more_is_not_called(two: Ward) -> None:
    with two.vault.write() as tx:
        anna = tx.accounts.get(A, "anna-id")
        assert anna is not None
        tx.accounts.update(replace(anna, disabled=True))
    two.work()
    assert two.reached() == ["bert@sms"]


def test_a_node_that_nobody_signs_in_to_wakes_nobody(ward: Ward) -> None:
    ward.arrive()
    ward.wake()
    with ward.vault.read() as tx:
        assert tx.wakings.of(A, PARCEL) == [] and tx.work.due(ward.now) == []


@pytest.mark.parametrize("state", [State.REFUSED, State.WITHDRAWN, State.EXPIRED])
def test_when_the_exchange_has_gone_the_telephone_stops(two: Ward, state: State) -> None:
    two.work()
    with two.vault.write() as tx:
        tx.exchanges.update(PARCEL, two.now, state=state)
    two.work(3 * WAIT)
    assert two.reached() == ["anna@sms"] and two.waking().outcome == "over" and two.alerts() == []


def test_a_notice_that_was_still_waiting_is_passed_by_once_somebody_looks(two: Ward) -> None:
    two.posts[Channel.SMS].error = AWAY
    two.work(3)
    with two.vault.write() as tx:
        acknowledge(tx, two.row(), "anna", two.now)
    two.posts[Channel.SMS].error = None
    two.work(WAIT)
    assert two.reached() == [] and two.notices(Channel.SMS)[0].state is Delivery.PASSED


def test_a_parked_sending_calls_its_maker_first_then_the_roster_and_again_when_it_is_parked_again(ward: Ward) -> None:
    maker, anna = ward.engage("maker", Channel.SMS), ward.engage("anna", Channel.SMS)
    stated = replace(given.terms(), urgency=Urgency.STAT)
    stated = replace(stated, sender=replace(stated.sender, department="Radiologie"))
    ward.roster(anna)
    with ward.vault.write() as tx:
        tx.exchanges.add(given.exchange(direction=Direction.OUT, state=State.PARKED, terms=stated))
    ward.wake(Cause.PARKED, maker)
    ward.work(WAIT)
    assert ward.reached() == ["maker@sms", "anna@sms"]
    assert "aangehouden" in ward.posts[Channel.SMS].letters[0].text
    with ward.vault.write() as tx:
        tx.exchanges.update(PARCEL, ward.now, state=State.QUEUED)
    ward.work(WAIT)
    assert ward.waking().outcome == "over"
    with ward.vault.write() as tx:
        tx.exchanges.update(PARCEL, ward.now, state=State.PARKED)
    ward.wake(Cause.PARKED, maker)
    ward.work()
    assert ward.reached()[-1] == "maker@sms" and ward.waking().round == 2
    assert ward.waking().matter is Matter.PARKED


def test_an_answer_calls_who_sent_it(ward: Ward) -> None:
    maker = ward.engage("maker", Channel.SMS, language="en")
    stated = replace(given.terms(), urgency=Urgency.STAT)
    with ward.vault.write() as tx:
        tx.exchanges.add(given.exchange(direction=Direction.OUT, state=State.SENDING, terms=stated))
    ward.wake(Cause.ANSWER, maker)
    ward.work()
    assert "There is an answer." in ward.posts[Channel.SMS].letters[0].text


def test_whom_by_which_way_is_on_record_and_what_is_not(two: Ward) -> None:
    two.work()
    with two.vault.read() as tx:
        ((_, event),) = tx.audit.events(A, event="notice")
    assert event.details == {"account": "anna", "channel": "sms", "cause": "first-image", "tries": 1}
    assert event.exchange == PARCEL and event.outcome == "success"


def test_after_its_time_it_is_forgotten_who_was_told(two: Ward) -> None:
    two.work()
    with two.vault.write() as tx:
        acknowledge(tx, two.row(), "anna", two.now)
    step = two.step("notify")
    two.now += 89 * 86400
    step.step("e" * 32)
    assert two.notices()
    two.now += 2 * 86400
    step.step("e" * 32)
    assert two.notices() == []
