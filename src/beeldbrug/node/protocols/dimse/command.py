"""DIMSE command sets, decoded and encoded: PS3.7 section 6.3 and annex E. Implicit VR little endian, group 0000 only.

Pure and small: the elements that C-ECHO, C-STORE and C-MOVE need have names, others are kept as bytes and ignored.
"""

from __future__ import annotations

from enum import IntEnum
from struct import Struct

from beeldbrug.model.errors import Malformed

_ELEMENT = Struct("<HHI")
_US = Struct("<H")

NO_DATASET = 0x0101
RESPONSE = 0x8000


class CommandField(IntEnum):
    """PS3.7 table E.1-1, (0000,0100)."""

    C_STORE_RQ = 0x0001
    C_STORE_RSP = 0x8001
    C_MOVE_RQ = 0x0021
    C_MOVE_RSP = 0x8021
    C_ECHO_RQ = 0x0030
    C_ECHO_RSP = 0x8030
    N_EVENT_REPORT_RQ = 0x0100
    N_EVENT_REPORT_RSP = 0x8100
    N_ACTION_RQ = 0x0130
    N_ACTION_RSP = 0x8130
    C_CANCEL_RQ = 0x0FFF


class Element(IntEnum):
    """Element numbers of group 0000 (PS3.7 annex E)."""

    AFFECTED_SOP_CLASS = 0x0002
    REQUESTED_SOP_CLASS = 0x0003
    COMMAND_FIELD = 0x0100
    MESSAGE_ID = 0x0110
    MESSAGE_ID_RESPONDED = 0x0120
    MOVE_DESTINATION = 0x0600
    PRIORITY = 0x0700
    DATASET_TYPE = 0x0800
    STATUS = 0x0900
    ERROR_COMMENT = 0x0902
    AFFECTED_SOP_INSTANCE = 0x1000
    REQUESTED_SOP_INSTANCE = 0x1001
    EVENT_TYPE = 0x1002
    ACTION_TYPE = 0x1008
    REMAINING_SUBOPERATIONS = 0x1020
    COMPLETED_SUBOPERATIONS = 0x1021
    FAILED_SUBOPERATIONS = 0x1022
    WARNING_SUBOPERATIONS = 0x1023
    MOVE_ORIGINATOR_AE = 0x1030
    MOVE_ORIGINATOR_MESSAGE_ID = 0x1031


class Command:
    """A decoded command set; numbers that are missing are None, text that is missing is empty."""

    __slots__ = ("_elements",)

    def __init__(self, elements: dict[int, bytes]) -> None:
        self._elements = elements

    def number(self, element: Element) -> int | None:
        """An element of VR US."""
        value = self._elements.get(element)
        return None if value is None or len(value) < 2 else int(_US.unpack_from(value)[0])

    def text(self, element: Element) -> str:
        """An element of VR UI, AE or LO, without padding."""
        return self._elements.get(element, b"").decode("latin-1").strip(" \0")

    @property
    def has_dataset(self) -> bool:
        """True when a dataset follows this command (PS3.7 table E.1-1, (0000,0800))."""
        return self.number(Element.DATASET_TYPE) not in (None, NO_DATASET)


def decode(data: bytes) -> Command:
    """A command set from its bytes. Raises Malformed when its elements do not fit or it is no command."""
    elements: dict[int, bytes] = {}
    position, end = 0, len(data)
    while position < end:
        if end - position < 8:
            raise _malformed()
        group, element, length = _ELEMENT.unpack_from(data, position)
        position += 8
        if group != 0 or position + length > end:
            raise _malformed()
        elements[element] = data[position : position + length]
        position += length
    command = Command(elements)
    if command.number(Element.COMMAND_FIELD) is None:
        raise _malformed()
    return command


def _malformed() -> Malformed:
    return Malformed(
        "command-set", "A DIMSE command set breaks its format.", "Look at the other system's log, or ask its vendor."
    )


def encode(elements: dict[Element, int | str]) -> bytes:
    """A command set with its group length; numbers as US, texts as UI, AE or LO; in order of element."""
    parts: list[bytes] = []
    for element in sorted(elements):
        value = elements[element]
        if isinstance(value, int):
            data = _US.pack(value)
        else:
            data = value.encode("latin-1", "replace")
            if len(data) % 2:
                data += b" " if element in _SPACE_PADDED else b"\0"
        parts.append(_ELEMENT.pack(0, element, len(data)) + data)
    body = b"".join(parts)
    return _ELEMENT.pack(0, 0, 4) + len(body).to_bytes(4, "little") + body


