"""A small UDF volume by hand, with what burning programs seldom lay on a disc: files in pieces, holes, files inside
their entries, links, long names, deleted ones, lists that go on elsewhere. Run with a path it writes one there.
"""

from __future__ import annotations

import struct
import sys
from pathlib import Path

BLOCK = 2048
PARTITION = 257

CONTENTS = {
    "plain": b"plain",
    "pieces": b"A" * BLOCK + b"B" * 100,
    "hole": b"C" * BLOCK + bytes(BLOCK) + b"D" * 10,
    "inside": b"inside its entry",
    "extended": b"extended entry",
    "further": b"E" * BLOCK + b"F" * BLOCK,
    "map/één 病": b"deep",
}
"""What is in the files that can be read."""


def tagged(kind: int, body: bytes, location: int = 0, size: int = BLOCK) -> bytes:
    """A descriptor; its tag has a checksum (ECMA-167 3/7.2)."""
    tag = bytearray(struct.pack("<HHBBHHHI", kind, 3, 0, 0, 0, 0, 0, location))
    tag[4] = sum(tag) & 0xFF
    return (bytes(tag) + body).ljust(size, b"\0")


def long_ad(block: int, size: int = BLOCK) -> bytes:
    return struct.pack("<IIH6x", size, block, 0)


def entry(kind: int, size: int, form: int, allocation: bytes, extended: bool = False) -> bytes:
    """A file entry, or an extended one (ECMA-167 4/14.9 and 4/14.17); ``form``: of its allocation descriptors."""
    icb = struct.pack("<IHHHBBIHH", 0, 4, 0, 1, 0, kind, 0, 0, form)
    body = bytearray(200 if extended else 160)
    body[0 : len(icb)] = icb
    struct.pack_into("<Q", body, 56 - 16, size)
    struct.pack_into("<II", body, len(body) - 8, 0, len(allocation))
    return tagged(266 if extended else 261, bytes(body) + allocation)


def name(text: str, block: int, flags: int = 0) -> bytes:
    """A name in a folder (ECMA-167 4/14.4)."""
    wide = not text.isascii()
    raw = (b"\x10" + text.encode("utf-16-be") if wide else b"\x08" + text.encode()) if text else b""
    body = struct.pack("<HBB", 1, flags, len(raw)) + long_ad(block) + struct.pack("<H", 0) + raw
    return tagged(257, body, size=(38 + len(raw) + 3) & ~3)


def volume(folder: bytes | None = None) -> bytes:
    """The image; ``folder`` instead of the content of the root."""
    blocks: dict[int, bytes] = {}
    root = folder if folder is not None else _files(blocks)
    blocks[0] = tagged(256, bytes(400 - 16) + long_ad(1))
    blocks[1] = entry(4, len(root), 0, struct.pack("<II", len(root), 2))
    blocks[2] = root
    sectors = {16: b"\0BEA01\1", 17: b"\0NSR03\1", 18: b"\0TEA01\1"}
    partition = bytearray(496)
    struct.pack_into("<H", partition, 22 - 16, 0)
    struct.pack_into("<II", partition, 188 - 16, PARTITION, 100)
    logical = bytearray(430)
    struct.pack_into("<I", logical, 212 - 16, BLOCK)
    logical[248 - 16 : 264 - 16] = long_ad(0)
    struct.pack_into("<II", logical, 264 - 16, 6, 1)
    logical[440 - 16 : 446 - 16] = struct.pack("<BBHH", 1, 6, 1, 0)
    sectors |= {32: tagged(5, bytes(partition)), 33: tagged(6, bytes(logical)), 34: tagged(8, b"")}
    sectors[256] = tagged(2, struct.pack("<IIII", 3 * BLOCK, 32, 3 * BLOCK, 32), 256)
    sectors |= {PARTITION + block: content for block, content in blocks.items()}
    whole = bytearray((max(sectors) + 2) * BLOCK)
    for sector, content in sectors.items():
        whole[sector * BLOCK : sector * BLOCK + len(content)] = content
    return bytes(whole)


def _files(blocks: dict[int, bytes]) -> bytes:
    def short(*extents: tuple[int, int]) -> bytes:
        return b"".join(struct.pack("<II", size, block) for size, block in extents)

    blocks |= {40: b"plain", 41: b"A" * BLOCK, 43: b"B" * 100, 44: b"C" * BLOCK, 45: b"D" * 10, 46: b"extended entry"}
    blocks |= {47: b"E" * BLOCK, 49: b"F" * BLOCK, 50: b"deep"}
    further = short((BLOCK, 49))
    blocks[48] = tagged(258, struct.pack("<II", 0, len(further)) + further)
    sizes = {key: len(value) for key, value in CONTENTS.items()}
    blocks[10] = entry(5, sizes["plain"], 0, short((5, 40)))
    blocks[11] = entry(5, sizes["pieces"], 1, long_ad(41) + long_ad(43, 100))
    blocks[12] = entry(5, sizes["hole"], 0, short((BLOCK, 44), (1 << 30 | BLOCK, 0), (10, 45)))
    blocks[13] = entry(5, sizes["inside"], 3, CONTENTS["inside"])
    blocks[14] = entry(5, sizes["extended"], 0, short((14, 46)), extended=True)
    blocks[15] = entry(5, sizes["further"], 0, short((BLOCK, 47), (3 << 30 | BLOCK, 48)))
    blocks[16] = entry(12, 4, 3, b"link")
    blocks[17] = entry(5, 100, 0, short((100, 9000)))
    deep = name("", 1, 8) + name("één 病", 19)
    blocks[18] = entry(4, len(deep), 3, deep)
    blocks[19] = entry(5, sizes["map/één 病"], 0, short((4, 50)))
    names = ("plain", "pieces", "hole", "inside", "extended", "further", "link", "beyond", "map")
    listed = b"".join(name(one, 10 + at) for at, one in enumerate(names))
    return name("", 1, 8) + listed + name("deleted", 10, 4) + name("../outside", 10)


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(volume())
