"""What the PACS says of keeping what was imported: asked once it is fixed, believed once, sent once more, told then."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import pytest

from beeldbrug.model.errors import NotFound, Unavailable, Unsupported
from beeldbrug.model.exchange import State, Urgency
from beeldbrug.node.policy.keeping import Keeping
from beeldbrug.node.ports.committing import CommitReport, CommitState
from beeldbrug.node.ports.records import ExchangeRow
from beeldbrug.node.usecases.desk.undo import undo_import
from beeldbrug.node.usecases.empty import empty_over
from beeldbrug.node.usecases.imports.commit import TRIES, CommitStep, take_report
from tests.contract.node.exchange.house import B, House, alerts, events, rule_to_b, run_both, the_patient
from tests.contract.node.exchange.small import study


@dataclass
class Keeper:
    """A PACS that is asked to keep: answers by ``answer``, on the same association or not at all."""

    house: House
    answer: Callable[[str, list[str]], CommitReport | None] = lambda uid, uids: None
    asked: list[tuple[str, list[str]]] = field(default_factory=list)

    def request_commitment(
        self, transaction_uid: str, references: Sequence[tuple[str, str]], wait: float
    ) -> CommitReport | None:
        uids = [uid for _, uid in references]
        with self.house.database.read() as tx:
            assert tx.commitments.get(B, transaction_uid) is not None, "fixed before it is asked"
        self.asked.append((transaction_uid, uids))
        return self.answer(transaction_uid, uids)


def everything(uid: str, uids: list[str]) -> CommitReport:
    return CommitReport(uid, frozenset(uids))


@pytest.fixture
def b(houses: tuple[House, House]) -> House:
    a, b = houses
    a.rules = (replace(rule_to_b(), urgency=Urgency.ROUTINE),)
    a.receive(study(the_patient(), 3))
    run_both(a, b)
    assert b.exchange().state is State.IMPORTED
    return b


def step_of(b: House, pacs: Keeper, required: bool = False, accepts: bool = True) -> CommitStep:
    def send_again(exchange: ExchangeRow) -> None:
        with b.database.write() as tx:
            for instance in tx.imports.waiting(exchange.id) if accepts else ():
                tx.imports.answered(exchange.id, instance, 0, "", b.clock.now())
                tx.exchanges.bump(exchange.id, b.clock.now(), imported=1)

    return CommitStep(B, b.database, pacs, send_again, required, b.clock.now, wait=60.0)


def states(b: House) -> list[CommitState]:
    with b.database.read() as tx:
        return [one.state for one in tx.commitments.of(B, b.exchange().id, 0.0)]


def test_what_the_pacs_keeps_is_committed_and_asked_no_more(b: House) -> None:
    pacs = Keeper(b, everything)
    step = step_of(b, pacs)
    assert step.step(b.exchange().id) == 0.0
    assert step.step(b.exchange().id) is None
    assert (states(b), len(pacs.asked), len(pacs.asked[0][1])) == ([CommitState.COMMITTED], 1, 3)
    assert "committed" in events(b) and not alerts(b)


def test_a_report_on_another_association_counts_whenever_it_comes_and_once(b: House) -> None:
    pacs = Keeper(b)
    step = step_of(b, pacs)
    assert step.step(b.exchange().id) == 60.0
    assert 0 < (step.step(b.exchange().id) or 0) <= 60.0
    ((uid, uids),) = pacs.asked
    for _ in range(2):
        take_report(b.database, B, CommitReport(uid, frozenset(uids)), b.clock.now())
    assert states(b) == [CommitState.COMMITTED]
    assert events(b).count("committed") == 1
    with pytest.raises(NotFound, match="commitment-unknown"):
        take_report(b.database, B, CommitReport("2.25.1", frozenset(uids)), b.clock.now())
    with pytest.raises(NotFound, match="commitment-unknown"):
        take_report(b.database, "00000009", CommitReport(uid, frozenset(uids)), b.clock.now())


def test_what_is_not_kept_is_sent_once_more_and_then_a_human_is_told(b: House) -> None:
    def never(uid: str, uids: list[str]) -> CommitReport:
        return CommitReport(uid, frozenset(uids[:-1]), {uids[-1]: 0x0112})

    pacs = Keeper(b, never)
    step, id_ = step_of(b, pacs), b.exchange().id
    step.step(id_)
    assert (b.exchange().imported, alerts(b)) == (2, [])
    step.step(id_)
    assert (states(b), b.exchange().imported) == ([CommitState.INCOMPLETE] * 2, 2)
    assert alerts(b) == ["pacs-not-committed"]
    assert step.step(id_) is None and len(pacs.asked) == 2


def test_what_is_kept_the_second_time_is_committed(b: House) -> None:
    def later(uid: str, uids: list[str]) -> CommitReport:
        return CommitReport(uid, frozenset(uids if len(pacs.asked) > 1 else uids[:-1]))

    pacs = Keeper(b, later)
    step, id_ = step_of(b, pacs), b.exchange().id
    step.step(id_)
    step.step(id_)
    assert states(b) == [CommitState.INCOMPLETE, CommitState.COMMITTED]
    assert (b.exchange().imported, alerts(b)) == (3, [])


def test_what_the_pacs_refuses_the_second_time_is_told(b: House) -> None:
    pacs = Keeper(b, lambda uid, uids: CommitReport(uid, frozenset()))
    step, id_ = step_of(b, pacs, accepts=False), b.exchange().id
    step.step(id_)
    step.step(id_)
    assert alerts(b) == ["pacs-not-committed"]
    assert step.step(id_) is None


@pytest.mark.parametrize("required", [False, True])
def test_a_pacs_that_cannot_is_asked_once_and_told_of_where_it_is_required(b: House, required: bool) -> None:
    def cannot(uid: str, uids: list[str]) -> None:
        raise Unsupported("pacs-no-commitment", "No.")

    pacs = Keeper(b, cannot)
    step, id_ = step_of(b, pacs, required), b.exchange().id
    assert step.step(id_) is None and step.step(id_) is None
    assert (states(b), len(pacs.asked)) == ([CommitState.UNSUPPORTED], 1)
    assert alerts(b) == (["pacs-no-commitment"] if required else [])


def test_a_pacs_that_says_nothing_is_asked_anew_each_time_under_another_uid_and_then_let_be(b: House) -> None:
    pacs = Keeper(b)
    step, id_ = step_of(b, pacs, required=True), b.exchange().id
    for _ in range(TRIES):
        assert step.step(id_) == 60.0
        b.clock.ahead += 61
    assert step.step(id_) is None and step.step(id_) is None
    assert len({uid for uid, _ in pacs.asked}) == TRIES
    assert alerts(b) == ["pacs-commitment-silent"]
    uid, uids = pacs.asked[-1]
    take_report(b.database, B, CommitReport(uid, frozenset(uids)), b.clock.now())
    assert (states(b)[-1], alerts(b)) == (CommitState.COMMITTED, [])


def test_a_pacs_that_is_away_is_asked_again_under_the_same_uid(b: House) -> None:
    def away(uid: str, uids: list[str]) -> None:
        raise Unavailable("peer-unreachable", "Away.")

    pacs = Keeper(b, away)
    step, id_ = step_of(b, pacs), b.exchange().id
    for _ in range(3):
        with pytest.raises(Unavailable):
            step.step(id_)
    assert len({uid for uid, _ in pacs.asked}) == 1
    assert states(b) == [CommitState.ASKING]


def test_a_report_about_an_import_that_was_undone_changes_nothing(b: House) -> None:
    pacs = Keeper(b)
    step = step_of(b, pacs)
    step.step(b.exchange().id)
    undo_import(b.database, B, b.exchange().id, "wrong-patient", 7, "els", b.clock.now())
    ((uid, _),) = pacs.asked
    take_report(b.database, B, CommitReport(uid, frozenset()), b.clock.now())
    assert states(b) == [CommitState.WAITING]
    assert step.step(b.exchange().id) is None
    assert alerts(b) == ["import-undone"]


def test_where_it_is_required_nothing_goes_early_that_is_not_committed(b: House) -> None:
    keeping = Keeping(imported_days=1.0, committed=True)
    later = b.clock.now() + 3 * 86400
    assert empty_over(b.database, B, keeping, later) == 0
    step = step_of(b, Keeper(b, everything))
    step.step(b.exchange().id)
    assert empty_over(b.database, B, keeping, b.clock.now() + 3 * 86400) == 1
