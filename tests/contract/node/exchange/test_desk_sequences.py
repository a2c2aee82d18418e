"""Whatever the desk does in whatever order: no instance gets under a wrong patient, and no original is lost.

State machines draw deeds of the desk, of the sender and of the hospital (numbers merged, emergency patients named),
with the worker killed between its steps and inside them; after each deed the PACS and the RIS in memory are compared
with what people decided.
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
from beeldbrug.node.ports.own_patients import OwnPatient, Rekeyed, Said, Told
from beeldbrug.node.ports.records import ExchangeRow
from beeldbrug.node.ports.rekeying import MOVING, UNKNOWN, Rekeying, RekeyState
from beeldbrug.node.usecases.desk.choose import choose
from beeldbrug.node.usecases.desk.claim import claim
from beeldbrug.node.usecases.desk.refuse import refuse
from beeldbrug.node.usecases.desk.rest import import_rest
from beeldbrug.node.usecases.desk.undo import confirm_removed, undo_import
from beeldbrug.node.usecases.desk.wish import Wish
from beeldbrug.node.usecases.patients.take import TakePatients
from beeldbrug.node.usecases.rekey.decide import confirm_moved, rekey, take_back
from tests.contract.node.exchange.faults import Crash, Fault, Faults, plant
from tests.contract.node.exchange.house import A, B, House, alerts, at_b, authority, originals, rule_to_b, the_patient
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


class EmergencyDesk(RuleBasedStateMachine):
    """A stat study of somebody whom B does not know: the RIS and the desk say whose it is, and take that back; the PACS
    follows, late or never."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="emergency-"))
        root, hub = authority(), MemoryHub()
        self.a = House(A, self.folder / "a", root, hub, (rule_to_b(),))
        own = ImportRule(B, HOSPITAL_B.name, emergency_issuer="SPOED-B")
        self.b = House(B, self.folder / "b", root, hub, import_rule=own)
        self.b.wire()
        self.uid, self.sent, self.counter = new_uid(), {}, itertools.count(1)
        self.faults = Faults()
        plant(self.b, database=self.faults)
        self.supply()
        self.work()
        self.id = self.b.exchange().id
        """The arrival that all is about; what A sends after it has ended there is another, and nobody decides of it."""
        self.emergency = self.row().number.partition("^")[0]

    @rule()
    def supply(self) -> None:
        """One more instance comes from A."""
        number = next(self.counter)
        series = f"{self.uid}.1"
        one = encoded(dataset(ANNA, self.uid, series, f"{series}.{number}", number, bytes([number % 251]) * 64))
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

    @rule(at=st.integers(1, 8), fault=st.sampled_from((Fault.KILLED_BEFORE, Fault.KILLED_AFTER)), more=st.booleans())
    def die(self, at: int, fault: Fault, more: bool) -> None:
        """The worker of B is killed in the middle of a step, before or after one of its transactions took effect."""
        if more:
            self.supply()
        self.faults.plan(at, fault)
        self.work()
        self.faults.plan(0, fault)

    @rule(seconds=st.sampled_from((5, 60, 700)))
    def kill(self, seconds: int) -> None:
        """The worker of B ends, and starts with nothing in memory; time goes by."""
        self.b.wire()
        for house in (self.a, self.b):
            house.clock.ahead += seconds
        self.work()

    @rule(answers=st.booleans())
    def trouble(self, answers: bool) -> None:
        """The PACS refuses everything for a while, or takes it again."""
        self.b.pacs.status = 0 if answers else 0xC000

    @rule(into=st.sampled_from(NUMBERS), follows=st.booleans(), ago=st.sampled_from((0.0, 0.0, 500.0)))
    def name(self, into: str, follows: bool, ago: float) -> None:
        """The RIS says who it is (A40), to us, and to a PACS that follows or does not; the message may be old."""
        at = self.b.clock.now() - ago
        TakePatients(self.b.database, B, self.b.clock.now).take([Said(into, at), Rekeyed(self.emergency, into, at)])
        if follows and not self.b.pacs.moved:
            self.follow(into)

    @rule(into=st.sampled_from(NUMBERS))
    def follow(self, into: str) -> None:
        """The PACS moves what it has from the emergency number, by the RIS's word or by hand."""
        if not self.b.pacs.moved:
            self.b.pacs.moved[self.emergency] = into

    @rule(who=st.sampled_from(PEOPLE), number=st.sampled_from(NUMBERS))
    def say_whose(self, who: str, number: str) -> None:
        b = self.b
        self.deed(lambda: rekey(b.database, B, self.id, PatientNumber(number), who, b.clock.now(), b.rekey_wait))

    @rule(who=st.sampled_from(PEOPLE))
    def take_it_back(self, who: str) -> None:
        self.deed(lambda: take_back(self.b.database, B, self.id, who, self.b.clock.now()))

    @precondition(lambda self: self.under() == {self.row().into})
    @rule(who=st.sampled_from(PEOPLE))
    def confirm_it(self, who: str) -> None:
        """Whoever looks in the PACS tells the truth."""
        self.deed(lambda: confirm_moved(self.b.database, B, self.id, who, self.b.clock.now()))

    @rule(who=st.sampled_from(PEOPLE), take_over=st.booleans())
    def claim_it(self, who: str, take_over: bool) -> None:
        self.deed(lambda: claim(self.b.database, B, self.id, who, self.b.clock.now(), take_over))

    @rule(who=st.sampled_from(PEOPLE), number=st.sampled_from((None, *NUMBERS)))
    def choose_it(self, who: str, number: str | None) -> None:
        chosen = PatientNumber(number) if number is not None else None
        self.deed(lambda: choose(self.b.database, B, self.id, chosen, who, self.b.clock.now()))

    @rule(who=st.sampled_from(PEOPLE))
    def undo(self, who: str) -> None:
        self.deed(lambda: undo_import(self.b.database, B, self.id, "wrong-patient", 7, who, self.b.clock.now()))

    @precondition(lambda self: self.exchange().reason_code == IMPORT_UNDONE.code)
    @rule(who=st.sampled_from(PEOPLE))
    def remove(self, who: str) -> None:
        """Somebody takes it out of the PACS, whatever number it stands under there, and says so."""
        taken = dict(self.b.pacs.taken)
        self.b.pacs.taken.clear()
        if not self.deed(lambda: confirm_removed(self.b.database, B, self.id, who, self.b.clock.now())):
            self.b.pacs.taken.update(taken)

    def exchange(self) -> ExchangeRow:
        with self.b.database.read() as tx:
            found = tx.exchanges.get(B, self.id)
        assert found is not None
        return found

    def row(self) -> Rekeying:
        with self.b.database.read() as tx:
            found = tx.rekeyings.get(B, self.id)
        assert found is not None
        return found

    def under(self) -> set[str]:
        """Numbers under which the PACS has it now."""
        pacs = self.b.pacs
        return {pacs.now_under(str(decoded(contents[-1]).PatientID)) for contents in pacs.taken.values()}

    def deed(self, do: object) -> bool:
        """Do it, unless the desk says that it cannot be done now."""
        try:
            do()  # type: ignore[operator]  # a deed without arguments
        except (Conflict, Malformed):
            return False
        return True

    @invariant()
    def the_pacs_never_has_it_under_two_numbers(self) -> None:
        assert len(self.under()) <= 1

    @invariant()
    def it_stands_where_the_node_says_or_that_is_being_seen_to(self) -> None:
        """What is imported and at rest bears one number here, in what is fixed for the PACS, and in the PACS."""
        exchange, row = self.exchange(), self.row()
        if exchange.state is not State.IMPORTED or row.state in MOVING:
            return
        with self.b.database.read() as tx:
            fixed = [one for one in tx.imports.all(exchange.id) if one.header]
        here = exchange.local_number.partition("^")[0]
        assert {str(decoded(one.header).PatientID) for one in fixed} == {here}
        if row.state is RekeyState.DONE:
            assert self.under() <= {here}
        elif row.state in UNKNOWN:
            assert here == self.emergency

    @invariant()
    def a_repeat_is_the_same_bytes_and_pixels_are_the_senders(self) -> None:
        for uid, contents in self.b.pacs.taken.items():
            assert all(decoded(one).PixelData == decoded(self.sent[uid]).PixelData for one in contents)
            assert decoded(contents[-1]).OriginalAttributesSequence
            by_number: dict[str, set[bytes]] = {}
            for one in contents:
                by_number.setdefault(str(decoded(one).PatientID), set()).add(one)
            assert all(len(some) == 1 for some in by_number.values())

    @invariant()
    def an_emergency_import_never_goes_out_of_sight(self) -> None:
        if self.exchange().state is State.IMPORTED and self.row().state in UNKNOWN:
            codes = alerts(self.b)
            assert "emergency-number" in codes or "emergency-question" in codes

    @invariant()
    def no_original_is_lost(self) -> None:
        if self.exchange().state is State.ARRIVING:
            return
        for uid, contents in originals(self.b, self.id).items():
            assert contents == [self.sent[uid]]

    def teardown(self) -> None:
        self.a.close()
        self.b.close()
        shutil.rmtree(self.folder, ignore_errors=True)


EmergencyDesk.TestCase.settings = settings(
    max_examples=10,
    stateful_step_count=22,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
TestEmergencyDesk = EmergencyDesk.TestCase

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
