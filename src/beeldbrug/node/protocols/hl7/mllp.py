"""Frames of the Minimal Lower Layer Protocol (HL7 v2 Transport, MLLP release 1): <VT> message <FS><CR>. No sockets.

Line ends between frames are let pass, anything else is no MLLP. Memory does not grow with what a sender sends.
"""

from __future__ import annotations

from dataclasses import dataclass

from beeldbrug.model.errors import Malformed, TooLarge
from beeldbrug.node.protocols.hl7.limits import Limits

START = b"\x0b"
END = b"\x1c\r"
HEAD_BYTES = 4096
"""What is kept of a message that is too long: its MSH segment stands there."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One message; of one over the limit (not ``whole``) its head only. ``halves``: messages that were begun before it
    and never ended."""

    content: bytes
    whole: bool = True
    halves: int = 0


class Framer:
    """Takes bytes as they come, gives frames."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._held = bytearray()
        self._inside = False
        self._length = 0
        self._over = False

    @property
    def pending(self) -> bool:
        """Whether a message was begun and has not ended."""
        return self._inside

    def feed(self, data: bytes) -> list[Frame]:
        """Frames that are whole now. Raises Malformed ``hl7-not-mllp``, TooLarge ``hl7-endless``."""
        found = []
        self._held += data
        while self._held:
            if not self._inside and not self._begin():
                break
            at = self._held.find(END)
            if at < 0:
                self._wait()
                break
            found.append(self._frame(at))
        return found

    def _begin(self) -> bool:
        """Step inside a frame; False when none begins yet."""
        rest = self._held.lstrip(b"\r\n")
        self._held = rest
        if not rest:
            return False
        if not rest.startswith(START):
            raise Malformed(
                "hl7-not-mllp", "What came is no MLLP frame.", "Have the sender put its messages into MLLP frames."
            )
        del rest[:1]
        self._inside, self._length, self._over = True, 0, False
        return True

    def _wait(self) -> None:
        """No end yet: keep what may be needed."""
        if self._length + len(self._held) > self._limits.most_bytes:
            raise TooLarge("hl7-endless", "A message does not end.", "Have the sender send smaller messages.")
        if len(self._held) > self._limits.message_bytes or self._over:
            if not self._over:
                self._head = bytes(self._held[:HEAD_BYTES])
            self._over = True
            self._length += len(self._held) - 1
            del self._held[:-1]  # the end may have begun

    def _frame(self, at: int) -> Frame:
        over = self._over or at > self._limits.message_bytes
        content = self._head if self._over else bytes(self._held[: HEAD_BYTES if over else at])
        del self._held[: at + len(END)]
        self._inside = False
        *halves, last = content.split(START)
        return Frame(last, not over, len(halves))
