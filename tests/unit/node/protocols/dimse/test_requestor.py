"""The requestor over a scripted transport: datasets arrive whole, bad answers are Unavailable, releases may collide."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beeldbrug.model.errors import Unavailable
from beeldbrug.node.ports.pacs import Application
from beeldbrug.node.protocols.dimse import command, pdu
from beeldbrug.node.protocols.dimse.limits import Limits
from beeldbrug.node.protocols.dimse.pdu import AnsweredContext, AssociateAc, AssociateRj, PduType, ProposedContext
from beeldbrug.node.protocols.dimse.requestor import PUT_AWAY_BYTES, Requestor
from tests.unit.node.protocols.dimse.peers import CT, IMPLICIT, ScriptedTransport, data_pdu, pdv, request

APPLICATION = Application("PACS", "pacs.example", 104, "US", timeout=1.0)
CONTEXTS = [ProposedContext(1, CT, (IMPLICIT,))]
ABORT = pdu.encode_abort(pdu.Abort(2, 1))


def acceptance(maximum: int = 0) -> bytes:
    return pdu.encode_associate_ac(
        AssociateAc("PACS", "US", (AnsweredContext(1, 0, IMPLICIT),), pdu.own_information(maximum))
    )


def opened(incoming: bytes = b"", maximum: int = 0) -> tuple[Requestor, ScriptedTransport]:
    transport = ScriptedTransport(acceptance(maximum) + incoming)
    requestor = Requestor(transport, APPLICATION, Limits())
    requestor.associate(CONTEXTS)
    return requestor, transport


@settings(deadline=None)
@given(st.lists(st.binary(max_size=300), max_size=8), st.sampled_from([0, 64, 66, 127, 200]), st.booleans())
def test_a_dataset_arrives_whole_in_pdus_the_peer_can_take(chunks: list[bytes], maximum: int, even: bool) -> None:
    requestor, transport = opened(maximum=maximum)
    requestor.send_dataset(1, (memoryview(chunk) for chunk in chunks), even)
    content, lasts = b"", []
    for kind, body in transport.pdus()[1:]:
        assert kind == PduType.DATA
        assert maximum == 0 or len(body) <= maximum
        content += body[6:]
        lasts.append(body[5] & 2)
    whole = b"".join(chunks)
    assert content == whole + bytes(len(whole) % 2 if even else 0)
    assert lasts == [0] * (len(lasts) - 1) + [2]


def test_chunks_in_a_buffer_that_is_used_again_arrive_whole() -> None:
    requestor, transport = opened(maximum=128)
    buffer = bytearray(1000)

    def chunks():
        for number in range(5):
            buffer[:] = bytes((number,)) * 1000
            yield memoryview(buffer)

    requestor.send_dataset(1, chunks())
    assert b"".join(body[6:] for _, body in transport.pdus()[1:]) == b"".join(bytes((n,)) * 1000 for n in range(5))


@pytest.mark.parametrize(
    ("refusal", "code"),
    [
        (AssociateRj(1, 1, 7), "peer-rejected-called-ae"),
        (AssociateRj(1, 1, 3), "peer-rejected-calling-ae"),
        (AssociateRj(2, 3, 2), "peer-busy"),
        (AssociateRj(9, 9, 9), "peer-rejected"),
    ],
)
def test_a_rejection_says_what_to_do(refusal: AssociateRj, code: str) -> None:
    transport = ScriptedTransport(pdu.encode_associate_rj(refusal))
    with pytest.raises(Unavailable) as caught:
        Requestor(transport, APPLICATION, Limits()).associate(CONTEXTS)
    assert caught.value.code == code
    assert caught.value.remedy


@pytest.mark.parametrize(
    "answer", [b"", ABORT, b"HTTP/1.1 400 Bad Request", pdu.RELEASE_RQ, request(), acceptance()[:50]]
)
def test_any_other_answer_to_our_request_is_unavailable(answer: bytes) -> None:
    with pytest.raises(Unavailable):
        Requestor(ScriptedTransport(answer), APPLICATION, Limits()).associate(CONTEXTS)


@pytest.mark.parametrize("answer", [b"", ABORT, pdu.RELEASE_RQ, data_pdu(pdv(9, 3, b"x")), data_pdu(b"x"), b"\x99" * 9])
def test_any_other_answer_to_a_message_is_unavailable(answer: bytes) -> None:
    requestor, transport = opened(answer)
    with pytest.raises(Unavailable):
        requestor.receive()
    requestor.release()
    assert transport.closed


def test_a_response_in_pieces_is_read() -> None:
    response = command.response(command.decode(command.store_request(1, CT, "1.2")), 0)
    requestor, _ = opened(data_pdu(pdv(1, 1, response[:20])) + data_pdu(pdv(1, 3, response[20:])))
    assert requestor.receive().number(command.Element.STATUS) == 0


def test_a_large_instance_gives_the_peer_longer_to_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    requestor, _ = opened()
    waits: list[tuple[float, float]] = []

    def next_pdu(idle: float, whole: float) -> PduType:
        waits.append((idle, whole))
        return PduType.TIMEOUT

    monkeypatch.setattr(requestor._wire, "next_pdu", next_pdu)
    requestor.send_dataset(1, (bytes(PUT_AWAY_BYTES) for _ in range(3)))
    with pytest.raises(Unavailable, match="peer-silent"):
        requestor.receive()
    assert waits == [(4.0, 1.0)]


def test_release_and_its_collision() -> None:
    requestor, transport = opened(pdu.RELEASE_RP)
    requestor.release()
    assert transport.pdus()[-1][0] == PduType.RELEASE_RQ
    requestor, transport = opened(pdu.RELEASE_RQ + pdu.RELEASE_RP)
    requestor.release()
    assert [kind for kind, _ in transport.pdus()[1:]] == [PduType.RELEASE_RQ, PduType.RELEASE_RP]
    assert transport.closed


@settings(deadline=None)
@given(st.binary(max_size=200), st.sampled_from([b"", pdu.RELEASE_RQ, acceptance(), ABORT, data_pdu(b"")]))
def test_arbitrary_answers_raise_only_unavailable(data: bytes, before: bytes) -> None:
    requestor, transport = opened(before + data)
    with contextlib.suppress(Unavailable):
        requestor.receive()
    requestor.release()
    assert transport.closed
    requestor, transport = opened(before + data)
    requestor.release()
    assert transport.closed


def test_message_ids_never_become_zero() -> None:
    requestor, _ = opened()
    numbers = [requestor.next_message_id() for _ in range(65537)]
    assert 0 not in numbers
    assert max(numbers) == 65535
