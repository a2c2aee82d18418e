"""Live messages between the processes of one hub: datagrams over sockets in a folder that only they can enter.

A message goes to every other process that is there; one that has ended leaves a socket that nobody reads, which is
removed when it is met. Nothing is kept: a socket holds what is under way. unix(7).
"""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
from pathlib import Path

from beeldbrug.hub.protocols.http.live import Message, Relay
from beeldbrug.kit.files import make_folder
from beeldbrug.kit.log import get
from beeldbrug.sealed import forms
from beeldbrug.sealed.live import LIVE_BYTES

URA_BYTES = 8
ID_BYTES = 32

_log = get("beeldbrug.hub.live")


class Neighbours(asyncio.DatagramProtocol):
    """This process among the others. Belongs to the event loop."""

    def __init__(self, folder: Path, relay: Relay) -> None:
        self._folder = folder
        self._relay = relay
        self._name = f"{secrets.token_hex(8)}.sock"
        self._place: Path = folder
        self._descriptor = -1
        self._transport: asyncio.DatagramTransport | None = None
        self._out = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._out.setblocking(False)

    async def open(self) -> None:
        """Begin to hear the others, and to tell them."""
        self._enter()
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(
            lambda: self, local_addr=str(self._place / self._name), family=socket.AF_UNIX
        )
        self._relay.others = self.tell

    def _enter(self) -> None:
        make_folder(self._folder)
        self._descriptor = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        short = Path(f"/proc/self/fd/{self._descriptor}")  # a socket's path has at most 107 bytes
        self._place = short if short.exists() else self._folder

    def close(self) -> None:
        """Leave."""
        if self._transport is not None:
            self._transport.close()
        (self._folder / self._name).unlink(missing_ok=True)
        self._out.close()
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def tell(self, message: Message) -> None:
        """Hand a message to the others; one that is slow misses it."""
        data = (message.receiver + message.sender + message.parcel).encode("ascii") + message.body
        for path in self._place.glob("*.sock"):
            if path.name != self._name:
                self._send(data, path)

    def datagram_received(self, data: bytes, addr: object) -> None:
        """A message that came in at another process."""
        if len(data) != 2 * URA_BYTES + ID_BYTES + LIVE_BYTES:
            return
        head = data[:-LIVE_BYTES].decode("ascii", "replace")
        receiver, sender, parcel = head[:URA_BYTES], head[URA_BYTES : 2 * URA_BYTES], head[2 * URA_BYTES :]
        if forms.URA.fullmatch(receiver) and forms.URA.fullmatch(sender) and forms.ID.fullmatch(parcel):
            self._relay.spread(Message(receiver, parcel, sender, data[-LIVE_BYTES:]))

    def _send(self, data: bytes, path: Path) -> None:
        try:
            self._out.sendto(data, str(path))
        except (ConnectionRefusedError, FileNotFoundError):
            path.unlink(missing_ok=True)
        except OSError as error:
            _log.info("neighbour missed a live message", reason=type(error).__name__)
