"""A whole association as acceptor over a scripted transport: order of deeds, endings, and arbitrary bytes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beeldbrug.model.errors import Denied
from beeldbrug.node.protocols.dimse import command, pdu
from beeldbrug.node.protocols.dimse.association import Acceptor, Origin
from beeldbrug.node.protocols.dimse.limits import Limits
from beeldbrug.node.protocols.dimse.negotiation import LOCAL_LIMIT_EXCEEDED
from beeldbrug.node.protocols.dimse.pdu import PDU_HEADER, PduType
from tests.unit.node.protocols.dimse.peers import CT, Recorder, ScriptedTransport, data_pdu, pdv, request

LIMITS = Limits(pdu_bytes=4096, associate_bytes=4096)
STORE = data_pdu(pdv(1, 3, command.store_request(1, CT, "1.2.3"))) + data_pdu(pdv(1, 2, b"dataset!"))
ABORT = pdu.encode_abort(pdu.Abort(0, 0))


def run(
    incoming: bytes, recorder: Recorder | None = None, step: int = 1 << 20
) -> tuple[list[tuple[int, bytes]], Recorder]:
    recorder = recorder or Recorder()
    transport = ScriptedTransport(incoming, step)
    Acceptor(transport, Origin("192.0.2.1"), recorder, LIMITS).run()
    assert transport.closed
    return transport.pdus(), recorder


@pytest.mark.parametrize("step", [1, 7, 1000])
def test_store_and_release(step: int) -> None:
    sent, recorder = run(request() + STORE + STORE + pdu.RELEASE_RQ, step=step)
    assert [kind for kind, _ in sent] == [PduType.ASSOCIATE_AC, PduType.DATA, PduType.DATA, PduType.RELEASE_RP]
    assert recorder.events == ["admit", "begin", "write", "commit", "begin", "write", "commit", "released"]
    assert recorder.peers[0].called_ae == "HERE"
    assert recorder.peers[0].calling_ae == "THERE"
    assert recorder.peers[0].address == "192.0.2.1"


@pytest.mark.parametrize("ending", [b"", ABORT, ABORT[:3], pdu.RELEASE_RQ, pdu.RELEASE_RP, request()])
def test_an_end_within_a_dataset_is_never_clean(ending: bytes) -> None:
    cut = data_pdu(pdv(1, 3, command.store_request(1, CT, "1.2.3"))) + data_pdu(pdv(1, 0, b"data"))
    _, recorder = run(request() + cut + ending)
    assert recorder.events == ["admit", "begin", "write", "abort", "lost"]


def test_not_admitted_is_rejected_and_has_no_session() -> None:
    sent, recorder = run(request() + STORE, Recorder({"admit": Denied("calling-ae-unknown", "No.")}))
    assert sent == [(PduType.ASSOCIATE_RJ, b"\0\1\1\3")]
    assert recorder.events == []


def test_over_the_limit_is_rejected_before_the_reception_is_asked() -> None:
    transport, recorder = ScriptedTransport(request()), Recorder()
    Acceptor(transport, Origin("192.0.2.1"), recorder, LIMITS, LOCAL_LIMIT_EXCEEDED).run()
    assert transport.pdus() == [(PduType.ASSOCIATE_RJ, b"\0\2\3\2")]
    assert recorder.events == []


def test_a_connection_that_breaks_while_we_answer_ends_the_session() -> None:
    transport, recorder = ScriptedTransport(request() + STORE, broken=True), Recorder()
    Acceptor(transport, Origin("192.0.2.1"), recorder, LIMITS).run()
    assert recorder.events == ["admit", "lost"]


def test_the_end_of_a_stopping_node_is_an_abort_of_ours() -> None:
    transport, recorder = ScriptedTransport(request() + STORE), Recorder()
    acceptor = Acceptor(transport, Origin("192.0.2.1"), recorder, LIMITS)
    acceptor.stop()
    acceptor.run()
    assert [kind for kind, _ in transport.pdus()] == [PduType.ASSOCIATE_AC, PduType.DATA, PduType.ABORT]
    assert recorder.events[-1] == "lost"


def test_log_lines_name_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    run(request() + STORE + b"\x99garbage")
    lines = capsys.readouterr().err
    assert "association" in lines
    assert "THERE" not in lines
    assert "1.2.3" not in lines


pieces = st.lists(
    st.one_of(
        st.binary(max_size=60),
        st.sampled_from([request(), STORE, pdu.RELEASE_RQ, pdu.RELEASE_RP, ABORT, data_pdu(pdv(1, 0, b"x"))]),
        st.builds(
            lambda kind, body: PDU_HEADER.pack(kind, len(body)) + body, st.integers(0, 8), st.binary(max_size=60)
        ),
    ),
    max_size=6,
)


@settings(deadline=None)
@given(pieces, st.booleans())
def test_arbitrary_bytes_end_every_session_exactly_once(parts: list[bytes], associated: bool) -> None:
    _, recorder = run((request() if associated else b"") + b"".join(parts))
    assert recorder.events.count("admit") == recorder.events.count("released") + recorder.events.count("lost")
    begun = recorder.events.count("begin")
    assert begun == recorder.events.count("commit") + recorder.events.count("abort")
