"""Where the vault's root key comes from: a file of this user alone, outside the database (DESIGN section 4).

Made at the first start; never made again for a vault that has one, because that would hide that the key is lost. Its
backup is a text sealed with a passphrase (age v1, scrypt), which the ``age`` command can open too. PKCS#11 and KMS are
named in settings and refused. The file: one line of form, key id and key in base64.
"""

from __future__ import annotations

import base64
import binascii
import stat
from pathlib import Path

import pyrage  # type: ignore[import-untyped]  # the package ships no types

from beeldbrug.kit.files import disk_errors, make_folder, write_new
from beeldbrug.model.errors import Conflict, Denied, Malformed, Unavailable, Unsupported
from beeldbrug.sealed.opening.vault import VaultRoot, new_root

FORM = "beeldbrug-vault-root-1"

REHEARSED_FACT = "vault.root-key.rehearsed"
"""Fact of no organisation: POSIX seconds of the last time a backup of the root key was opened and compared."""

PASSPHRASE_LENGTH = 12
"""Characters that a passphrase has at least."""

_HARDWARE = ("pkcs11:", "kms:", "awskms:", "gcpkms:", "azurekms:")
_FILE_LIMIT = 4096


class RootFile:
    """A root key in a file; ``provide`` is what ``open_vault`` wants."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def provide(self, expected: str | None) -> VaultRoot:
        """The key; made when there is no file and ``expected`` is None, that is for a new vault.

        Raises Unavailable ``root-key-missing``, Denied ``root-key-exposed``, Malformed ``root-key-malformed``.
        """
        if self._path.exists():
            return VaultRoot(self._secret())
        if expected is not None:
            raise Unavailable(
                "root-key-missing",
                "The vault's root key is not where the setting points; without it nothing in the vault can be opened.",
                "Restore it from its backup: beeldbrug keys restore.",
            )
        secret = new_root()
        try:
            self._write(secret)
        except Conflict:  # another process made it at the same moment: its key counts
            return VaultRoot(self._secret())
        return VaultRoot(secret)

    def backup(self, passphrase: str) -> str:
        """The key as a text that the passphrase opens. Raises Malformed ``passphrase-short``, NotFound."""
        if len(passphrase) < PASSPHRASE_LENGTH:
            raise Malformed(
                "passphrase-short",
                f"The passphrase has fewer than {PASSPHRASE_LENGTH} characters.",
                "Take a longer one and keep it apart from the backup.",
            )
        line = _line(self._secret())
        return bytes(pyrage.passphrase.encrypt(line.encode("ascii"), passphrase, armored=True)).decode("ascii")

    def restore(self, text: str, passphrase: str) -> VaultRoot:
        """Write the key of a backup to the file, which must not be there. Raises Conflict ``root-key-is-here``."""
        secret = _opened(text, passphrase)
        try:
            self._write(secret)
        except Conflict:
            raise Conflict(
                "root-key-is-here", "There is a root key already; it is not replaced.", "Move that file away first."
            ) from None
        return VaultRoot(secret)

    def rehearse(self, text: str, passphrase: str) -> str:
        """Open a backup and compare it with the key in use; returns the key id. Raises Denied ``backup-of-other-key``.

        The caller notes the time under REHEARSED_FACT.
        """
        root = VaultRoot(_opened(text, passphrase))
        if root.key_id != VaultRoot(self._secret()).key_id:
            raise Denied(
                "backup-of-other-key",
                "This is the backup of another root key than the one in use.",
                "Make a new backup: beeldbrug keys backup.",
            )
        return root.key_id

    def _secret(self) -> bytes:
        with disk_errors():
            mode = self._path.stat().st_mode
            if mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise Denied(
                    "root-key-exposed",
                    "Others than this user may read the file of the root key.",
                    "Set its mode to 0600, and consider who may have read it.",
                )
            content = self._path.read_bytes()[:_FILE_LIMIT]
        return _parsed(content)

    def _write(self, secret: bytes) -> None:
        make_folder(self._path.parent)
        write_new(self._path, _line(secret).encode("ascii"))


def root_file(source: str) -> RootFile:
    """The source that a setting names: a path. Raises Unsupported ``root-key-source`` for PKCS#11 and KMS."""
    if source.lower().startswith(_HARDWARE):
        raise Unsupported(
            "root-key-source",
            "Root keys in PKCS#11 modules and key management services are not supported.",
            "Name a file outside the data folder, on an encrypted disk.",
        )
    return RootFile(Path(source))


def _line(secret: bytes) -> str:
    return f"{FORM} {VaultRoot(secret).key_id} {base64.b64encode(secret).decode('ascii')}\n"


def _parsed(content: bytes) -> bytes:
    try:
        form, key_id, encoded = content.decode("ascii").split()
        secret = base64.b64decode(encoded, validate=True)
    except (ValueError, binascii.Error):
        raise _malformed() from None
    if form != FORM or VaultRoot(secret).key_id != key_id:
        raise _malformed()
    return secret


def _opened(text: str, passphrase: str) -> bytes:
    try:
        line = bytes(pyrage.passphrase.decrypt(text.strip().encode("utf-8") + b"\n", passphrase))
    except pyrage.DecryptError:
        raise Denied(
            "backup-not-opened",
            "The backup does not open: another passphrase, or not all of the text.",
            "Check both and try again.",
        ) from None
    return _parsed(line)


def _malformed() -> Malformed:
    return Malformed("root-key-malformed", "The root key's file is damaged.", "Restore it: beeldbrug keys restore.")
