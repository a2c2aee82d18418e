"""Disc images by software that is not ours: genisoimage, xorriso, mkudffs."""

from __future__ import annotations

from pathlib import Path

from tests.peers.processes import run, tool

BLOCK = 2048


def genisoimage(path: Path, folder: Path, *options: str) -> Path:
    """An ISO file of a folder."""
    return _made(path, [tool("genisoimage", "genisoimage"), "-quiet", *options, "-o", str(path), str(folder)])


def xorriso(path: Path, folder: Path, *options: str) -> Path:
    """An ISO file of a folder."""
    command = [tool("xorriso", "xorriso"), "-as", "mkisofs", "-quiet", *options, "-o", str(path), str(folder)]
    return _made(path, command)


def mkudffs(path: Path, *options: str, size: int = 8 << 20) -> Path:
    """An empty UDF volume."""
    path.touch()
    with path.open("r+b") as file:
        file.truncate(size)
    return _made(path, [tool("mkudffs", "udftools"), *options, str(path)])


def udf_alone(path: Path, bridge: Path) -> Path:
    """An image that has UDF alone, from one that genisoimage made with both: without what says that it is ISO 9660."""
    content = bytearray(bridge.read_bytes())
    marks = {bytes(content[at * BLOCK + 1 : at * BLOCK + 6]): at for at in range(16, 32)}
    first = marks[b"BEA01"]
    structures = content[first * BLOCK : (first + 3) * BLOCK]
    content[16 * BLOCK : (first + 3) * BLOCK] = structures + bytes((first - 16) * BLOCK)
    path.write_bytes(content)
    return path


def _made(path: Path, command: list[str]) -> Path:
    done = run(command)
    assert done.code == 0, done.output
    return path
