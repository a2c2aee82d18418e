"""Parts: only a whole, signed, unbroken chain reaches a mailbox, and what is acknowledged is gone."""

from __future__ import annotations

from pathlib import Path

import pytest

from beeldbrug.hub.ports.hub import Hub
from beeldbrug.hub.usecases.fetch_part import acknowledge_part, fetch_part, list_parts
from beeldbrug.hub.usecases.post_part import KeptPart, PartOffer, post_part
from beeldbrug.hub.usecases.read_mailbox import read_mailbox
from beeldbrug.hub.usecases.withdraw import end_parcel
from beeldbrug.model.errors import BeeldbrugError, Conflict, Denied, Malformed, NotFound, TooLarge, Unavailable
from beeldbrug.model.exchange import Urgency
from beeldbrug.sealed import jws
from beeldbrug.sealed.envelope import peek_envelope
from tests.unit.hub.hospital import Hospital, Stream, new_id

BODY = b"sealed" * 100


def post(
    hub: Hub,
    stream: Stream,
    body: bytes = BODY,
    kind: str = "parcel",
    urgency: Urgency = Urgency.ROUTINE,
    seconds: float = 3600.0,
) -> KeptPart:
    number, envelope = stream.next(body, kind)
    offer = PartOffer(stream.parcel, number, envelope, urgency, hub.clock.now() + seconds, body)
    return post_part(hub, stream.sender.caller, offer)


def offered(hub: Hub, stream: Stream, number: int, envelope: str, body: bytes = BODY) -> PartOffer:
    return PartOffer(stream.parcel, number, envelope, Urgency.ROUTINE, hub.clock.now() + 3600.0, body)


def cursors(hub: Hub, hospital: Hospital, after: int = 0, *, by_urgency: bool = False) -> list[int]:
    return [part.cursor for part in read_mailbox(hub, hospital.caller, after, 100, by_urgency=by_urgency)[0]]


def test_a_part_stands_in_its_receivers_mailbox_only(hub: Hub, sender: Hospital, receiver: Hospital) -> None:
    stream = sender.stream(new_id(), receiver.ura)
    assert post(hub, stream).fresh
    assert cursors(hub, receiver) == [1]
    assert cursors(hub, sender) == []
    part, body = fetch_part(hub, receiver.caller, stream.parcel, sender.ura, 1)
    assert (part.number, body) == (1, BODY)


def test_the_same_part_again_changes_nothing(hub: Hub, sender: Hospital, receiver: Hospital, tmp_path: Path) -> None:
    stream = sender.stream(new_id(), receiver.ura)
    post(hub, stream)
    again = post_part(hub, sender.caller, offered(hub, stream, 1, stream.envelopes[0]))
    assert not again.fresh
    assert cursors(hub, receiver) == [1]
    assert len([path for path in (tmp_path / "parts").rglob("*") if path.is_file()]) == 1


def refused(hub: Hub, hospital: Hospital, offer: PartOffer) -> tuple[type[BeeldbrugError], str]:
    with pytest.raises(BeeldbrugError) as caught:
        post_part(hub, hospital.caller, offer)
    return type(caught.value), caught.value.code


def test_another_part_under_the_same_number_is_refused(hub: Hub, sender: Hospital, receiver: Hospital) -> None:
    stream = sender.stream(new_id(), receiver.ura)
    post(hub, stream)
    other = stream.sign(b"other", number=1, previous="")
    assert refused(hub, sender, offered(hub, stream, 1, other, b"other")) == (Conflict, "part-differs")


def test_broken_chains_are_refused(hub: Hub, sender: Hospital, receiver: Hospital) -> None:
    stream = sender.stream(new_id(), receiver.ura)
    post(hub, stream)
    wrong = stream.sign(BODY, number=2, previous="0" * 64)
    assert refused(hub, sender, offered(hub, stream, 2, wrong)) == (Denied, "envelope-previous-differs")


