"""Packets that nobody needs are not sent: both halves of SFTP use it.

``asyncssh`` puts an empty packet (SSH_MSG_IGNORE) before each, each with a seal and a write of its own: a third of the
work of sending. It is against an attack on ciphers in CBC mode (RFC 4251 section 9.3.1), none of which is spoken here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from asyncssh import SSHClientConnection, SSHServerConnection
from asyncssh.constants import MSG_IGNORE

WITHOUT_CHAINING: Final = ("-gcm@openssh.com", "-ctr", "chacha20-poly1305@openssh.com")
"""How names of ciphers end in which no packet's seal depends on the one before."""


def send_no_empty_packets(connection: SSHClientConnection | SSHServerConnection) -> None:
    """Of this connection; before or after it has chosen its cipher, which must be one ``WITHOUT_CHAINING``."""
    untyped: Any = connection
    send: Callable[..., None] = untyped.send_packet

    def send_packet(kind: int, *content: bytes, handler: Any = None) -> None:
        if kind != MSG_IGNORE:
            send(kind, *content, handler=handler)

    untyped.send_packet = send_packet
