"""How the stores seal their columns under the vault's root key: one purpose a column, bound to organisation and row.

``seal`` compresses (headers, terms, texts); ``wrap`` is for keys. ``index`` is a keyed hash that finds equal values
without showing them (HMAC-SHA-256, RFC 2104). Where the root key comes from is ``stores.rootkey``.
"""

from __future__ import annotations

import hmac

from beeldbrug.sealed.opening.vault import VaultRoot, binding, open_blob, seal_blob, unwrap, wrap


class Sealing:
    """The root key as the stores use it; thread-safe, one for a process."""

    __slots__ = ("_index", "root")

    def __init__(self, root: VaultRoot) -> None:
        self.root = root
        self._index = root.derive("index")

    def seal(self, organisation: str, purpose: str, row: str, data: bytes) -> bytes:
        """Compress and seal."""
        return seal_blob(self.root, binding(organisation, purpose, row), data)

    def open(self, organisation: str, purpose: str, row: str, sealed: bytes) -> bytes:
        """Open what ``seal`` made. Raises Denied ``vault-seal-broken``, Malformed ``root-key-other``."""
        return open_blob(self.root, binding(organisation, purpose, row), sealed)

    def seal_text(self, organisation: str, purpose: str, row: str, text: str) -> bytes:
        """Seal a text; the empty one stays empty, which tells only that there is none."""
        return self.seal(organisation, purpose, row, text.encode("utf-8", "replace")) if text else b""

    def open_text(self, organisation: str, purpose: str, row: str, sealed: bytes) -> str:
        """Open what ``seal_text`` made."""
        return self.open(organisation, purpose, row, sealed).decode("utf-8") if sealed else ""

    def wrap(self, organisation: str, purpose: str, row: str, secret: bytes) -> bytes:
        """Wrap a key."""
        return wrap(self.root, binding(organisation, purpose, row), secret)

    def unwrap(self, organisation: str, purpose: str, row: str, wrapped: bytes) -> bytes:
        """Unwrap a key. Raises as ``open``."""
        return unwrap(self.root, binding(organisation, purpose, row), wrapped)

    def index(self, organisation: str, purpose: str, value: str) -> bytes:
        """Equal for equal values of one organisation and purpose; empty for the empty value."""
        if not value:
            return b""
        return hmac.digest(self._index, binding(organisation, purpose, value), "sha256")
