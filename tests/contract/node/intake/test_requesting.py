"""An upload request: link and code, tries, limits, what a pass reaches, and its end, on each engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from beeldbrug.model.errors import Denied, Malformed, NotFound, TooLarge, Unavailable
from beeldbrug.model.notice import Channel
from beeldbrug.node.ports.upload_requests import RequestRow
from beeldbrug.node.ports.uploads import UploadRow
from beeldbrug.node.ports.waking import Letter
from beeldbrug.node.stores.sql.database import Vault
from beeldbrug.node.usecases.intake import request as requests
from beeldbrug.node.usecases.intake.request import About, Asking, Made, Requesting, Words
from beeldbrug.node.usecases.waking.contacts import as_address
from tests.contract.node.intake.desk import URA

NOW = 1_000_000.0
DAY = 86400.0
PATIENT = About("Geheimenaar^Jo", "19700201", "", "999990019")


@dataclass
class Post:
    """Keeps letters."""

    letters: list[Letter] = field(default_factory=list)

    def deliver(self, letter: Letter) -> None:
        self.letters.append(letter)


@dataclass
class Asked:
    """Requests at a time of the test's."""

    vault: Vault
    now: float = NOW
    posts: Mapping[Channel, Post] = field(default_factory=lambda: {Channel.MAIL: Post(), Channel.SMS: Post()})

    def __post_init__(self) -> None:
        self.node = Requesting(URA, "Ziekenhuis A", self.vault, self.posts, as_address, lambda: self.now)

    def make(self, **changes: object) -> Made:
        asking = Asking(**{"words": Words("de CT", "Kliniek", "Jo", PATIENT), "days": 7.0, "most": 2, **changes})  # type: ignore[arg-type]  # by name
        return self.node.make("account", "balie", "nl", asking, "https://b.example")

    def events(self) -> list[tuple[str, str]]:
        with self.vault.read() as tx:
            return [(one.event, one.outcome) for _, one in tx.audit.events(URA)]


@pytest.fixture
def asked(vault: Vault) -> Asked:
    """None yet."""
    return Asked(vault)


def token(made: Made) -> str:
    return made.link.partition("#")[2]


def test_link_and_code_open_it_and_neither_is_kept_nor_names_the_patient(asked: Asked) -> None:
    made = asked.make(mail="jo@clinic.example", phone="+31612345678")
    assert made.link.startswith("https://b.example/upload#") and len(token(made)) == 43
    (mail,), (sms,) = asked.posts[Channel.MAIL].letters, asked.posts[Channel.SMS].letters
    assert made.link in mail.text and made.code not in mail.text
    assert made.code in sms.text and "#" not in sms.text
    assert not [one for one in (mail, sms) for word in ("Geheim", "999990019") if word in one.subject + one.text]
    row, holder = asked.node.open(token(made), f"{made.code[:4]} {made.code[4:]}")
    assert asked.node.passed(holder)[0].id == row.id == made.row.id
    with asked.vault.read() as tx:
        kept = tx.upload_requests.get(URA, row.id)
    assert kept is not None and token(made).encode() not in kept.token
    assert asked.events() == [("upload-request-made", "success"), ("upload-request-opened", "success")]


def test_wrong_codes_lock_it_for_a_while_and_at_last_close_it(asked: Asked) -> None:
    made = asked.make()
    wrong = f"{(int(made.code) + 1) % 10**8:08}"
    for _ in range(5):
        with pytest.raises(Denied, match="link-code-wrong"):
            asked.node.open(token(made), wrong)
    with pytest.raises(Unavailable, match="link-locked"):
        asked.node.open(token(made), made.code)
    asked.now += requests.LOCKED_SECONDS + 1
    for at in range(25):
        with pytest.raises(Denied, match="link-code-wrong"):
            asked.node.open(token(made), wrong)
        if at % 5 == 4:
            asked.now += requests.LOCKED_SECONDS + 1
    with pytest.raises(NotFound, match="link-over"):
        asked.node.open(token(made), made.code)
    assert asked.events().count(("upload-request-opened", "code-wrong")) == 30


def test_a_right_code_forgets_the_wrong_ones(asked: Asked) -> None:
    made = asked.make()
    for _ in range(3):
        for _ in range(4):
            with pytest.raises(Denied):
                asked.node.open(token(made), "00")
        asked.node.open(token(made), made.code)


def test_an_unknown_expired_or_closed_link_says_the_same(asked: Asked) -> None:
    made, closed = asked.make(), asked.make()
    _, holder = asked.node.open(token(closed), closed.code)
    asked.node.close("balie", closed.row.id)
    with pytest.raises(Denied, match="link-pass-over"):
        asked.node.passed(holder)
    asked.now += 8 * DAY
    for one, code in ((token(made), made.code), (token(closed), closed.code), ("nothing", "1")):
        with pytest.raises(NotFound, match="link-over"):
            asked.node.open(one, code)
    asked.node.extend("balie", made.row.id, 3.0)
    _, again = asked.node.open(token(made), made.code)
    asked.now += requests.PASS_SECONDS + 1
    with pytest.raises(Denied, match="link-pass-over"):
        asked.node.passed(again)


def test_a_link_takes_as_many_uploads_as_were_allowed(asked: Asked) -> None:
    made = asked.make(most=1)
    asked.node.check_room(made.row, "first")
    _uploaded(asked, made.row)
    asked.node.check_room(made.row, "first")
    with pytest.raises(TooLarge, match="link-full"):
        asked.node.check_room(made.row, "second")


def test_what_is_no_request_is_refused(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    for changes in ({"words": Words("  ")}, {"days": 0.0}, {"days": 61.0}, {"most": 0}, {"most": 51}):
        with pytest.raises(Malformed, match="request-malformed"):
            asked.make(**changes)
    with pytest.raises(Malformed):
        asked.make(mail="no address")
    monkeypatch.setattr(requests, "OPEN_MOST", 1)
    asked.make()
    with pytest.raises(TooLarge, match="requests-open"):
        asked.make()


def test_requests_that_ended_long_ago_are_swept(asked: Asked) -> None:
    made = asked.make()
    asked.node.sweep(NOW + 8 * DAY)
    assert [row.id for row, _ in asked.node.all()] == [made.row.id]
    asked.node.sweep(NOW + 40 * DAY)
    assert asked.node.all() == []


def _uploaded(asked: Asked, row: RequestRow) -> None:
    upload = UploadRow("c" * 32, URA, row.account, "age1", NOW, NOW + DAY, request=row.id, mark="first")
    with asked.vault.write() as tx:
        tx.uploads.add(upload, "AGE-SECRET-KEY-1")