_SPACE_PADDED = frozenset({Element.ERROR_COMMENT, Element.MOVE_DESTINATION, Element.MOVE_ORIGINATOR_AE})


def response(request: Command, status: int, comment: str = "") -> bytes:
    """The response to a request (PS3.7 section 9.3): same message, SOP class and instance; comment at most 64 long."""
    elements: dict[Element, int | str] = {
        Element.COMMAND_FIELD: (request.number(Element.COMMAND_FIELD) or 0) | RESPONSE,
        Element.MESSAGE_ID_RESPONDED: request.number(Element.MESSAGE_ID) or 0,
        Element.DATASET_TYPE: NO_DATASET,
        Element.STATUS: status,
    }
    if event := request.number(Element.EVENT_TYPE):
        elements[Element.EVENT_TYPE] = event
    for element in (Element.AFFECTED_SOP_CLASS, Element.AFFECTED_SOP_INSTANCE):
        text = request.text(element)
        if text:
            elements[element] = text
    if comment:
        elements[Element.ERROR_COMMENT] = comment[:64]
    return encode(elements)


def echo_request(message_id: int, sop_class: str) -> bytes:
    """C-ECHO-RQ (PS3.7 section 9.3.5.1)."""
    return encode(
        {
            Element.AFFECTED_SOP_CLASS: sop_class,
            Element.COMMAND_FIELD: CommandField.C_ECHO_RQ,
            Element.MESSAGE_ID: message_id,
            Element.DATASET_TYPE: NO_DATASET,
        }
    )


def store_request(
    message_id: int, sop_class: str, instance_uid: str, move_originator: tuple[str, int] | None = None
) -> bytes:
    """C-STORE-RQ (PS3.7 section 9.3.1.1); ``move_originator`` is the AE title and message id of a C-MOVE behind it."""
    elements: dict[Element, int | str] = {
        Element.AFFECTED_SOP_CLASS: sop_class,
        Element.COMMAND_FIELD: CommandField.C_STORE_RQ,
        Element.MESSAGE_ID: message_id,
        Element.PRIORITY: 0,
        Element.DATASET_TYPE: 1,
        Element.AFFECTED_SOP_INSTANCE: instance_uid,
    }
    if move_originator is not None:
        elements[Element.MOVE_ORIGINATOR_AE], elements[Element.MOVE_ORIGINATOR_MESSAGE_ID] = move_originator
    return encode(elements)


def move_request(message_id: int, sop_class: str, destination: str) -> bytes:
    """C-MOVE-RQ (PS3.7 section 9.3.4.1); the identifier follows as a dataset."""
    return encode(
        {
            Element.AFFECTED_SOP_CLASS: sop_class,
            Element.COMMAND_FIELD: CommandField.C_MOVE_RQ,
            Element.MESSAGE_ID: message_id,
            Element.PRIORITY: 0,
            Element.DATASET_TYPE: 1,
            Element.MOVE_DESTINATION: destination,
        }
    )


def commitment_request(message_id: int, sop_class: str, instance_uid: str) -> bytes:
    """N-ACTION-RQ of action type 1 (PS3.7 section 10.3.4.1); the references follow as a dataset."""
    return encode(
        {
            Element.REQUESTED_SOP_CLASS: sop_class,
            Element.COMMAND_FIELD: CommandField.N_ACTION_RQ,
            Element.MESSAGE_ID: message_id,
            Element.DATASET_TYPE: 1,
            Element.REQUESTED_SOP_INSTANCE: instance_uid,
            Element.ACTION_TYPE: 1,
        }
    )


def cancel_request(message_id: int) -> bytes:
    """C-CANCEL-RQ for the operation with this message id (PS3.7 section 9.3.4.3); it has no response of its own."""
    return encode(
        {
            Element.COMMAND_FIELD: CommandField.C_CANCEL_RQ,
            Element.MESSAGE_ID_RESPONDED: message_id,
            Element.DATASET_TYPE: NO_DATASET,
        }
    )
