"""A TCP line to a server on this machine that can be cut after so many bytes, or closed; counts what passed."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress


class Line:
    """A line to a server that can be cut after so many bytes; counts what passed in each direction."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.up_room: int | None = None
        self.down_room: int | None = None
        self.up = self.down = 0
        self._counting = threading.Lock()
        self.server = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self.server.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self.server.accept()
                hub = socket.create_connection(("127.0.0.1", self.port))
                for source, target, name in ((client, hub, "up"), (hub, client, "down")):
                    threading.Thread(target=self._pump, args=(source, target, name), daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket, name: str) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                with self._counting:
                    room = getattr(self, f"{name}_room")
                    if room is not None:
                        data = data[: max(0, room)]
                        setattr(self, f"{name}_room", room - len(data))
                    setattr(self, name, getattr(self, name) + len(data))
                target.sendall(data)
                if room is not None and room <= len(data):
                    break
        for one in (source, target):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def close(self) -> None:
        self.server.close()
