"""The age command (https://age-encryption.org/v1). Debian package age."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.peers.processes import run, tool


@dataclass(frozen=True)
class Age:
    """The age and age-keygen programs."""

    program: str
    keygen: str

    def new_key(self, path: Path) -> str:
        """Write a new identity file; returns its recipient (``age1...``)."""
        made = run([self.keygen, "-o", str(path)])
        assert made.code == 0, made.output
        return next(word for word in made.output.split() if word.startswith("age1"))

    def seal(self, recipient: str, source: Path, target: Path) -> None:
        """Encrypt a file to a recipient."""
        done = run([self.program, "-r", recipient, "-o", str(target), str(source)])
        assert done.code == 0, done.output

    def open(self, identity: Path, source: Path, target: Path) -> bool:
        """Decrypt a file; False when age refuses."""
        return run([self.program, "-d", "-i", str(identity), "-o", str(target), str(source)]).code == 0


@pytest.fixture(scope="session")
def age() -> Age:
    """The age command; skips when it is not installed."""
    return Age(tool("age", "age"), tool("age-keygen", "age"))
