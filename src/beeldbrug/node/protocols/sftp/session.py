"""The one subsystem of a connection, with an allow-list of requests; shell, commands and all else are refused.

Beside what ``asyncssh`` shows, this uses its classes for a session and for the packets of SFTP, for two reasons:
whether a file is closed by its client or because the connection is gone must be told apart, and requests that nobody
needs (links, copying, extensions) are not even parsed. ``tests/unit/node/protocols/sftp`` holds what it relies on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from asyncssh import SSHReader, SSHServerChannel, SSHWriter
from asyncssh.packet import SSHPacket
from asyncssh.sftp import SFTPServerHandler
from asyncssh.stream import SSHServerStreamSession

from beeldbrug.node.protocols.sftp.server import DropServer

_OPEN, _CLOSE, _READ, _WRITE, _LSTAT, _FSTAT, _SETSTAT, _FSETSTAT = 3, 4, 5, 6, 7, 8, 9, 10
_OPENDIR, _READDIR, _REMOVE, _MKDIR, _RMDIR, _REALPATH, _STAT, _RENAME = 11, 12, 13, 14, 15, 16, 17, 18

REQUESTS: tuple[int | bytes, ...] = (
    *(_OPEN, _CLOSE, _READ, _WRITE, _LSTAT, _FSTAT, _SETSTAT, _FSETSTAT),
    *(_OPENDIR, _READDIR, _REMOVE, _MKDIR, _RMDIR, _REALPATH, _STAT, _RENAME),
    *(b"posix-rename@openssh.com", b"fsync@openssh.com", b"lsetstat@openssh.com", b"limits@openssh.com"),
)
"""Requests that are parsed (draft-ietf-secsh-filexfer-02 section 3, OpenSSH PROTOCOL section 4). Reading is among them
to be refused in words. All else, links too, is unknown here."""


class _Handler(SFTPServerHandler):
    """Packets in, answers out."""

    def __init__(self, server: DropServer, reader: SSHReader[bytes], writer: SSHWriter[bytes]) -> None:
        super().__init__(server, reader, writer, 3)
        self._drop_server = server
        handlers: dict[int | bytes, Any] = {one: SFTPServerHandler._packet_handlers[one] for one in REQUESTS}
        handlers[_CLOSE] = _Handler.close_asked
        self._packet_handlers = handlers
        self._extensions = [(one, b"1") for one in REQUESTS if isinstance(one, bytes)]

    async def close_asked(self, packet: SSHPacket) -> None:
        """The client closes a file, or a folder's names."""
        self._drop_server.asked = True
        try:
            await self._process_close(packet)
        finally:
            self._drop_server.asked = False


class Session(SSHServerStreamSession[bytes]):
    """One channel."""

    def __init__(self, serve: Callable[[SSHServerChannel[bytes]], DropServer]) -> None:
        super().__init__(None)
        self._serve = serve

    def subsystem_requested(self, subsystem: str) -> bool:
        """SFTP alone."""
        return subsystem == "sftp"

    def session_started(self) -> None:
        """Serve it."""
        channel: Any = self._chan
        channel.set_encoding(None)
        self._encoding = None
        reader: SSHReader[bytes] = SSHReader(self, channel)
        handler = _Handler(self._serve(channel), reader, SSHWriter(self, channel))
        channel.get_connection().create_task(handler.run(), reader.logger)
