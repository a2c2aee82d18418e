"""Opens what a command works with: the node's vault and stores by its settings file. No logic of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from beeldbrug.kit import log
from beeldbrug.model.errors import Malformed
from beeldbrug.node.app.base import Base, open_base
from beeldbrug.node.app.hosting import load_node
from beeldbrug.node.app.settings import NodeSettings

PASSPHRASE_BYTES = 4096


def node_settings(file: Path) -> NodeSettings:
    """The node's settings. Raises Malformed with every fault."""
    log.configure("error")  # a person at a terminal reads the result, not the log
    return load_node(file)


@contextmanager
def open_node(file: Path) -> Iterator[Base]:
    """The node's vault and stores. Raises Malformed, Unavailable or Denied with the remedy."""
    with open_base(node_settings(file)) as base:
        yield base


def read_file(path: Path, what: str) -> bytes:
    """A file that the user named. Raises Malformed without its name."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise Malformed(
            "file-unreadable", f"The {what} cannot be read ({type(error).__name__}).", "Check its path and rights."
        ) from None


def passphrase_in(file: Path) -> str:
    """The first line of a passphrase file. Raises Malformed."""
    content = read_file(file, "file with the passphrase")[:PASSPHRASE_BYTES]
    lines = content.decode("utf-8", "replace").splitlines()
    return lines[0] if lines else ""
