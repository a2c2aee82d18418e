"""Whatever the desk does in whatever order: no instance gets under a wrong patient, and no original is lost.

A state machine draws deeds of the desk, of the sender and of the hospital (numbers merged), with the worker killed
between its steps and inside them; after each deed the PACS and the RIS in memory are compared with what people decided.
"""

from __future__ import annotations

import itertools
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from beeldbrug.dicom.phantom.patients import HOSPITAL_B
from beeldbrug.model.errors import Conflict, Malformed
from beeldbrug.model.exchange import State, Urgency
from beeldbrug.model.identity import PatientNumber
from beeldbrug.node.policy.rules import ImportRule
from beeldbrug.node.policy.undoing import IMPORT_UNDONE
from beeldbrug.node.ports.own_patients import OwnPatient, Told
from beeldbrug.node.usecases.desk.choose import choose
from beeldbrug.node.usecases.desk.claim import claim
from beeldbrug.node.usecases.desk.refuse import refuse
from beeldbrug.node.usecases.desk.rest import import_rest
from beeldbrug.node.usecases.desk.undo import confirm_removed, undo_import
from beeldbrug.node.usecases.desk.wish import Wish
from tests.contract.node.exchange.faults import Crash, Fault, Faults, plant
from tests.contract.node.exchange.house import A, B, House, at_b, authority, originals, rule_to_b, the_patient
from tests.contract.node.exchange.memory_hub import MemoryHub
from tests.contract.node.exchange.memory_ris import MAKING
from tests.contract.node.exchange.small import dataset, decoded, encoded, new_uid

ANNA = the_patient()
NUMBER = at_b(ANNA).number.value
NUMBERS = ("7001", "7002", "7003")
WITHOUT = ("PR",)
PEOPLE = ("els", "jan")
LATE = 5
"""Refusing ends it all, so it comes after so many instances."""


