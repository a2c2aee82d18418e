"""Messages of the live channel, the opening side: formats as in ``sealed.live``.

A message is taken once: counters of a stream only go up. What was recorded in an earlier run of this process is told
apart by the payload, which names the streams that its sender has heard (``usecases.consult.channel``).
"""

from __future__ import annotations

from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from beeldbrug.model.errors import Conflict, Denied, Malformed
from beeldbrug.sealed.live import (
    COUNTER_BYTES,
    HEAD_BYTES,
    LENGTH_BYTES,
    LIVE_BYTES,
    PAYLOAD_BYTES,
    STREAM_BYTES,
    VERSION,
    cipher_of,
    nonce_of,
)

STREAMS: Final = 64
"""Streams that are remembered; more than any organisation has processes."""


class LiveOpener:
    """The streams of the other end of one parcel. For one thread."""

    def __init__(self, secret: bytes, parcel: str, sender: str, receiver: str) -> None:
        self._secret = secret
        self._direction = (parcel, sender, receiver)
        self._ciphers: dict[bytes, AESGCM] = {}
        self._last: dict[bytes, int] = {}

    def open(self, message: bytes) -> tuple[bytes, bytes]:
        """(stream id, payload).

        Raises Malformed ``live-malformed``, Denied ``live-not-opened``, Conflict ``live-replayed``.
        """
        if len(message) != LIVE_BYTES or message[:1] != VERSION:
            raise Malformed("live-malformed", "A live message is not in the form of one.")
        head, sealed = message[:HEAD_BYTES], message[HEAD_BYTES:]
        stream = head[1 : 1 + STREAM_BYTES]
        counter = int.from_bytes(head[-COUNTER_BYTES:], "big")
        cipher = self._ciphers.get(stream) or cipher_of(self._secret, stream, *self._direction)
        try:
            inside = cipher.decrypt(nonce_of(counter), sealed, head)
        except InvalidTag:
            raise Denied("live-not-opened", "A live message does not open: it was altered or is not for us.") from None
        if counter <= self._last.get(stream, 0):
            raise Conflict("live-replayed", "A live message came twice or out of order.")
        self._keep(stream, cipher, counter)
        length = int.from_bytes(inside[:LENGTH_BYTES], "big")
        if length > PAYLOAD_BYTES or inside[LENGTH_BYTES + length :].strip(b"\x00"):
            raise Malformed("live-malformed", "A live message is not in the form of one.")
        return stream, inside[LENGTH_BYTES : LENGTH_BYTES + length]

    def _keep(self, stream: bytes, cipher: AESGCM, counter: int) -> None:
        if stream not in self._ciphers and len(self._ciphers) >= STREAMS:
            oldest = next(iter(self._ciphers))
            del self._ciphers[oldest], self._last[oldest]
        self._ciphers[stream] = cipher
        self._last[stream] = counter
