"""Walk over encapsulated pixel data as it streams by: item headers are read, fragments pass untouched.

The value runs up to and including the Sequence Delimitation Item. Nothing is buffered but an item header that lies
across two chunks and the first bytes of each fragment. PS3.5 annex A.4. Decodes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from struct import unpack_from

from beeldbrug.dicom.frames import FragmentTable
from beeldbrug.dicom.syntax import UNDEFINED, Encoding
from beeldbrug.model.errors import Malformed, TooLarge

_HEAD = 8
_TABLE_BYTES = 4


class FragmentWalker:
    """Push parser for one encapsulated value. ``write`` gets every byte of it, in order, as it comes."""

    __slots__ = (
        *("_basic", "_encoding", "_filling", "_head", "_left", "_limit", "_write"),
        *("done", "error", "held", "length", "table"),
    )

    def __init__(self, encoding: Encoding, limit: int, write: Callable[[memoryview], None]) -> None:
        self._encoding = encoding
        self._limit = limit
        self._write = write
        self._left = 0
        self._head: bytearray | None = None
        self._basic: bytearray | None = None
        self._filling = False
        self.table = FragmentTable()
        self.held = bytearray()
        self.length = 0
        self.done = False
        self.error: Malformed | TooLarge | None = None

    @property
    def complete(self) -> bool:
        """Whether it stands between two items with nothing held back."""
        return not self._left and not self.held

    def feed(self, view: memoryview) -> int:
        """Take bytes; returns how many of ``view`` were taken: less than all only when ``done`` or ``error`` is set.

        After an error ``held`` are bytes taken but not written, which belong to whatever follows.
        """
        size = len(view)
        at = written = 0
        while at < size and not self.done and not self.error:
            if self._left:
                step = min(self._left, size - at)
                if self._filling:
                    self._fill(view[at : at + step])
                self._left -= step
                at += step
            elif self.held or size - at < _HEAD:
                self._pass(view[written:at])
                step = min(_HEAD - len(self.held), size - at)
                self.held += view[at : at + step]
                at += step
                written = at
                self._release()
            else:
                self._item(view, at, self.length + at - written)
                at += 0 if self.error else _HEAD
        self._pass(view[written:at])
        return at

    def _release(self) -> None:
        """Write the held item header once it is whole and found to be one."""
        if len(self.held) == _HEAD:
            self._item(self.held, 0, self.length)
            if not self.error:
                self._pass(memoryview(bytes(self.held)))
                self.held.clear()

    def _pass(self, view: memoryview) -> None:
        if len(view):
            self._write(view)
            self.length += len(view)

    def _item(self, data: bytearray | memoryview, at: int, position: int) -> None:
        """One item header at ``data[at:]``, which stands at ``position`` of the value."""
        key, length = self._encoding.plain(data, at)
        if key == self._encoding.sequence_end:
            self._note()
            self.done = True
            return
        if key != self._encoding.item or length == UNDEFINED:
            self.error = Malformed(
                "fragments-broken",
                "Something else than an item stands in encapsulated pixel data.",
                "Send the instance again; if it fails again, the sender writes a broken dataset.",
            )
            return
        self._note()
        if len(self.table) >= self._limit:
            self.error = TooLarge(
                "too-many-fragments", "Pixel data has more fragments than allowed.", "Raise the limit."
            )
            return
        self._left = length
        if self._basic is None:
            self._basic = bytearray()
            self._filling = length > 0
            return
        self._head = bytearray()
        self._filling = length > 0
        self.table.offsets.append(position + 8)
        self.table.lengths.append(length)

    def _fill(self, view: memoryview) -> None:
        """Keep the beginning of a fragment, or the basic offset table."""
        if self._head is None:
            if self._basic is not None and len(self._basic) < self._limit * _TABLE_BYTES:
                self._basic += view
            return
        self._head += view[: _HEAD - len(self._head)]
        self._filling = len(self._head) < _HEAD

    def _note(self) -> None:
        """The fragment before is over: say whether a frame begins with it."""
        if self._head is not None:
            self.table.mark(bytes(self._head))
            self._head = None
        self._filling = False

    def end(self) -> None:
        """No more bytes come. A fragment cut short counts as long as it is."""
        self._note()
        if self._left and len(self.table):
            self.table.lengths[-1] -= self._left

    def basic_offsets(self) -> Sequence[int]:
        """The Basic Offset Table; empty when there is none."""
        usable = bytes(self._basic or b"")
        count = len(usable) // _TABLE_BYTES
        return unpack_from(f"{self._encoding.order}{count}I", usable)