def test_parts_that_went_another_way_may_be_left_out_and_not_be_put_back(
    hub: Hub, sender: Hospital, receiver: Hospital
) -> None:
    stream = sender.stream(new_id(), receiver.ura)
    post(hub, stream)
    late = stream.sign(BODY, number=3, previous="0" * 64)
    assert post_part(hub, sender.caller, offered(hub, stream, 3, late)).fresh
    second = stream.sign(BODY, number=2, previous="0" * 64)
    assert refused(hub, sender, offered(hub, stream, 2, second)) == (Conflict, "envelope-reused")


def test_a_receipt_for_what_went_another_way_leaves_the_parcel_its_sender(
    hub: Hub, sender: Hospital, receiver: Hospital
) -> None:
    parcel = new_id()
    back = receiver.stream(parcel, sender.ura)
    answer = back.sign(BODY, kind="receipt")
    assert post_part(hub, receiver.caller, offered(hub, back, 1, answer)).fresh
    kept = hub.records.read(lambda transaction: transaction.parcels.find(parcel))
    assert kept is not None
    assert (kept.sender, kept.receiver) == (sender.ura, receiver.ura)


def test_bytes_sender_parcel_and_number_must_be_those_of_the_envelope(
    hub: Hub, sender: Hospital, receiver: Hospital, stranger: Hospital
) -> None:
    stream = sender.stream(new_id(), receiver.ura)
    envelope = stream.sign(BODY)
    assert refused(hub, sender, offered(hub, stream, 1, envelope, b"other")) == (Denied, "envelope-hash-differs")
    assert refused(hub, sender, offered(hub, stream, 2, envelope)) == (Denied, "envelope-differs")
    elsewhere = offered(hub, sender.stream(new_id(), receiver.ura), 1, envelope)
    assert refused(hub, sender, elsewhere) == (Denied, "envelope-differs")
    assert refused(hub, stranger, offered(hub, stream, 1, envelope)) == (Denied, "signature-invalid")


def test_an_envelope_with_more_in_it_is_not_kept(hub: Hub, sender: Hospital, receiver: Hospital) -> None:
    stream = sender.stream(new_id(), receiver.ura)
    claims = {
        name: getattr(peek_envelope(stream.sign(BODY)), name) for name in peek_envelope(stream.sign(BODY)).__slots__
    }
    envelope = jws.sign("beeldbrug-envelope", {**claims, "note": "about somebody"}, sender.key)
    assert refused(hub, sender, offered(hub, stream, 1, envelope)) == (Malformed, "claims-unknown")


def test_only_the_two_ends_of_a_parcel_send_in_it(
    hub: Hub, sender: Hospital, receiver: Hospital, stranger: Hospital
) -> None:
    stream = sender.stream(new_id(), receiver.ura)
    post(hub, stream)
    assert post(hub, receiver.stream(stream.parcel, sender.ura), kind="receipt").fresh
    assert cursors(hub, sender) == [1]
    foreign = stranger.stream(stream.parcel, sender.ura)
    assert refused(hub, stranger, offered(hub, foreign, 1, foreign.sign(BODY))) == (Denied, "parcel-not-yours")
    nowhere = sender.stream(new_id(), "00000099")
    assert refused(hub, sender, offered(hub, nowhere, 1, nowhere.sign(BODY))) == (NotFound, "receiver-not-enrolled")


