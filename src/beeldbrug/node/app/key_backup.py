"""Backup of a node's two secrets in one text: the vault's root key and the organisation's signing key with its
certificate (DESIGN section 4).

Two armoured age files after each other, sealed with one passphrase; the ``age`` command opens each. Without the first
nothing in the vault can be opened; without the second nobody believes the node.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from beeldbrug.kit.clock import SystemClock
from beeldbrug.kit.files import make_folder, write_new
from beeldbrug.model.errors import Conflict, Denied, Malformed
from beeldbrug.node.app.base import Base
from beeldbrug.node.app.settings import NodeSettings
from beeldbrug.node.ports.records import AuditEvent
from beeldbrug.node.stores.rootkey import REHEARSED_FACT, root_file
from beeldbrug.sealed.keys import read_signing_key, signing_key_pem, thumbprint
from beeldbrug.sealed.opening.passphrase import open_text, seal_text

_END = "-----END AGE ENCRYPTED FILE-----"


@dataclass(frozen=True, slots=True)
class Held:
    """What a backup holds: id of the root key, thumbprint of the signing key."""

    root_key: str
    signing_key: str


def back_up_keys(base: Base, file: Path, passphrase: str, actor: str) -> Held:
    """Write the backup into a new file. Raises Conflict ``file-exists``, Malformed ``passphrase-short``."""
    root = base.root_key.backup(passphrase)
    secret = signing_key_pem(base.own.signing_key) + "".join(base.own.certificate_chain).encode("ascii", "replace")
    make_folder(file.parent)
    write_new(file, (root.strip() + "\n" + seal_text(secret, passphrase).strip() + "\n").encode("ascii"))
    held = Held(base.root_key.provide("").key_id, thumbprint(base.own.signing_key.public_key()))
    _note(base, "keys-backup", actor)
    return held


def rehearse_keys(base: Base, text: str, passphrase: str, actor: str) -> Held:
    """Open a backup, compare both keys with those in use, and record that it was done. Raises Denied, Malformed."""
    root, signing = _parts(text)
    key_id = base.root_key.rehearse(root, passphrase)
    key = read_signing_key(_key_of(open_text(signing, passphrase)))
    if key.public_key() != base.own.signing_key.public_key():
        raise Denied(
            "backup-of-other-key",
            "This is the backup of another signing key than the one in use.",
            "Make a new backup: beeldbrug keys backup.",
        )
    with base.database.write() as tx:
        tx.facts.set("", REHEARSED_FACT, str(base.clock.now()))
    _note(base, "keys-rehearsal", actor)
    return Held(key_id, thumbprint(key.public_key()))


def restore_keys(settings: NodeSettings, text: str, passphrase: str) -> Held:
    """Write both keys, and the certificate where it is missing, to where the settings say; nothing is replaced.

    Raises Conflict ``root-key-is-here`` or ``signing-key-is-here``, Denied, Malformed.
    """
    root, signing = _parts(text)
    section = settings.organisation
    if section.signing_key.exists():
        raise Conflict(
            "signing-key-is-here", "There is a signing key already; it is not replaced.", "Move that file away first."
        )
    secret = open_text(signing, passphrase)
    key = read_signing_key(_key_of(secret))
    restored = root_file(str(settings.root_key)).restore(root, passphrase)
    make_folder(section.signing_key.parent)
    write_new(section.signing_key, signing_key_pem(key))
    if not section.certificate.exists():
        make_folder(section.certificate.parent)
        write_new(section.certificate, secret[len(_key_of(secret)) :])
    return Held(restored.key_id, thumbprint(key.public_key()))


def _parts(text: str) -> tuple[str, str]:
    first, end, second = text.partition(_END)
    if not end or _END not in second:
        raise Malformed("backup-damaged", "This is not a backup of a node's keys, or not all of it.", "Take another.")
    return first + end, second


def _key_of(secret: bytes) -> bytes:
    """The key's PEM; the certificates follow it."""
    mark = b"-----END PRIVATE KEY-----\n"
    head, found, _ = secret.partition(mark)
    return head + found


def _note(base: Base, event: str, actor: str) -> None:
    with base.database.write() as tx:
        tx.audit.append(AuditEvent(base.own.ura, event, "E", "success", actor=actor, at=SystemClock().now()))
