"""A sending that runs beside what watches it: when it started and when it ended. POSIX seconds, as the vaults keep."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from tests.bench import peers

WAIT_SECONDS = 60.0


def now() -> float:
    """POSIX seconds."""
    return time.time()


class Sending:
    """Sends one folder on one association, from the moment it is made; an error is raised by ``wait``."""

    def __init__(self, receiver: peers.Receiver, folder: Path) -> None:
        self._error: BaseException | None = None
        self.start = now()
        self.end = 0.0
        # the kernel ends a child with the thread that started it, so that thread waits for it
        self._thread = threading.Thread(target=self._send, args=(receiver, folder), name="bench-sender", daemon=True)
        self._thread.start()

    @property
    def seconds(self) -> float:
        """From start to end of the sender."""
        return self.end - self.start

    def wait(self) -> None:
        """Until it has ended."""
        self._thread.join(WAIT_SECONDS)
        if self._error is not None:
            raise self._error
        if not self.end:
            raise TimeoutError("the sender did not end")

    def _send(self, receiver: peers.Receiver, folder: Path) -> None:
        try:
            peers.send(receiver, [folder])
        except BaseException as error:  # told to whoever waits
            self._error = error
        self.end = now()
