"""Who is an organisation, and what it publishes: certified keys, sequences that only grow, heads that stay."""

from __future__ import annotations

from dataclasses import replace

import pytest

from beeldbrug.hub.ports.hub import Hub
from beeldbrug.hub.usecases.authenticate import CALLER_SECONDS, Authenticator
from beeldbrug.hub.usecases.deposit_head import deposit_head, list_heads
from beeldbrug.hub.usecases.enrol import enrol, enrol_self, expel
from beeldbrug.hub.usecases.look_up import look_up, look_up_all, revision
from beeldbrug.hub.usecases.publish import publish_directory, publish_statement
from beeldbrug.kit.clock import ManualClock
from beeldbrug.model.errors import BeeldbrugError
from tests.unit.hub.hospital import Authority, Hospital

DAY = 86400.0


def code_of(work: object, *args: object) -> str:
    with pytest.raises(BeeldbrugError) as caught:
        work(*args)  # type: ignore[operator]  # any use case
    return caught.value.code


def test_a_token_of_the_certified_key_is_the_organisation(hub: Hub, sender: Hospital) -> None:
    door = Authenticator(hub)
    token = sender.token(hub.clock.now())
    assert door.known(token) is None
    assert door.verify(token).ura == sender.ura
    assert door.known(token) is not None


def test_every_other_token_is_refused(
    hub: Hub, sender: Hospital, receiver: Hospital, authority: Authority, clock: ManualClock
) -> None:
    door, now = Authenticator(hub), clock.now()
    forged = replace(receiver, ura=sender.ura).token(now)
    unknown = authority.hospital("00000009").token(now)
    assert code_of(door.verify, forged) == "access-signature-invalid"
    assert code_of(door.verify, unknown) == "access-unknown-organisation"
    assert code_of(door.verify, sender.token(now, hub="another.hub")) == "access-other-hub"
    assert code_of(door.verify, sender.token(now - 400.0)) == "access-expired"
    assert code_of(door.verify, sender.token(now + 400.0)) == "access-not-yet"
    assert code_of(door.verify, "nonsense") == "access-jws-malformed"
    token = sender.token(now)
    door.verify(token)
    clock.advance(CALLER_SECONDS + 1)
    assert door.known(token) is None
    clock.advance(31 * DAY)
    assert code_of(door.verify, sender.token(clock.now())) == "access-certificate-expired"


def test_only_chains_to_a_pinned_root_are_enrolled(hub: Hub, authority: Authority, clock: ManualClock) -> None:
    stranger = Authority(clock.now()).hospital("00000005")
    assert code_of(enrol, hub, stranger.chain) == "chain-not-pinned"
    assert enrol(hub, authority.hospital("00000005").chain).fresh


def test_an_organisation_enrols_itself_only_where_that_is_allowed(hub: Hub, authority: Authority) -> None:
    hospital, now = authority.hospital("00000005"), hub.clock.now()
    assert code_of(enrol_self, hub, "00000005", hospital.chain, hospital.token(now)) == "enrolment-closed"
    open_hub = replace(hub, open_enrolment=True)
    assert code_of(enrol_self, open_hub, "00000006", hospital.chain, hospital.token(now)) == "ura-differs"
    other = authority.hospital("00000005")
    assert code_of(enrol_self, open_hub, "00000005", hospital.chain, other.token(now)) == "access-signature-invalid"
    assert enrol_self(open_hub, "00000005", hospital.chain, hospital.token(now)).fresh
    assert not enrol_self(hub, "00000005", hospital.chain, hospital.token(now)).fresh


def test_an_older_certificate_never_comes_back(
    hub: Hub, authority: Authority, sender: Hospital, clock: ManualClock
) -> None:
    clock.advance(DAY)
    renewed = authority.hospital(sender.ura, now=clock.now())
    publish_statement(hub, sender.caller, sender.statement(5, clock.now()))
    assert enrol(hub, renewed.chain).fresh
    assert code_of(enrol, hub, sender.chain) == "certificate-older"
    assert look_up(hub, sender.ura).statement is None
    assert code_of(publish_statement, hub, renewed.caller, renewed.statement(4, clock.now())) == "sequence-older"
    assert publish_statement(hub, renewed.caller, renewed.statement(6, clock.now()))


def test_whom_the_operator_expels_is_out_until_he_enrols_it_again(
    hub: Hub, sender: Hospital, receiver: Hospital
) -> None:
    expel(hub, sender.ura)
    assert code_of(Authenticator(hub).verify, sender.token(hub.clock.now())) == "access-unknown-organisation"
    assert [one.ura for one in look_up_all(hub)[0]] == [receiver.ura]
    open_hub = replace(hub, open_enrolment=True)
    again = (sender.ura, sender.chain, sender.token(hub.clock.now()))
    assert code_of(enrol_self, open_hub, *again) == "enrolment-closed"
    assert enrol(hub, sender.chain).fresh
    assert code_of(expel, hub, "00000099") == "organisation-not-here"


def test_statements_only_go_forward(hub: Hub, sender: Hospital, receiver: Hospital) -> None:
    now = hub.clock.now()
    first, before = sender.statement(3, now), revision(hub)
    assert publish_statement(hub, sender.caller, first)
    assert not publish_statement(hub, sender.caller, first)
    assert code_of(publish_statement, hub, sender.caller, sender.statement(3, now)) == "sequence-reused"
    assert code_of(publish_statement, hub, sender.caller, sender.statement(2, now)) == "sequence-older"
    assert code_of(publish_statement, hub, sender.caller, receiver.statement(9, now)) == "signature-invalid"
    foreign = replace(sender, ura=receiver.ura).statement(9, now)
    assert code_of(publish_statement, hub, sender.caller, foreign) == "statement-other-organisation"
    assert look_up(hub, sender.ura).statement == first
    assert revision(hub) == before + 1


def test_a_directory_holds_locations_and_departments_and_nothing_else(hub: Hub, sender: Hospital) -> None:
    assert publish_directory(hub, sender.caller, sender.directory(1))
    assert code_of(publish_directory, hub, sender.caller, sender.directory(1, issued=5)) == "sequence-reused"
    assert code_of(publish_directory, hub, sender.caller, sender.directory(2, remark="x")) == "jws-malformed"
    foreign = sender.directory(2, organisation="00000002")
    assert code_of(publish_directory, hub, sender.caller, foreign) == "directory-other-organisation"
    assert look_up(hub, sender.ura).directory_sequence == 1


def test_audit_heads_only_grow_and_are_the_owners_own(hub: Hub, sender: Hospital, receiver: Hospital) -> None:
    now = hub.clock.now()
    heads = [sender.head(number, now) for number in (0, 4, 9)]
    assert [deposit_head(hub, sender.caller, head) for head in heads] == [True, True, True]
    assert not deposit_head(hub, sender.caller, heads[-1])
    assert code_of(deposit_head, hub, sender.caller, sender.head(9, now)) == "sequence-reused"
    assert code_of(deposit_head, hub, sender.caller, sender.head(5, now)) == "sequence-older"
    foreign = replace(sender, ura=receiver.ura).head(20, now)
    assert code_of(deposit_head, hub, sender.caller, foreign) == "head-other-organisation"
    assert [one.head for one in list_heads(hub, sender.caller, -1, 10)] == heads
    assert [one.sequence for one in list_heads(hub, sender.caller, 0, 1)] == [4]
    assert list_heads(hub, receiver.caller, -1, 10) == []
