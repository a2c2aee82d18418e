"""What a browser does before it uploads, in Python: parts sealed under a writer's keys, gathered in chunks.

The product has the sealing half in TypeScript alone (``web/src/intake/seal.ts``); tests that need no browser seal with
this, and the vectors of both stand in ``tests/unit/sealed/opening/test_parts.py``.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from beeldbrug.model.dataset import Line
from beeldbrug.sealed.age import seal
from beeldbrug.sealed.message import seal_message

RECORD_BYTES = 1024 * 1024


def file_id(name: str) -> bytes:
    """Some id."""
    return hashlib.sha256(name.encode()).digest()[:16]


@dataclass
class BrowserWriter:
    """One page."""

    upload: str
    recipient: str
    id: str = field(default_factory=lambda: secrets.token_hex(16))
    keys: dict[Line, bytes] = field(default_factory=lambda: {line: secrets.token_bytes(16) for line in Line})

    def sealed_keys(self) -> bytes:
        """To the upload."""
        keys = {line.value: base64.b64encode(key).decode() for line, key in self.keys.items()}
        return seal(json.dumps({"upload": self.upload, "writer": self.id, **keys}).encode(), self.recipient)

    def part(self, line: Line, name: str, number: int, content: bytes, last: bool, size: int) -> bytes:
        """One message."""
        plain = file_id(name) + number.to_bytes(4, "big") + bytes([last])
        if number == 0:
            said = json.dumps({"name": name, "size": size}).encode()
            plain += len(said).to_bytes(4, "big") + said
        return seal_message(self.keys[line], secrets.token_bytes(16), RECORD_BYTES, plain + content)

    def chunk(self, messages: Sequence[tuple[str, int, bytes]]) -> bytes:
        """(name, part, message) laid end to end, with what they are before them."""
        contents = b"".join(
            file_id(name) + part.to_bytes(4, "big") + len(message).to_bytes(4, "big")
            for name, part, message in messages
        )
        return len(messages).to_bytes(4, "big") + contents + b"".join(message for _, _, message in messages)


def halves(content: bytes) -> tuple[bytes, bytes]:
    """(header, pixels) of a file whose pixels are its last value."""
    at = content.rindex(b"\xe0\x7f\x10\x00") + 12
    return content[:at], content[at:]
