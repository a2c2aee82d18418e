"""C-MOVE over a scripted transport: what is sent is the standard's, every final status has its words."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset
from pydicom.filereader import read_dataset

from beeldbrug.model.errors import Unavailable
from beeldbrug.node.ports.pacs import Application
from beeldbrug.node.protocols.dimse import command, move_scu, pdu
from beeldbrug.node.protocols.dimse.command import CommandField, Element
from beeldbrug.node.protocols.dimse.limits import Limits
from beeldbrug.node.protocols.dimse.move_scu import PATIENT_ROOT, REFUSED_BY_STATUS, STUDY_ROOT, MoveProgress, MoveScu
from beeldbrug.node.protocols.dimse.pdu import AnsweredContext, AssociateAc, PduType, ProposedContext
from beeldbrug.node.protocols.dimse.requestor import Requestor, Responses
from tests.unit.node.protocols.dimse.peers import EXPLICIT, IMPLICIT, ScriptedTransport, data_pdu, pdv

APPLICATION = Application("PACS", "pacs.example", 104, "US", timeout=0.2)


def acceptance(syntax: str = IMPLICIT, result: int = 0) -> bytes:
    return pdu.encode_associate_ac(
        AssociateAc("PACS", "US", (AnsweredContext(1, result, syntax),), pdu.own_information(0))
    )


def answer(status: int, *counts: int, dataset: bytes = b"", message_id: int = 1) -> bytes:
    elements: dict[Element, int | str] = {
        Element.COMMAND_FIELD: CommandField.C_MOVE_RSP,
        Element.MESSAGE_ID_RESPONDED: message_id,
        Element.DATASET_TYPE: 1 if dataset else command.NO_DATASET,
        Element.STATUS: status,
    }
    places = (
        Element.REMAINING_SUBOPERATIONS,
        Element.COMPLETED_SUBOPERATIONS,
        Element.FAILED_SUBOPERATIONS,
        Element.WARNING_SUBOPERATIONS,
    )
    elements.update(zip(places, counts, strict=False))
    return data_pdu(pdv(1, 3, command.encode(elements))) + (data_pdu(pdv(1, 2, dataset)) if dataset else b"")


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> ScriptedTransport:
    """The archive's side; what it says is set by the test."""
    transport = ScriptedTransport(b"")

    def opened(
        application: Application, contexts: list[ProposedContext], limits: Limits, responses: Responses
    ) -> Requestor:
        requestor = Requestor(transport, application, limits, responses)
        requestor.associate(contexts)
        return requestor

    monkeypatch.setattr(move_scu, "open_association", opened)
    return transport


def study() -> Dataset:
    identifier = Dataset()
    identifier.QueryRetrieveLevel, identifier.StudyInstanceUID = "STUDY", "1.2.3"
    return identifier


def move(model: str = STUDY_ROOT) -> Iterator[MoveProgress]:
    return MoveScu(APPLICATION, silence_seconds=0.05).move(model, study(), "HERE")


@pytest.mark.parametrize("syntax", [IMPLICIT, EXPLICIT])
@pytest.mark.parametrize("model", [STUDY_ROOT, PATIENT_ROOT])
def test_the_request_and_its_identifier_are_as_the_standard_has_them(
    scripted: ScriptedTransport, model: str, syntax: str
) -> None:
    scripted.incoming = acceptance(syntax) + answer(0, 0, 4, 0, 0) + pdu.RELEASE_RP
    assert list(move(model)) == [MoveProgress(0, 0, 4)]
    associate, request, dataset, release = scripted.pdus()
    assert pdu.decode_associate_rq(associate[1], 128).contexts[0].abstract_syntax == model
    sent = command.decode(request[1][6:])
    assert sent.number(Element.COMMAND_FIELD) == CommandField.C_MOVE_RQ and sent.has_dataset
    assert (sent.text(Element.AFFECTED_SOP_CLASS), sent.text(Element.MOVE_DESTINATION)) == (model, "HERE")
    assert sent.number(Element.PRIORITY) == 0
    assert read_dataset(BytesIO(dataset[1][6:]), syntax == IMPLICIT, True) == study()
    assert release[0] == PduType.RELEASE_RQ


def test_counts_of_pending_responses_come_as_they_do(scripted: ScriptedTransport) -> None:
    scripted.incoming = acceptance() + answer(0xFF00, 2, 1, 0, 0) + answer(0xFF00, 1, 1, 1, 0) + answer(0, 0, 2, 0, 1)
    assert list(move()) == [MoveProgress(0xFF00, 2, 1), MoveProgress(0xFF00, 1, 1, 1), MoveProgress(0, 0, 2, 0, 1)]


@pytest.mark.parametrize("syntax", [IMPLICIT, EXPLICIT])
def test_failed_instances_are_named_where_the_archive_does(scripted: ScriptedTransport, syntax: str) -> None:
    failed = Dataset()
    failed.FailedSOPInstanceUIDList = ["1.2.4", "1.2.5"]
    content = move_scu._encoded(failed, syntax == IMPLICIT)
    scripted.incoming = acceptance(syntax) + answer(0xB000, 0, 1, 2, 0, dataset=content)
    (last,) = move()
    assert last.failed_uids == ("1.2.4", "1.2.5") and not last.whole


@pytest.mark.parametrize("status", [*REFUSED_BY_STATUS, 0xC000, 0xC123, 0x0110])
def test_every_refusal_has_a_code_and_a_remedy(scripted: ScriptedTransport, status: int) -> None:
    scripted.incoming = acceptance() + answer(status)
    with pytest.raises(Unavailable) as caught:
        list(move())
    assert caught.value.code.startswith("peer-") and caught.value.remedy
    if status not in REFUSED_BY_STATUS:
        assert caught.value.code == "peer-move-failed" and f"{status:04X}H" in caught.value.text


def test_a_model_that_is_not_accepted_is_told(scripted: ScriptedTransport) -> None:
    scripted.incoming = acceptance(result=3)
    with pytest.raises(Unavailable, match="peer-no-move"):
        list(move())


def test_an_answer_to_another_message_is_none(scripted: ScriptedTransport) -> None:
    scripted.incoming = acceptance() + answer(0, message_id=2)
    with pytest.raises(Unavailable, match="peer-faulty"):
        list(move())


def test_leaving_early_sends_a_cancel(scripted: ScriptedTransport) -> None:
    scripted.incoming = acceptance() + answer(0xFF00, 2) + answer(0xFF00, 1, 1) + answer(0xFE00, 1, 1)
    responses = move()
    next(responses)
    responses.close()  # type: ignore[attr-defined]  # it is a generator
    cancel = command.decode(scripted.pdus()[3][1][6:])
    assert cancel.number(Element.COMMAND_FIELD) == CommandField.C_CANCEL_RQ
    assert cancel.number(Element.MESSAGE_ID_RESPONDED) == 1 and not cancel.has_dataset
    assert scripted.pdus()[-1][0] == PduType.ABORT and scripted.closed


@settings(deadline=None)
@given(st.binary(max_size=300), st.booleans())
def test_a_list_of_failed_instances_that_cannot_be_read_is_empty(content: bytes, implicit: bool) -> None:
    assert isinstance(move_scu._failed_uids(content, implicit), tuple)
