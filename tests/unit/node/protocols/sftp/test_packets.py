"""No empty packet goes before each, and only with ciphers that need none."""

from __future__ import annotations

from unittest.mock import patch

import asyncssh
from asyncssh.connection import SSHConnection
from asyncssh.constants import MSG_IGNORE

from beeldbrug.node.protocols.sftp.client import CIPHERS
from beeldbrug.node.protocols.sftp.listener import ALGORITHMS
from beeldbrug.node.protocols.sftp.packets import WITHOUT_CHAINING, send_no_empty_packets


def test_no_cipher_is_spoken_that_needs_empty_packets_between() -> None:
    assert all(name.endswith(WITHOUT_CHAINING) for name in (*CIPHERS, *ALGORITHMS))


def test_empty_packets_are_left_out_and_all_others_go() -> None:
    sent: list[int] = []

    def send_packet(connection: SSHConnection, kind: int, *content: bytes, handler: object = None) -> None:
        sent.append(kind)
        if kind != MSG_IGNORE:  # as the library does
            connection.send_packet(MSG_IGNORE, b"")

    with patch.object(asyncssh.SSHClientConnection, "send_packet", send_packet):
        connection = asyncssh.SSHClientConnection.__new__(asyncssh.SSHClientConnection)
        send_no_empty_packets(connection)
        for kind in (90, 94, 96):
            connection.send_packet(kind, b"x")
    assert sent == [90, 94, 96]