class Desk(RuleBasedStateMachine):
    """One study that A sends in pieces and B's desk decides about."""

    @initialize(known=st.booleans())
    def begin(self, known: bool) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="desk-"))
        root, hub = authority(), MemoryHub()
        sending = replace(rule_to_b(), urgency=Urgency.ROUTINE)
        self.a = House(A, self.folder / "a", root, hub, (sending,))
        self.b = House(B, self.folder / "b", root, hub, import_rule=ImportRule(B, HOSPITAL_B.name, without=WITHOUT))
        self.b.pacs.known = [at_b(ANNA)] if known else []
        self.b.making = MAKING
        self.b.wire()
        self.uid, self.sent, self.counter = new_uid(), {}, itertools.count(1)
        self.decided = {NUMBER} if known else set()
        """Numbers under which something may stand in the PACS now."""
        self.over = False
        self.faults = Faults()
        plant(self.b, database=self.faults)
        self.supply("CT")
        self.work()

    @rule(modality=st.sampled_from(("CT", "PR")))
    def supply(self, modality: str) -> None:
        """One more instance comes from A; after a refusal nothing of it is kept."""
        number = next(self.counter)
        series = f"{self.uid}.{1 if modality == 'CT' else 2}"
        made = dataset(ANNA, self.uid, series, f"{series}.{number}", number, bytes([number % 251]) * 64)
        made.Modality = modality
        one = encoded(made)
        self.sent[one[1]] = one[3]
        self.a.receive([one])

    @rule()
    def work(self) -> None:
        """Both nodes do all that is due."""
        for _ in range(4):
            self.a.run()
            try:
                self.b.run()
            except Crash:
                self.b.wire()

    @rule(at=st.integers(1, 6), fault=st.sampled_from((Fault.KILLED_BEFORE, Fault.KILLED_AFTER)), more=st.booleans())
    def die(self, at: int, fault: Fault, more: bool) -> None:
        """The worker of B is killed in the middle of a step, before or after one of its transactions took effect."""
        if more:
            self.supply("CT")
        self.faults.plan(at, fault)
        self.work()
        self.faults.plan(0, fault)

    @rule()
    def kill(self) -> None:
        """The worker of B ends, and starts with nothing in memory; an hour goes by."""
        self.b.wire()
        self.b.clock.ahead += 3600

    @rule(answers=st.booleans())
    def trouble(self, answers: bool) -> None:
        """The PACS refuses everything for a while, or takes it again."""
        self.b.pacs.status = 0 if answers else 0xC000

    @rule(code=st.sampled_from(("AA", "AR")), lost=st.booleans())
    def ris(self, code: str, lost: bool) -> None:
        """The RIS refuses for a while, or its answers get lost, or all is well."""
        self.b.ris.code, self.b.ris.lost = code, lost

    @precondition(lambda self: not self.over)
    @rule(who=st.sampled_from(PEOPLE), again=st.booleans())
    def decide_about_the_order(self, who: str, again: bool) -> None:
        """Ask again, or go on without one."""
        wish = Wish() if again else Wish(ordered=True)
        self.deed(lambda: choose(self.b.database, B, self.id, None, who, self.b.clock.now(), wish=wish))

    @precondition(lambda self: self.b.pacs.status == 0)
    @rule(who=st.sampled_from(PEOPLE), take_over=st.booleans())
    def claim_it(self, who: str, take_over: bool) -> None:
        self.deed(lambda: claim(self.b.database, B, self.id, who, self.b.clock.now(), take_over))

    @precondition(lambda self: not self.over)
    @rule(who=st.sampled_from(PEOPLE), number=st.sampled_from((None, *NUMBERS)), pr=st.booleans())
    def choose_it(self, who: str, number: str | None, pr: bool) -> None:
        wish = Wish(series=frozenset({f"{self.uid}.1", *([f"{self.uid}.2"] if pr else [])}))
        chosen = PatientNumber(number) if number is not None else None
        if (
            self.deed(lambda: choose(self.b.database, B, self.id, chosen, who, self.b.clock.now(), wish=wish))
            and number
        ):
            with self.b.database.read() as tx:
                self.decided = {tx.own_patients.standing(B, number)}
            self.work()

    @rule(old=st.sampled_from(NUMBERS), new=st.sampled_from(NUMBERS))
    def merge(self, old: str, new: str) -> None:
        """The hospital says that a number became another (A40)."""
        at = self.b.clock.now()
        with self.b.database.write() as tx:
            tx.own_patients.put(B, [OwnPatient(new, "", at_b(ANNA).name, ANNA.birth_date, "", Told.HL7, at)])
            if old != new:
                tx.own_patients.merge(B, old, new, Told.HL7, at)

    @precondition(lambda self: self.b.exchange().state is State.IMPORTED)
    @rule(who=st.sampled_from(PEOPLE))
    def rest(self, who: str) -> None:
        series = [f"{self.uid}.1", f"{self.uid}.2"]
        self.deed(lambda: import_rest(self.b.database, B, self.id, series, WITHOUT, who, self.b.clock.now()))

    @precondition(lambda self: self.b.exchange().state is State.IMPORTED)
    @rule(who=st.sampled_from(PEOPLE))
    def undo(self, who: str) -> None:
        self.deed(lambda: undo_import(self.b.database, B, self.id, "wrong-patient", 7, who, self.b.clock.now()))

    @precondition(lambda self: self.b.exchange().reason_code == IMPORT_UNDONE.code)
    @rule(who=st.sampled_from(PEOPLE))
    def remove(self, who: str) -> None:
        """Somebody takes it out of the PACS and says so."""
        if self.deed(lambda: confirm_removed(self.b.database, B, self.id, who, self.b.clock.now())):
            self.b.pacs.taken.clear()
            self.decided = set()

    @precondition(lambda self: len(self.sent) >= LATE)
    @rule(who=st.sampled_from(PEOPLE))
    def refuse_it(self, who: str) -> None:
        b = self.b
        self.over |= self.deed(lambda: refuse(b.database, b.store, B, self.id, "not-needed", who, b.clock.now()))

    @property
    def id(self) -> str:
        return self.b.exchange().id

    def deed(self, do: object) -> bool:
        """Do it, unless the desk says that it cannot be done now."""
        try:
            do()  # type: ignore[operator]  # a deed without arguments
        except (Conflict, Malformed):
            return False
        return True

    @invariant()
    def nothing_is_under_a_number_that_nobody_decided(self) -> None:
        for uid, contents in self.b.pacs.taken.items():
            assert len(set(contents)) == 1, "a repeat is the same bytes"
            made = decoded(contents[-1])
            assert made.PatientID in self.decided
            assert made.PixelData == decoded(self.sent[uid]).PixelData
            assert made.OriginalAttributesSequence

    @invariant()
    def the_study_bears_the_number_of_one_order_which_stands(self) -> None:
        found = {decoded(contents[-1]).AccessionNumber for contents in self.b.pacs.taken.values()}
        assert len(found) <= 1
        if self.b.exchange().reason_code != IMPORT_UNDONE.code:
            assert {one for one in found if one} <= set(self.b.ris.standing())

    @invariant()
    def a_message_is_never_sent_in_two_forms(self) -> None:
        by_id: dict[bytes, set[bytes]] = {}
        for content in self.b.ris.received:
            by_id.setdefault(content.split(b"|")[9], set()).add(content)
        assert all(len(contents) == 1 for contents in by_id.values())

    @invariant()
    def no_original_is_lost(self) -> None:
        state = self.b.exchange().state
        if self.over or state in (State.ARRIVING, State.REFUSED):
            return
        kept = originals(self.b, self.id)
        assert kept
        for uid, contents in kept.items():
            assert contents == [self.sent[uid]]

    def teardown(self) -> None:
        self.a.close()
        self.b.close()
        shutil.rmtree(self.folder, ignore_errors=True)


Desk.TestCase.settings = settings(
    max_examples=9,
    stateful_step_count=18,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.generate,),  # a sequence that is not made shorter is readable enough, and found in seconds
    suppress_health_check=list(HealthCheck),
)
TestDesk = Desk.TestCase
