"""A thread pool in which urgent work overtakes: lower rank first, then first come, first served.

Work that has begun is not interrupted, so keep pieces small (a segment, not a study). Some threads can be kept free for
the most urgent rank, so that it never waits behind long pieces.
"""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from beeldbrug.model.errors import Unavailable

T = TypeVar("T")


class Lanes:
    """``threads`` workers; ``reserved`` of them take rank 0 only."""

    def __init__(self, threads: int, reserved: int = 0, name: str = "lane") -> None:
        self._heap: list[tuple[int, int, Callable[[], Any], Future[Any]]] = []
        self._count = itertools.count()
        self._condition = threading.Condition()
        self._stopped = False
        self._threads = [
            threading.Thread(target=self._serve, args=(0 if number < reserved else None,), name=f"{name}-{number}")
            for number in range(threads)
        ]
        for thread in self._threads:
            thread.daemon = True
            thread.start()

    def submit(self, rank: int, work: Callable[[], T]) -> Future[T]:
        """Queue ``work``. Raises Unavailable after ``close``."""
        future: Future[T] = Future()
        with self._condition:
            if self._stopped:
                raise Unavailable("stopping", "The process is stopping.", "Start it again; the work goes on then.")
            heapq.heappush(self._heap, (rank, next(self._count), work, future))
            self._condition.notify_all()
        return future

    def close(self, seconds: float = 10.0) -> None:
        """Cancel what has not begun, wait for what has: ``seconds`` in all, then leave it to its daemon threads."""
        with self._condition:
            self._stopped = True
            for _, _, _, future in self._heap:
                future.cancel()
            self._heap.clear()
            self._condition.notify_all()
        deadline = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    def _serve(self, most: int | None) -> None:
        while True:
            with self._condition:
                while not self._stopped and not self._fits(most):
                    self._condition.wait()
                if self._stopped:
                    return
                _, _, work, future = heapq.heappop(self._heap)
            if future.set_running_or_notify_cancel():
                _run(work, future)

    def _fits(self, most: int | None) -> bool:
        return bool(self._heap) and (most is None or self._heap[0][0] <= most)


def _run(work: Callable[[], Any], future: Future[Any]) -> None:
    try:
        result = work()
    except BaseException as error:  # handed to whoever waits for the future
        future.set_exception(error)
    else:
        future.set_result(result)
