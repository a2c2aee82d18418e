"""PDUs are cut from the stream whatever its pieces; a lying length is refused before anything is read for it."""

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beeldbrug.model.errors import Malformed
from beeldbrug.node.protocols.dimse import pdu
from beeldbrug.node.protocols.dimse.pdu import PDU_HEADER, PduType
from beeldbrug.node.protocols.dimse.wire import SILENT, Wire, timeval
from tests.unit.node.protocols.dimse.peers import ScriptedTransport, data_pdu


def wire(incoming: bytes, step: int = 1 << 20) -> Wire:
    return Wire(ScriptedTransport(incoming, step), 512, 600)


@settings(deadline=None)
@given(st.lists(st.binary(max_size=512), max_size=12), st.integers(1, 2000))
def test_every_pdu_comes_whole_whatever_the_pieces(bodies: list[bytes], step: int) -> None:
    reading = wire(b"".join(data_pdu(body) for body in bodies), step)
    for body in bodies:
        assert reading.next_pdu(1, 1) is PduType.DATA
        assert reading.body == body
    assert reading.next_pdu(1, 1) is PduType.CLOSED


@pytest.mark.parametrize(
    ("kind", "length"),
    [(PduType.DATA, 512 + 13), (PduType.ASSOCIATE_RQ, 601), (PduType.ABORT, 5), (PduType.RELEASE_RQ, 3)],
)
def test_a_length_over_the_limit_of_its_type_is_malformed(kind: PduType, length: int) -> None:
    with pytest.raises(Malformed):
        wire(PDU_HEADER.pack(kind, length)).next_pdu(1, 1)


def test_a_type_that_is_none_is_not_read_further() -> None:
    assert wire(PDU_HEADER.pack(0x77, 0xFFFFFFFF)).next_pdu(1, 1) is PduType.UNKNOWN


def test_a_pdu_cut_off_is_a_closed_connection() -> None:
    assert wire(pdu.RELEASE_RQ[:-1]).next_pdu(1, 1) is PduType.CLOSED


class Silent(ScriptedTransport):
    """Never says anything."""

    def receive(self, into: memoryview, whole: bool) -> int:
        return SILENT


def test_silence_ends_in_time() -> None:
    assert Wire(Silent(b""), 512, 600).next_pdu(0.01, 1) is PduType.TIMEOUT


def test_linger_reads_no_more_than_it_was_told() -> None:
    transport = ScriptedTransport(bytes(100_000), 100)
    Wire(transport, 512, 600).linger(5.0, 1000)
    assert transport.finished
    assert len(transport.incoming) == 99_000


def test_kernel_times_are_never_zero() -> None:
    assert struct.unpack("@ll", timeval(0.0000001)) == (0, 1000)
    assert struct.unpack("@ll", timeval(1.5)) == (1, 500_000)
    assert struct.unpack("@ll", timeval(2)) == (2, 0)
