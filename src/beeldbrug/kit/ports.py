"""Free TCP ports, for processes that are told their port before they start. No other network work."""

from __future__ import annotations

import socket
from types import TracebackType


class ReservedPort:
    """A free port, held with SO_REUSEPORT until ``release``, so that nobody but this user's servers can take it."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._socket = socket.socket(family, socket.SOCK_STREAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        self._socket.bind((host, 0))
        self.number: int = self._socket.getsockname()[1]

    def release(self) -> None:
        """Let go; call it once the server that shall have the port listens."""
        self._socket.close()

    def __enter__(self) -> ReservedPort:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.release()


def free_port(host: str = "127.0.0.1") -> int:
    """A port that was free just now."""
    with ReservedPort(host) as port:
        return port.number
