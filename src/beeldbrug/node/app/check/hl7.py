"""Checks of the HL7 v2 port: free, or this node's; who may send; which numbers are the own ones.

The message with which a running port is asked is of no event that changes anything. Nothing is sent in a dry run.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator

from beeldbrug.node.app.check.findings import Finding, Level
from beeldbrug.node.app.check.ports import is_free, is_loopback
from beeldbrug.node.app.hl7_settings import Hl7
from beeldbrug.node.app.settings import NodeSettings
from beeldbrug.node.protocols.hl7.acknowledge import ACCEPT, APPLICATION
from beeldbrug.node.protocols.hl7.mllp import END, START

AREA = "hl7"
SECONDS = 5.0
_ANSWER_BYTES = 4096


def check_hl7(settings: NodeSettings, dry: bool) -> Iterator[Finding]:
    """All of it; nothing where no port is set."""
    section = settings.hl7
    if section is None:
        return
    yield _port(section, dry)
    if is_loopback(section.host):
        text = "The HL7 port can be reached from this machine only."
        yield Finding(AREA, Level.WARNING, "hl7-loopback", text, "Set [hl7] host when the sender is another machine.")
    elif section.certificate is None:
        text = "HL7 comes in without TLS."
        remedy = "Set [hl7] certificate and key, or keep the port on a network of its own."
        yield Finding(AREA, Level.WARNING, "hl7-without-tls", text, remedy)
    if not section.networks and section.client_authorities is None and not is_loopback(section.host):
        text = "Any machine may tell who the hospital's patients are."
        remedy = "Set [hl7] networks to the address of the EPD or broker, or client_authorities."
        yield Finding(AREA, Level.WARNING, "hl7-any-sender", text, remedy)
    if not section.authority:
        text = "Which numbers are the hospital's own is told by their type alone (PI, else MR)."
        yield Finding(AREA, Level.NOTE, "hl7-authority", text, "Set [hl7] authority as in PID-3.4.")


def _port(section: Hl7, dry: bool) -> Finding:
    where = f"HL7 port {section.port}"
    if section.port == 0:
        return Finding(AREA, Level.WARNING, "port-not-fixed", "The HL7 port differs at each start.", "Set it.")
    try:
        free = is_free(section.host, section.port)
    except OSError as error:
        text = f"{where} cannot be listened on ({type(error).__name__})."
        return Finding(AREA, Level.FAULT, "port-impossible", text, "Set host to an address of this machine.")
    if free:
        return Finding(AREA, Level.OK, "port-free", f"{where} is free; the node does not run.")
    ours = None if dry else _is_ours(section)
    if ours is None:
        text = f"{where} is in use, and does not say whether it is this node."
        return Finding(AREA, Level.NOTE, "port-taken", text, "Look whether the node runs: its last log lines.")
    if ours:
        return Finding(AREA, Level.OK, "port-ours", f"{where}: the node runs and answers.")
    text = f"{where} is used by another program."
    return Finding(AREA, Level.FAULT, "port-of-another", text, "Stop it, or set another port.")


def _is_ours(section: Hl7) -> bool | None:
    """Whether our own kind answers; None where it does not let us ask."""
    if section.certificate is not None or section.networks:
        return None
    processing = section.processing[0] if section.processing else "P"
    question = rf"MSH|^~\&|BEELDBRUGCHECK||{APPLICATION}||||ADT^Z99|CHECK|{processing}|2.5"
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(section.host, section.host)  # noqa: S104 - compared with
    answer = b""
    try:
        with socket.create_connection((host, section.port), SECONDS) as connection:
            connection.sendall(START + question.encode() + b"\r" + END)
            while END not in answer and len(answer) < _ANSWER_BYTES and (more := connection.recv(_ANSWER_BYTES)):
                answer += more
    except OSError:
        return False
    return answer.startswith(START + b"MSH") and f"|{APPLICATION}|".encode() in answer and ACCEPT.encode() in answer
