"""Checks of what lies on the disk: room, rights, encryption, the root key's file. Reads only; Linux for encryption."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from beeldbrug.node.app.check.findings import Finding, Level
from beeldbrug.node.app.settings import NodeSettings

GIB = 1024**3
AREA = "disk"
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def check_storage(settings: NodeSettings) -> Iterator[Finding]:
    """Data folder, free space, encryption, root key."""
    yield _room(settings)
    if settings.data.exists():
        yield _rights(settings.data)
    yield _encryption(settings.data)
    yield _root_key(settings)
    yield _signing_key(settings)


def existing(path: Path) -> Path:
    """The path, or the nearest folder above it that is there."""
    path = path.absolute()
    while not path.exists() and path != path.parent:
        path = path.parent
    return path


def _room(settings: NodeSettings) -> Finding:
    disk = os.statvfs(existing(settings.data))
    free, reserve = disk.f_bavail * disk.f_frsize, settings.reserve_bytes
    text = f"{free / GIB:.1f} GiB free; below {reserve / GIB:.2f} GiB nothing more is taken."
    if free < reserve:
        return Finding(AREA, Level.FAULT, "disk-full", text, "Free space on the data disk; work resumes by itself.")
    if free < 4 * reserve:
        return Finding(AREA, Level.WARNING, "disk-nearly-full", text, "Make room before the next large study.")
    return Finding(AREA, Level.OK, "disk-room", text)


def _rights(data: Path) -> Finding:
    mode = stat.S_IMODE(data.stat().st_mode)
    if mode & stat.S_IRWXO:
        return Finding(
            AREA,
            Level.WARNING,
            "data-open-to-others",
            f"Every account of this machine can look into the data folder (mode {mode:04o}).",
            "chmod 0700 on the data folder.",
        )
    return Finding(AREA, Level.OK, "data-rights", f"Data folder has mode {mode:04o}.")


def _encryption(data: Path) -> Finding:
    if encrypted(existing(data)):
        return Finding(AREA, Level.OK, "disk-encrypted", "The data disk is encrypted (dm-crypt).")
    return Finding(
        AREA,
        Level.NOTE,
        "disk-encryption-unknown",
        "It cannot be seen that the data disk is encrypted; search columns hold names in the clear.",
        "Put the data folder on an encrypted disk (LUKS, or the storage's own encryption).",
    )


def encrypted(path: Path, blocks: Path = Path("/sys/dev/block")) -> bool:
    """Whether the path's disk, or one below it, is a dm-crypt device, as far as the kernel tells."""
    device = path.stat().st_dev
    return _crypted(blocks / f"{os.major(device)}:{os.minor(device)}", 0)


def _crypted(device: Path, depth: int) -> bool:
    try:
        if (device / "dm" / "uuid").read_text().startswith("CRYPT-"):
            return True
    except OSError:
        pass
    slaves = device / "slaves"
    return depth < 8 and slaves.is_dir() and any(_crypted(one, depth + 1) for one in slaves.iterdir())


def _root_key(settings: NodeSettings) -> Finding:
    new = settings.database is None and not (settings.data / "node.sqlite").exists()
    if new and not settings.root_key.exists():
        return Finding("keys", Level.NOTE, "root-key-new", "The root key is made when the node first starts.")
    return _secret(settings.root_key, "root-key", "The vault's root key", "beeldbrug keys restore")


def _signing_key(settings: NodeSettings) -> Finding:
    path = settings.organisation.signing_key
    return _secret(path, "signing-key", "The signing key", "beeldbrug keys request, or keys restore")


def _secret(path: Path, code: str, name: str, remedy: str) -> Finding:
    if not path.exists():
        return Finding("keys", Level.FAULT, f"{code}-missing", f"{name} is not where the settings say.", remedy)
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & _OTHERS:
        return Finding(
            "keys",
            Level.FAULT,
            f"{code}-exposed",
            f"{name} can be read by other accounts (mode {mode:04o}).",
            "chmod 0600, and consider who may have read it.",
        )
    return Finding("keys", Level.OK, f"{code}-rights", f"{name} is this account's alone.")
