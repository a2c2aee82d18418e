"""Who is looking and what they show, at both ends, without any network: two halls and a wire between them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from beeldbrug.model.errors import Unavailable
from beeldbrug.node.ports.live import LiveEntry, Present
from beeldbrug.node.usecases.consult import together as module
from beeldbrug.node.usecases.consult.channel import Channel, tidy_view
from beeldbrug.node.usecases.consult.together import BEAT_SECONDS, GONE_SECONDS, Together, place_of
from beeldbrug.sealed.live import LIVE_BYTES, new_secret

EXCHANGE, A, B = "e" * 32, "00000001", "00000002"
PLACE = place_of(EXCHANGE)
VIEW = b'{"frame":3}'


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Hospital:
    """One web process."""

    ura: str
    peer: str
    secret: bytes
    clock: Clock
    told: list[tuple[str, tuple[Present, ...] | None, str, bytes, frozenset[bytes]]] = field(default_factory=list)
    hall: Together = field(init=False)
    sent: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.hall = Together(lambda *what: self.told.append(what), self.clock)

    def channel(self) -> Channel:
        return Channel(self.secret, EXCHANGE, self.ura, self.peer, self.clock)

    def say(self, page: str = "aaaaaaaa", view: bytes = b"", sharing: bool = False) -> tuple[Present, ...]:
        who = Present(page, f"Arts {self.ura}", "clinician", "Radiologie", True, sharing or bool(view))
        return self.hall.say(PLACE, self.ura.encode() + page.encode(), who, view, self.channel)

    def views(self) -> list[bytes]:
        return [view for _, people, _, view, _ in self.told if people is None]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ends(clock: Clock) -> tuple[Hospital, Hospital]:
    secret = new_secret()
    return Hospital(A, B, secret, clock), Hospital(B, A, secret, clock)


def _carry(clock: Clock, one: Hospital, two: Hospital, rounds: int = 8) -> None:
    for _ in range(rounds):
        clock.now += 0.05
        for by, to in ((one, two), (two, one)):
            for parcel, body in by.hall.due()[0]:
                assert parcel == EXCHANGE and len(body) == LIVE_BYTES
                by.sent.append(body)
                to.hall.take(LiveEntry(parcel, by.ura, body))


def _there(people: tuple[Present, ...]) -> list[str]:
    return [one.name for one in people if not one.here]


def test_both_ends_see_who_looks_and_what_they_show(clock: Clock, ends: tuple[Hospital, Hospital]) -> None:
    a, b = ends
    a.say()
    _carry(clock, a, b)
    b.say()
    _carry(clock, a, b)
    assert _there(a.hall.present(PLACE)) == [f"Arts {B}"]
    assert _there(b.hall.present(PLACE)) == [f"Arts {A}"]
    b.say(view=VIEW)
    _carry(clock, a, b, 2)
    assert a.views() == [VIEW]
    assert b.views() == [VIEW]  # to its own session: another window of the same person


def test_only_the_newest_view_travels_when_it_goes_slowly(clock: Clock, ends: tuple[Hospital, Hospital]) -> None:
    a, b = ends
    a.say()
    b.say()
    _carry(clock, a, b)
    for number in range(50):
        b.say(view=b'{"frame":%d}' % number)
    _carry(clock, a, b, 4)
    assert a.views() == [b'{"frame":49}']


def test_who_comes_in_later_is_shown_what_others_show(clock: Clock, ends: tuple[Hospital, Hospital]) -> None:
    a, b = ends
    a.say(view=VIEW)
    _carry(clock, a, b)
    b.say()
    _carry(clock, a, b)
    assert b.views() == [VIEW]
    b.told.clear()
    a.say(page="cccccccc")
    assert (PLACE, None, "aaaaaaaa", VIEW) in [told[:4] for told in a.told]


def test_who_is_silent_has_gone_at_both_ends(clock: Clock, ends: tuple[Hospital, Hospital]) -> None:
    a, b = ends
    a.say()
    b.say()
    _carry(clock, a, b)
    for _ in range(int(GONE_SECONDS) + 6):
        clock.now += 1.0
        a.say()
        _carry(clock, a, b, 1)
    assert _there(a.hall.present(PLACE)) == []
    assert b.hall.is_empty()


def test_leaving_is_heard_at_once(clock: Clock, ends: tuple[Hospital, Hospital]) -> None:
    a, b = ends
    a.say()
    b.say()
    _carry(clock, a, b)
    b.hall.leave(PLACE, B.encode() + b"aaaaaaaa", "aaaaaaaa")
    _carry(clock, a, b, 2)
    assert _there(a.hall.present(PLACE)) == []
    assert a.told[-1][1] is not None and _there(a.told[-1][1]) == []


def test_what_was_recorded_in_an_earlier_run_says_nothing(clock: Clock, ends: tuple[Hospital, Hospital]) -> None:
    a, b = ends
    a.say()
    b.say(view=VIEW)
    _carry(clock, a, b)
    assert a.views() == [VIEW]
    again = Hospital(A, B, a.secret, clock)
    again.say()
    for body in b.sent:
        again.hall.take(LiveEntry(EXCHANGE, B, body))
    assert again.views() == []
    assert _there(again.hall.present(PLACE)) == []


@pytest.mark.parametrize("sender", ["00000003", A])
def test_a_message_of_anybody_else_is_dropped(clock: Clock, ends: tuple[Hospital, Hospital], sender: str) -> None:
    a, b = ends
    a.say()
    b.say()
    _carry(clock, a, b)
    a.told.clear()
    b.say(view=VIEW)
    for _, body in b.hall.due()[0]:
        a.hall.take(LiveEntry(EXCHANGE, sender, body))
    assert a.told == []


def test_an_end_is_told_to_who_is_there(clock: Clock, ends: tuple[Hospital, Hospital]) -> None:
    a, _ = ends
    a.say()
    a.hall.drop(PLACE)
    assert a.told[-1][:2] == (PLACE, ())
    assert a.hall.is_empty()


def test_the_other_end_hears_of_us_every_few_seconds_and_not_more(
    clock: Clock, ends: tuple[Hospital, Hospital]
) -> None:
    a, b = ends
    a.say()
    _carry(clock, a, b)
    sent = 0
    for _ in range(400):
        clock.now += 0.05
        a.say()
        sent += len(a.hall.due()[0])
    assert 20.0 / BEAT_SECONDS - 1 <= sent <= 20.0 / BEAT_SECONDS + 1


def test_a_place_takes_so_many_pages_and_no_more(
    monkeypatch: pytest.MonkeyPatch, ends: tuple[Hospital, Hospital]
) -> None:
    monkeypatch.setattr(module, "PAGES", 3)
    for number in range(3):
        ends[0].say(page=f"{number:08}")
    with pytest.raises(Unavailable):
        ends[0].say(page="99999999")


def test_names_that_do_not_fit_are_left_out_rather_than_all(clock: Clock, ends: tuple[Hospital, Hospital]) -> None:
    a, b = ends
    b.say()
    for number in range(12):
        who = Present(f"{number:08}", "\u00e9" * 64, "clinician image-desk", "\u00e9" * 64, True, False)
        a.hall.say(PLACE, f"{number}".encode(), who, b"", a.channel)
    _carry(clock, a, b)
    assert 5 <= len(_there(b.hall.present(PLACE))) < 12


@pytest.mark.parametrize(
    "view",
    [b"", b"[]", b"{", b'{"a":' * 9 + b"1" + b"}" * 9, b'{"a":"' + b"x" * 200 + b'"}', b'{"a":1}' + b" " * 2000],
)
def test_a_view_that_is_no_small_plain_object_is_none(view: bytes) -> None:
    assert tidy_view(view) is None


def test_who_shares_and_stops_shows_nothing_to_newcomers(clock: Clock, ends: tuple[Hospital, Hospital]) -> None:
    a, b = ends
    a.say(view=VIEW)
    a.say()
    b.say()
    _carry(clock, a, b)
    assert b.views() == []
    assert replace(a.hall.present(PLACE)[0], sharing=True) != a.hall.present(PLACE)[0]
