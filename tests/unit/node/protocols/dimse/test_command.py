"""Command sets as pydicom reads them; arbitrary bytes are at worst malformed."""

import contextlib
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.dataset import Dataset
from pydicom.filereader import read_dataset

from beeldbrug.model.errors import Malformed
from beeldbrug.node.protocols.dimse import command
from beeldbrug.node.protocols.dimse.command import CommandField, Element


def parsed(data: bytes) -> Dataset:
    return read_dataset(BytesIO(data), is_implicit_VR=True, is_little_endian=True)


def test_store_request_is_that_of_the_standard() -> None:
    found = parsed(command.store_request(7, "1.2.3", "1.2.34", ("MOVER", 9)))
    assert found.CommandGroupLength == len(command.store_request(7, "1.2.3", "1.2.34", ("MOVER", 9))) - 12
    assert (found.CommandField, found.MessageID, found.Priority) == (1, 7, 0)
    assert (found.AffectedSOPClassUID, found.AffectedSOPInstanceUID) == ("1.2.3", "1.2.34")
    assert found.CommandDataSetType != 0x0101
    assert found.MoveOriginatorApplicationEntityTitle.strip() == "MOVER"
    assert found.MoveOriginatorMessageID == 9


def test_response_answers_its_request() -> None:
    request = command.decode(command.store_request(7, "1.2.3", "1.2.34"))
    found = parsed(command.response(request, 0xA700, "x" * 80))
    assert (found.CommandField, found.MessageIDBeingRespondedTo, found.Status) == (0x8001, 7, 0xA700)
    assert (found.AffectedSOPClassUID, found.AffectedSOPInstanceUID) == ("1.2.3", "1.2.34")
    assert found.CommandDataSetType == 0x0101
    assert found.ErrorComment == "x" * 64


def test_echo_has_no_dataset_and_a_store_has() -> None:
    echo = command.decode(command.echo_request(1, "1.2.840.10008.1.1"))
    assert echo.number(Element.COMMAND_FIELD) == CommandField.C_ECHO_RQ
    assert not echo.has_dataset
    assert command.decode(command.store_request(1, "1.2", "1.3")).has_dataset
    assert echo.text(Element.ERROR_COMMENT) == ""
    assert echo.number(Element.STATUS) is None


@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_at_worst_malformed(data: bytes) -> None:
    with contextlib.suppress(Malformed):
        decoded = command.decode(data)
        command.response(decoded, 0)


@pytest.mark.parametrize("data", [b"", bytes(7), command.encode({Element.MESSAGE_ID: 1})])
def test_a_command_without_a_command_field_is_none(data: bytes) -> None:
    with pytest.raises(Malformed):
        command.decode(data)
