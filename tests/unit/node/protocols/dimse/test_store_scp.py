"""Success is answered after commit only; a refused instance is read to its end and the association goes on."""

from __future__ import annotations

from beeldbrug.model.errors import Malformed, Unavailable
from beeldbrug.node.protocols.dimse import command
from beeldbrug.node.protocols.dimse.command import Element
from beeldbrug.node.protocols.dimse.negotiation import Context
from beeldbrug.node.protocols.dimse.store_scp import StoreScp
from tests.unit.node.protocols.dimse.peers import CT, IMPLICIT, Recorder

VERIFICATION = "1.2.840.10008.1.1"
CONTEXTS = {1: Context(1, CT, IMPLICIT), 3: Context(3, VERIFICATION, IMPLICIT)}
FULL = Unavailable("disk-full", "The disk is full.")


class Scp:
    """A StoreScp with what it answered."""

    def __init__(self, recorder: Recorder) -> None:
        self.answers: list[tuple[int, int | None]] = []
        self.recorder = recorder
        self.scp = StoreScp(CONTEXTS, recorder, self._reply)

    def _reply(self, context_id: int, payload: bytes) -> None:
        self.recorder.events.append("answer")
        self.answers.append((context_id, command.decode(payload).number(Element.STATUS)))

    def send(self, payload: bytes, *data: bytes, context_id: int = 1) -> int | None:
        request = command.decode(payload)
        self.scp.command(context_id, request)
        if request.has_dataset:
            for fragment in data:
                self.scp.data(memoryview(fragment))
            self.scp.end()
        return self.answers[-1][1]


def store(sop_class: str = CT, uid: str = "1.2.3") -> bytes:
    return command.store_request(1, sop_class, uid)


def test_success_is_answered_after_commit_and_not_before() -> None:
    recorder = Recorder()
    assert Scp(recorder).send(store(), b"ab", b"cd") == 0
    assert recorder.events == ["begin", "write", "write", "commit", "answer"]
    assert recorder.data == b"abcd"
    assert recorder.requests[0].transfer_syntax == IMPLICIT


def test_error_at_begin_reads_the_dataset_and_answers() -> None:
    recorder = Recorder({"begin": FULL})
    assert Scp(recorder).send(store(), b"ab") == 0xA700
    assert recorder.events == ["answer"]


def test_error_at_write_forgets_the_instance_and_answers_at_its_end() -> None:
    recorder = Recorder({"write": Malformed("not-dicom", "No dataset.")})
    assert Scp(recorder).send(store(), b"ab", b"cd") == 0xC000
    assert recorder.events == ["begin", "abort", "answer"]


def test_error_at_commit_is_answered_and_the_next_instance_taken() -> None:
    recorder = Recorder({"commit": FULL})
    scp = Scp(recorder)
    assert scp.send(store(), b"ab") == 0xA700
    recorder.refuse.clear()
    assert scp.send(store(), b"ab") == 0
    assert (scp.scp.stored, scp.scp.refused) == (1, 1)


def test_requests_that_cannot_be_are_refused_before_the_reception_hears_of_them() -> None:
    recorder = Recorder()
    scp = Scp(recorder)
    assert scp.send(store(sop_class="1.2.840.10008.5.1.4.1.1.4"), b"ab") == 0x0122
    assert scp.send(store(), b"ab", context_id=3) == 0x0122
    assert scp.send(store(uid="1.2.x"), b"ab") == 0x0117
    assert scp.send(store(uid=""), b"ab") == 0x0117
    without = command.encode(
        {
            Element.COMMAND_FIELD: 1,
            Element.MESSAGE_ID: 1,
            Element.DATASET_TYPE: 0x0101,
            Element.AFFECTED_SOP_CLASS: CT,
            Element.AFFECTED_SOP_INSTANCE: "1.2",
        }
    )
    assert scp.send(without) == 0xC000
    assert "begin" not in recorder.events


def test_echo_is_answered_and_other_operations_refused() -> None:
    recorder = Recorder()
    scp = Scp(recorder)
    assert scp.send(command.echo_request(5, VERIFICATION), context_id=3) == 0
    find = command.encode({Element.COMMAND_FIELD: 0x20, Element.MESSAGE_ID: 1, Element.DATASET_TYPE: 1})
    assert scp.send(find, b"identifier") == 0x0211
    assert recorder.events == ["answer", "echo", "answer"]


def test_cancel_has_no_answer() -> None:
    recorder = Recorder()
    scp = Scp(recorder)
    cancel = command.decode(command.encode({Element.COMMAND_FIELD: 0x0FFF, Element.DATASET_TYPE: 0x0101}))
    scp.scp.command(1, cancel)
    assert scp.answers == []


def test_a_lost_association_forgets_what_was_under_way_once() -> None:
    recorder = Recorder()
    scp = Scp(recorder)
    scp.scp.command(1, command.decode(store()))
    scp.scp.lost()
    scp.scp.lost()
    assert recorder.events == ["begin", "abort"]