def test_sizes_quota_and_past_expiry_are_refused(hub: Hub, sender: Hospital, receiver: Hospital) -> None:
    stream = sender.stream(new_id(), receiver.ura)
    large = b"x" * (hub.limits.part_bytes + 1)
    assert refused(hub, sender, offered(hub, stream, 1, stream.sign(large), large)) == (TooLarge, "part-too-large")
    past = PartOffer(stream.parcel, 1, stream.sign(BODY), Urgency.ROUTINE, hub.clock.now() - 1, BODY)
    assert refused(hub, sender, past) == (Malformed, "expiry-passed")
    full = b"x" * hub.limits.part_bytes
    for _ in range(hub.limits.quota // len(full)):
        post(hub, stream, full)
    number, envelope = len(stream.envelopes) + 1, stream.sign(BODY)
    assert refused(hub, sender, offered(hub, stream, number, envelope)) == (Unavailable, "quota-exceeded")


def test_an_acknowledged_part_is_gone_but_its_envelope_is_kept(
    hub: Hub, sender: Hospital, receiver: Hospital, tmp_path: Path
) -> None:
    stream = sender.stream(new_id(), receiver.ura)
    post(hub, stream)
    with pytest.raises(Denied, match="part-not-yours"):
        acknowledge_part(hub, sender.caller, stream.parcel, sender.ura, 1)
    for _ in range(2):
        acknowledge_part(hub, receiver.caller, stream.parcel, sender.ura, 1)
    assert cursors(hub, receiver) == []
    with pytest.raises(NotFound, match="part-not-here"):
        fetch_part(hub, receiver.caller, stream.parcel, sender.ura, 1)
    assert [path for path in (tmp_path / "parts").rglob("*") if path.is_file()] == []
    assert [part.envelope for part in list_parts(hub, receiver.caller, stream.parcel, sender.ura)] == stream.envelopes
    assert post(hub, stream).fresh
    assert hub.records.read(lambda transaction: transaction.accounts.usage(sender.ura).part_bytes) == len(BODY)


def test_others_read_neither_part_nor_stream(
    hub: Hub, sender: Hospital, receiver: Hospital, stranger: Hospital
) -> None:
    stream = sender.stream(new_id(), receiver.ura)
    post(hub, stream)
    with pytest.raises(Denied, match="part-not-yours"):
        fetch_part(hub, stranger.caller, stream.parcel, sender.ura, 1)
    with pytest.raises(Denied, match="part-not-yours"):
        list_parts(hub, stranger.caller, stream.parcel, sender.ura)
    with pytest.raises(NotFound):
        end_parcel(hub, stranger.caller, stream.parcel)


def test_stat_comes_first_when_asked_by_urgency(hub: Hub, sender: Hospital, receiver: Hospital) -> None:
    for urgency in (Urgency.ROUTINE, Urgency.STAT, Urgency.ASAP, Urgency.STAT):
        post(hub, sender.stream(new_id(), receiver.ura), urgency=urgency)
    assert cursors(hub, receiver) == [1, 2, 3, 4]
    assert cursors(hub, receiver, by_urgency=True) == [2, 4, 3, 1]
    assert cursors(hub, receiver, after=2) == [3, 4]


def test_withdrawing_takes_the_bytes_and_leaves_the_chain_and_the_notice(
    hub: Hub, sender: Hospital, receiver: Hospital
) -> None:
    stream = sender.stream(new_id(), receiver.ura)
    post(hub, stream)
    post(hub, stream)
    for _ in range(2):
        end_parcel(hub, sender.caller, stream.parcel)
    with pytest.raises(Conflict, match="parcel-withdrawn"):
        offer = offered(hub, stream, 3, stream.sign(BODY))
        post_part(hub, sender.caller, offer)
    post(hub, stream, b"withdrawn", "withdraw")
    end_parcel(hub, sender.caller, stream.parcel)
    waiting, _ = read_mailbox(hub, receiver.caller, 0, 100)
    assert [(part.number, part.state.value, part.size) for part in waiting] == [
        (1, "withdrawn", 0),
        (2, "withdrawn", 0),
        (3, "here", 9),
    ]
    assert [part.envelope for part in waiting] == stream.envelopes
    assert fetch_part(hub, receiver.caller, stream.parcel, sender.ura, 3)[1] == b"withdrawn"
    assert post(hub, receiver.stream(stream.parcel, sender.ura), kind="receipt").fresh
    end_parcel(hub, receiver.caller, stream.parcel)
    assert cursors(hub, receiver) == []
