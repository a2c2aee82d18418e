"""Checks of the node's own ports: free, or taken by this node; and reachable from another machine.

Nothing is sent in a dry run. A connection to a port of ours stores nothing.
"""

from __future__ import annotations

import errno
import ipaddress
import socket
from collections.abc import Iterator

from beeldbrug.kit.http import Client, Timeouts
from beeldbrug.model.errors import BeeldbrugError, Unavailable
from beeldbrug.node.app.check.findings import Finding, Level, of_error
from beeldbrug.node.app.settings import NodeSettings
from beeldbrug.node.ports.pacs import Application
from beeldbrug.node.protocols.dimse.probe import is_ours

AREA = "ports"
SECONDS = 5.0
PROBE_AE = "BEELDBRUGCHECK"
_TAKEN = frozenset({errno.EADDRINUSE})


def check_ports(settings: NodeSettings, dry: bool) -> Iterator[Finding]:
    """The DICOM port and the web port."""
    yield _port(settings, "DICOM", settings.dimse.host, settings.dimse.port, dry)
    yield _port(settings, "web", settings.web.host, settings.web.port, dry)
    if is_loopback(settings.dimse.host):
        yield Finding(
            AREA,
            Level.WARNING,
            "dimse-loopback",
            "The DICOM port can be reached from this machine only.",
            "Set [dimse] host to this machine's address when the PACS is another machine.",
        )
    if settings.dimse.certificate is None and not is_loopback(settings.dimse.host):
        yield Finding(
            AREA,
            Level.WARNING,
            "dimse-without-tls",
            "DICOM comes in without TLS.",
            "Set [dimse] certificate and key, or keep the port on a network of its own.",
        )


def is_loopback(host: str) -> bool:
    """Whether only this machine can call it."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_free(host: str, port: int) -> bool:
    """Whether the port could be listened on. Raises OSError for an address that is not this machine's."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((host, port))
        except OSError as error:
            if error.errno in _TAKEN:
                return False
            raise
    return True


def reachable_at(settings: NodeSettings) -> str:
    """The address by which others call the DICOM port: as set, or that of the way to the PACS. Sends nothing."""
    host = settings.dimse.host
    if host not in ("0.0.0.0", "::", ""):  # noqa: S104 - compared with, not listened on
        return host
    target = settings.pacs.host if settings.pacs is not None else "192.0.2.1"
    try:
        with socket.socket(socket.AF_INET6 if ":" in target else socket.AF_INET, socket.SOCK_DGRAM) as way:
            way.connect((target, 9))  # a datagram socket only chooses its route here
            return str(way.getsockname()[0])
    except OSError:
        return socket.gethostname()


def own_application(settings: NodeSettings, called: str, calling: str) -> Application:
    """This node's DICOM port as a peer would call it."""
    authority = str(settings.dimse.certificate) if settings.dimse.certificate is not None else ""
    return Application(called, reachable_at(settings), settings.dimse.port, calling, tls_ca=authority, timeout=SECONDS)


def _port(settings: NodeSettings, name: str, host: str, port: int, dry: bool) -> Finding:
    where = f"{name} port {port}"
    if port == 0:
        return Finding(AREA, Level.WARNING, "port-not-fixed", f"The {name} port differs at each start.", "Set it.")
    try:
        free = is_free(host, port)
    except OSError as error:
        text = f"{where} cannot be listened on ({type(error).__name__})."
        return Finding(AREA, Level.FAULT, "port-impossible", text, "Set host to an address of this machine.")
    if free:
        return Finding(AREA, Level.OK, "port-free", f"{where} is free; the node does not run.")
    if dry:
        return Finding(AREA, Level.NOTE, "port-taken", f"{where} is in use; who uses it was not asked.")
    ours = _dicom_is_ours(settings) if name == "DICOM" else _web_is_ours(settings)
    if ours is None:
        text = f"{where} is in use, and does not say whether it is this node."
        return Finding(AREA, Level.NOTE, "port-taken", text, "Look whether the node runs: its last log lines.")
    if ours:
        return Finding(AREA, Level.OK, "port-ours", f"{where}: the node runs and answers.")
    return Finding(
        AREA, Level.FAULT, "port-of-another", f"{where} is used by another program.", "Stop it, or set another port."
    )


def _dicom_is_ours(settings: NodeSettings) -> bool | None:
    try:
        return is_ours(own_application(settings, settings.general.ae_title, PROBE_AE))
    except Unavailable as error:
        # a listener that picks its callers does not let us look
        return None if error.code.startswith(("peer-rejected", "peer-busy", "peer-tls", "peer-aborted")) else False
    except BeeldbrugError:
        return None


def _web_is_ours(settings: NodeSettings) -> bool | None:
    if settings.web.certificate is not None:
        return None
    client = Client(f"http://{settings.web.host}:{settings.web.port}", timeouts=Timeouts(SECONDS, SECONDS))
    try:
        return bool(client.request("GET", "/health").json() == {"status": "ok"})
    except BeeldbrugError:
        return False
    finally:
        client.close()


def listens(settings: NodeSettings, calling: str) -> Finding:
    """Call our own port as the PACS would: with its AE title, at the address that it must use."""
    called = settings.rules[0].ae_title if settings.rules else settings.general.ae_title
    application = own_application(settings, called, calling)
    where = f"{application.host}:{application.port}"
    try:
        is_ours(application)
    except Unavailable as error:
        if error.code == "peer-rejected-calling-ae":
            text = f"{where} listens, and does not take calls from this machine under the PACS's AE title."
            return Finding("pacs", Level.OK, "pacs-to-node-guarded", text)
        if error.code == "peer-unreachable":
            text = f"Nothing answers at {where}, where the PACS must call."
            return Finding("pacs", Level.WARNING, "pacs-to-node", text, "Start the node; check address and firewall.")
        return of_error("pacs", error, Level.WARNING)
    except BeeldbrugError as error:
        return of_error("pacs", error, Level.WARNING)
    return Finding("pacs", Level.OK, "pacs-to-node", f"{where} answers under the PACS's AE title.")
