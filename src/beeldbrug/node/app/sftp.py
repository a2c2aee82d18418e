"""Composition of the SFTP server: the settings, each partner's place and keys, the port."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from ipaddress import ip_network
from pathlib import Path

import asyncssh

from beeldbrug.kit.files import make_folder, write_new
from beeldbrug.model.errors import Conflict, Malformed
from beeldbrug.node.app.base import Base
from beeldbrug.node.app.settings import NodeSettings
from beeldbrug.node.app.sftp_settings import Sftp, SftpPartner
from beeldbrug.node.ports.drop import DropLimits
from beeldbrug.node.protocols.sftp.limits import Limits
from beeldbrug.node.protocols.sftp.listener import Listener
from beeldbrug.node.protocols.sftp.visit import Partner as Account
from beeldbrug.node.protocols.sftp.visit import Visit
from beeldbrug.node.stores.drop.uploading import PartnerDrop
from beeldbrug.node.usecases.intake.visits import note_visit

KEY_BYTES = 1024 * 1024


def make_sftp(base: Base) -> Listener | None:
    """The port of one organisation, not started; None where none is set. Raises Malformed, Unavailable."""
    section = base.settings.sftp
    if section is None:
        return None
    key = host_key(base.settings, section)
    partners = {one.account: _account(base, section, one) for one in section.partners}
    return Listener(section.host, section.port, str(key), partners, limits(section), _noted(base))


def _account(base: Base, section: Sftp, partner: SftpPartner) -> Account:
    settings = base.settings
    drop = PartnerDrop(place(settings, partner.account), drop_limits(settings, section))
    networks = tuple(ip_network(network, strict=False) for network in partner.networks)
    return Account(partner.account, base.own.ura, drop, lambda: keys_of(partner), networks)


def _noted(base: Base) -> Callable[[Visit], None]:
    def note(visit: Visit) -> None:
        if not visit.account:  # of nobody's account: the log has it
            return
        details: dict[str, str | int | float | bool] = {
            "address": visit.address,
            "key": visit.key,
            "certificate": visit.by_certificate,
            "files": visit.files,
            "bytes": visit.bytes,
            "broken": visit.broken,
        }
        note_visit(base.database, base.own.ura, visit.account, visit.outcome, details, base.clock.now())

    return note


def keys_of(partner: SftpPartner) -> str:
    """The content of an authorized_keys file, with the authorities and whom they may speak for. Raises OSError."""
    lines = []
    if partner.keys is not None:
        # keys alone: who is an authority is said in the settings
        lines = [line for line in _lines(partner.keys) if "cert-authority" not in line]
    names = ",".join(partner.principals or (partner.account,))
    if partner.authorities is not None:
        lines += [f'cert-authority,principals="{names}" {line}' for line in _lines(partner.authorities)]
    return "\n".join(lines)


def _lines(path: Path) -> list[str]:
    with path.open("rb") as file:
        content = file.read(KEY_BYTES).decode("utf-8", "replace")
    lines = (line.strip() for line in content.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def host_key(settings: NodeSettings, section: Sftp) -> Path:
    """The port's private key; made where it is missing and no other is set. Raises Malformed, Unavailable."""
    path = section.host_key or settings.data / "sftp" / "host_key"
    if section.host_key is None and not path.exists():
        make_folder(path.parent)
        made = asyncssh.generate_private_key("ssh-ed25519", comment="beeldbrug")
        with suppress(Conflict):  # another process was first
            write_new(path, made.export_private_key("openssh"))
    _read_key(path)
    return path


def fingerprint(settings: NodeSettings, section: Sftp) -> tuple[str, str]:
    """The port's fingerprint (SHA-256) and public key, as partners compare them. Raises Malformed, Unavailable."""
    key = _read_key(host_key(settings, section))
    return key.get_fingerprint(), key.export_public_key().decode("ascii").strip()


def _read_key(path: Path) -> asyncssh.SSHKey:
    try:
        return asyncssh.read_private_key(path)
    except (OSError, asyncssh.KeyImportError, asyncssh.KeyEncryptionError):
        raise Malformed(
            "sftp-host-key",
            "The private key of the SFTP server cannot be read.",
            "Set [sftp] host_key to an OpenSSH private key without a passphrase, readable by the node.",
        ) from None


def place(settings: NodeSettings, account: str) -> Path:
    """The folder of a partner."""
    return settings.data / "sftp" / account


def limits(section: Sftp) -> Limits:
    """The port's limits as the settings have them."""
    return Limits(
        connections=section.connections,
        connections_per_partner=section.connections_per_partner,
        attempts=section.attempts,
        login_seconds=section.login_seconds,
        idle_seconds=section.idle_seconds,
    )


def drop_limits(settings: NodeSettings, section: Sftp) -> DropLimits:
    """A place's limits as the settings have them."""
    return DropLimits(section.files, section.total_bytes, section.file_bytes, section.depth, settings.reserve_bytes)
