"""Checks of the SFTP server: its port, its key, who may log in, and the folder of what was not taken in yet.

Nothing is sent in a dry run; else the port is only asked who it is (RFC 4253 section 4.2).
"""

from __future__ import annotations

import socket
import stat
from collections.abc import Iterator

import asyncssh

from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.node.app.check.findings import Finding, Level, of_error
from beeldbrug.node.app.check.ports import is_free, is_loopback
from beeldbrug.node.app.drops import drop_partners
from beeldbrug.node.app.settings import NodeSettings
from beeldbrug.node.app.sftp import fingerprint, keys_of
from beeldbrug.node.app.sftp_settings import Sftp

AREA = "sftp"
SECONDS = 5.0
BANNER = b"SSH-2.0-Beeldbrug"


def check_sftp(settings: NodeSettings, dry: bool) -> Iterator[Finding]:
    """All of it; nothing where no server is set."""
    section = settings.sftp
    if section is None:
        return
    yield _port(section, dry)
    if is_loopback(section.host):
        text = "The SFTP port can be reached from this machine only."
        yield Finding(AREA, Level.WARNING, "sftp-loopback", text, "Set [sftp] host when partners are elsewhere.")
    yield _host_key(settings, section)
    yield from _partners(section)
    yield from _folder(settings)


def _port(section: Sftp, dry: bool) -> Finding:
    where = f"SFTP port {section.port}"
    if section.port == 0:
        return Finding(AREA, Level.WARNING, "port-not-fixed", "The SFTP port differs at each start.", "Set it.")
    try:
        free = is_free(section.host, section.port)
    except OSError as error:
        text = f"{where} cannot be listened on ({type(error).__name__})."
        return Finding(AREA, Level.FAULT, "port-impossible", text, "Set host to an address of this machine.")
    if free:
        return Finding(AREA, Level.OK, "port-free", f"{where} is free; the node does not run.")
    if dry:
        text = f"{where} is in use; whose it is, is not asked in a dry run."
        return Finding(AREA, Level.NOTE, "port-taken", text, "Look whether the node runs: its last log lines.")
    if _is_ours(section):
        return Finding(AREA, Level.OK, "port-ours", f"{where}: the node runs and answers.")
    text = f"{where} is used by another program."
    return Finding(AREA, Level.FAULT, "port-of-another", text, "Stop it, or set another port.")


def _is_ours(section: Sftp) -> bool:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(section.host, section.host)  # noqa: S104 - compared with
    said = b""
    try:
        with socket.create_connection((host, section.port), SECONDS) as connection:
            while len(said) < len(BANNER) and (more := connection.recv(len(BANNER) - len(said))):
                said += more
    except OSError:
        return False
    return said == BANNER


def _host_key(settings: NodeSettings, section: Sftp) -> Finding:
    path = section.host_key or settings.data / "sftp" / "host_key"
    if not path.exists() and section.host_key is None:
        return Finding(AREA, Level.NOTE, "sftp-host-key-new", "The server's key is made when the node first starts.")
    try:
        shown, _ = fingerprint(settings, section)
    except BeeldbrugError as error:
        return of_error(AREA, error)
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        text = "The server's private key can be read by others on this machine."
        return Finding(AREA, Level.FAULT, "sftp-host-key-open", text, "chmod 600 the file.")
    return Finding(AREA, Level.OK, "sftp-host-key", f"Fingerprint of the server: {shown}.")


def _partners(section: Sftp) -> Iterator[Finding]:
    if not section.partners:
        yield Finding(AREA, Level.WARNING, "sftp-no-partner", "Nobody may log in.", "Set [[sftp.partners]].")
    for partner in section.partners:
        try:
            asyncssh.import_authorized_keys(keys_of(partner))
        except (OSError, ValueError):
            text = f"The keys of partner {partner.account} cannot be read, or there are none in the file."
            remedy = "Give public keys as OpenSSH writes them, one a line."
            yield Finding(AREA, Level.FAULT, "sftp-keys", text, remedy)
            continue
        yield Finding(AREA, Level.OK, "sftp-partner", f"Partner {partner.account} may log in.")


def _folder(settings: NodeSettings) -> Iterator[Finding]:
    folder = settings.data / "sftp"
    if not folder.is_dir():
        return
    if stat.S_IMODE(folder.stat().st_mode) & 0o077:
        text = "The folder of what partners brought can be read by others on this machine."
        yield Finding(AREA, Level.FAULT, "sftp-folder-open", text, "chmod 700 the folder sftp in data.")
    try:
        aside = sum(len(partner.batches.aside()) for partner in drop_partners(settings, make=False).values())
    except BeeldbrugError as error:
        yield of_error(AREA, error)
        return
    if aside:
        text = f"{aside} uploads of partners lie aside."
        yield Finding(AREA, Level.WARNING, "sftp-aside", text, "See `beeldbrug sftp list`.")
