"""From P-DATA-TF to DIMSE messages and back: PS3.8 section 9.3.5 and annex E, PS3.7 section 6.3.

Commands are gathered (they are small, and limited); datasets are handed on fragment by fragment as slices of the
receive buffer, never gathered. Breaking the format raises Malformed or TooLarge, upon which the association aborts.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from beeldbrug.model.errors import TooLarge
from beeldbrug.node.protocols.dimse import command
from beeldbrug.node.protocols.dimse.limits import Limits
from beeldbrug.node.protocols.dimse.pdu import PDU_HEADER, PDV_HEADER, PduType, malformed

_COMMAND, _LAST = 1, 2
_OVERHEAD = PDV_HEADER.size


class Handler(Protocol):
    """Who takes the messages of one association."""

    def command(self, context_id: int, request: command.Command) -> None:
        """A whole command set; when it says so, a dataset follows."""

    def data(self, fragment: memoryview) -> None:
        """The next bytes of the dataset; the buffer is reused after return."""

    def end(self) -> None:
        """The dataset is whole."""


class MessageReader:
    """Cuts the P-DATA-TF PDUs of one association into messages for its handler."""

    def __init__(self, context_ids: frozenset[int], handler: Handler, limits: Limits) -> None:
        self._context_ids = context_ids
        self._handler = handler
        self._limits = limits
        self._command = bytearray()
        self._context = -1
        self._awaits_data = False
        self._received = 0
        self._empty = 0

    @property
    def within_message(self) -> bool:
        """True between the first byte of a message and its last."""
        return self._awaits_data or bool(self._command)

    def feed(self, body: memoryview) -> None:
        """Take the content of one P-DATA-TF PDU. Raises Malformed, TooLarge."""
        position, end, count = 0, len(body), 0
        while position < end:
            if end - position < _OVERHEAD:
                raise malformed("pdv-length", "A presentation data value is cut off.")
            length, context_id, control = PDV_HEADER.unpack_from(body, position)
            stop = position + 4 + length
            if length < 2 or stop > end:
                raise malformed("pdv-length", "A presentation data value does not fit in its PDU.")
            count += 1
            if count > self._limits.fragments_per_pdu:
                raise _too_large("pdu-fragments", "A PDU has too many presentation data values.")
            self._fragment(context_id, control, body[position + _OVERHEAD : stop])
            position = stop

    def _fragment(self, context_id: int, control: int, fragment: memoryview) -> None:
        if not fragment:
            self._empty += 1
            if self._empty > self._limits.empty_fragments:
                raise _too_large("message-empty-fragments", "A message has too many empty fragments.")
        if control & _COMMAND:
            self._command_fragment(context_id, control, fragment)
        elif context_id == self._context and self._awaits_data:
            self._received += len(fragment)
            if self._received > self._limits.dataset_bytes:
                raise _too_large("dataset-bytes", "A dataset is longer than is allowed.")
            if fragment:
                self._handler.data(fragment)
            if control & _LAST:
                self._awaits_data = False
                self._empty = 0
                self._handler.end()
        else:
            raise malformed("pdv-unexpected", "A dataset fragment came without its command.")

    def _command_fragment(self, context_id: int, control: int, fragment: memoryview) -> None:
        if context_id not in self._context_ids:
            raise malformed("context-unknown", "A message came on a presentation context that was not agreed on.")
        if self._awaits_data or (self._command and context_id != self._context):
            raise malformed("pdv-unexpected", "A command came in the middle of another message.")
        if len(self._command) + len(fragment) > self._limits.command_bytes:
            raise _too_large("command-bytes", "A command set is longer than is allowed.")
        self._context = context_id
        self._command += fragment
        if control & _LAST:
            request = command.decode(bytes(self._command))
            self._command.clear()
            self._received = self._empty = 0
            self._awaits_data = request.has_dataset
            self._handler.command(context_id, request)


def _too_large(code: str, text: str) -> TooLarge:
    return TooLarge(
        code, text, "Look at the other system's DICOM settings, or raise the limit in this node's settings."
    )


def command_pdus(context_id: int, payload: bytes, send_bytes: int) -> bytes:
    """A command set as P-DATA-TF PDUs of at most ``send_bytes`` (0: no limit), all in one run of bytes."""
    return b"".join(_command_pdus(context_id, payload, send_bytes))


def _command_pdus(context_id: int, payload: bytes, send_bytes: int) -> Iterator[bytes]:
    room = fragment_room(send_bytes, len(payload))
    for start in range(0, len(payload), room):
        fragment = payload[start : start + room]
        last = start + room >= len(payload)
        yield data_header(context_id, len(fragment), is_command=True, last=last) + fragment


def fragment_room(send_bytes: int, ours: int) -> int:
    """Bytes of content in one PDU: even, within the peer's limit (0: none) and ours."""
    room = ours if send_bytes == 0 else min(ours, send_bytes - _OVERHEAD)
    return max(room - room % 2, 2)


def data_header(context_id: int, length: int, *, is_command: bool, last: bool) -> bytes:
    """Header of a P-DATA-TF PDU with one presentation data value of ``length`` bytes."""
    control = (_COMMAND if is_command else 0) | (_LAST if last else 0)
    return PDU_HEADER.pack(PduType.DATA, length + _OVERHEAD) + PDV_HEADER.pack(length + 2, context_id, control)
