"""The demo's world on disk: an authority, a hub, two hospitals' nodes with keys and settings (loopback, free ports).

The hub's whole state lies under ``DATA/hub``, a node's under ``DATA/<name>``; keys under ``DATA/keys``. Only made-up
organisations and test numbers. It writes files and starts nothing.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from beeldbrug.kit.ports import free_port
from beeldbrug.sealed.certificates import certificate_pem, issue, make_authority, make_request
from beeldbrug.sealed.keys import new_signing_key, signing_key_pem

HUB_ID = "hub.demo"


@dataclass(frozen=True, slots=True)
class Hospital:
    """One hospital of the demo: its node's settings file and the ports in use."""

    name: str
    title: str
    ura: str
    settings: Path
    data: Path
    dimse_port: int
    web_port: int
    pacs_ae: str
    pacs_port: int


@dataclass(frozen=True, slots=True)
class World:
    """Everything that the demo starts."""

    data: Path
    hub_settings: Path
    hub_port: int
    a: Hospital
    b: Hospital

    @property
    def hub_url(self) -> str:
        """Where the hub answers."""
        return f"http://127.0.0.1:{self.hub_port}"


def build(data: Path, pacs_a: int, pacs_b: int, urgency: str = "stat") -> World:
    """Write a new world under ``data``, with PACSes at these DICOM ports."""
    keys = data / "keys"
    for folder in (data, keys, data / "hub", data / "a", data / "b"):
        folder.mkdir(parents=True, exist_ok=True)
    authority = make_authority("Demo authority", time.time() - 3600)
    _write(keys / "roots.pem", certificate_pem(authority[0]).encode())
    hub_port = free_port()
    hub_settings = data / "hub.toml"
    hub: dict[str, str | int | bool] = {
        "id": HUB_ID,
        "data": str(data / "hub"),
        "roots": str(keys / "roots.pem"),
        "port": hub_port,
        "open_enrolment": True,
    }
    _write(hub_settings, _toml(hub).encode())
    a = _hospital(data, authority, "a", "Ziekenhuis A", "00000001", "PACSA", pacs_a)
    b = _hospital(data, authority, "b", "Ziekenhuis B", "00000002", "PACSB", pacs_b)
    _write(a.settings, _node(data, a, b, hub_port, urgency).encode())
    _write(b.settings, _node(data, b, a, hub_port, urgency).encode())
    return World(data, hub_settings, hub_port, a, b)


def _hospital(
    data: Path,
    authority: tuple[x509.Certificate, Ed25519PrivateKey],
    name: str,
    title: str,
    ura: str,
    pacs_ae: str,
    pacs_port: int,
) -> Hospital:
    keys = data / "keys"
    signing = new_signing_key()
    certificate = issue(authority, make_request(signing, ura, title), ura, title, time.time() - 60)
    _write(keys / f"{name}.pem", certificate_pem(certificate).encode())
    _write(keys / f"{name}.key", signing_key_pem(signing))
    return Hospital(name, title, ura, data / f"{name}.toml", data / name, free_port(), free_port(), pacs_ae, pacs_port)


def _node(data: Path, own: Hospital, other: Hospital, hub_port: int, urgency: str) -> str:
    keys = data / "keys"
    rule: dict[str, str | int | bool] = {
        "ae_title": f"NAAR_{other.name.upper()}",
        "receiver": other.ura,
        "receiver_name": other.title,
        "department": "Radiologie",
        "ground": "referral",
        "responsible": "dienstdoend radioloog",
        "urgency": urgency,
        "question": "Graag beoordelen en overnemen.",
    }
    parts = [
        _toml({"data": str(own.data), "root_key": str(keys / f"{own.name}.root")}),
        _toml(
            {
                "ura": own.ura,
                "name": own.title,
                "certificate": str(keys / f"{own.name}.pem"),
                "signing_key": str(keys / f"{own.name}.key"),
            },
            "[organisation]",
        ),
        _toml({"url": f"http://127.0.0.1:{hub_port}", "roots": str(keys / "roots.pem")}, "[hub]"),
        _toml({"port": own.dimse_port}, "[dimse]"),
        _toml({"port": own.web_port, "public_url": f"http://127.0.0.1:{own.web_port}"}, "[web]"),
        _toml(
            {"ae_title": own.pacs_ae, "host": "127.0.0.1", "port": own.pacs_port, "calling_ae": "BEELDBRUG"}, "[pacs]"
        ),
        _toml({"issuer": own.title, "emergency_issuer": f"{own.title} spoed"}, "[imports]"),
        _toml({"demo": True, "default_department": "Radiologie"}, "[notices]"),
        _toml(rule, "[[rules]]"),
    ]
    return "\n".join(parts)


def _toml(values: Mapping[str, str | int | bool], head: str = "") -> str:
    """A table of plain values; JSON's strings, numbers and booleans are TOML's as well."""
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()]
    return "\n".join([*([head] if head else []), *lines, ""])


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
