"""DICOM over TLS: the BCP 195 profile of PS3.15 annex B.9 and B.12, as server and as client.

TLS 1.2 with forward secrecy and authenticated encryption, or TLS 1.3; no downgrade to plain DICOM on the same port.
Who may call is decided by policy from the certificate's fingerprint; here a certificate is only checked to be valid.
"""

from __future__ import annotations

import hashlib
import socket
import ssl
from dataclasses import dataclass
from enum import StrEnum

from beeldbrug.model.errors import Malformed

CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20:DHE+AESGCM:!aNULL:!PSK"


class ClientCertificates(StrEnum):
    """Whether callers have to show a certificate."""

    NONE = "none"
    OPTIONAL = "optional"
    REQUIRED = "required"


_VERIFY = {
    ClientCertificates.NONE: ssl.CERT_NONE,
    ClientCertificates.OPTIONAL: ssl.CERT_OPTIONAL,
    ClientCertificates.REQUIRED: ssl.CERT_REQUIRED,
}


@dataclass(frozen=True, slots=True)
class ServerTls:
    """PEM files: our certificate (chain) and key, and the authorities that callers' certificates are checked with."""

    certificate: str
    key: str
    client_authorities: str = ""
    client_certificates: ClientCertificates = ClientCertificates.REQUIRED


def server_context(settings: ServerTls) -> ssl.SSLContext:
    """A context for the listener. Raises Malformed when a file cannot be used."""
    context = _context(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(settings.certificate, settings.key)
        if settings.client_certificates is not ClientCertificates.NONE:
            context.load_verify_locations(settings.client_authorities or None)
            context.verify_mode = _VERIFY[settings.client_certificates]
    except (OSError, ValueError, TypeError) as error:
        raise _unusable() from error
    return context


def client_context(authorities: str, certificate: str = "", key: str = "", check_host: bool = True) -> ssl.SSLContext:
    """A context to call a peer whose certificate ``authorities`` (PEM file) vouch for. Raises Malformed.

    ``check_host`` False accepts a certificate of those authorities under any host name, for devices whose
    certificates name an AE title or a serial number instead.
    """
    context = _context(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = check_host
    try:
        context.load_verify_locations(authorities)
        if certificate:
            context.load_cert_chain(certificate, key or None)
    except (OSError, ValueError) as error:
        raise _unusable() from error
    return context


def _context(protocol: int) -> ssl.SSLContext:
    context = ssl.SSLContext(protocol)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(CIPHERS)
    context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION | ssl.OP_CIPHER_SERVER_PREFERENCE
    return context


def _unusable() -> Malformed:
    return Malformed(
        "tls-files-invalid",
        "A DICOM TLS certificate, key or authority file cannot be used.",
        "Check the TLS files that the settings name: PEM form, matching key, readable.",
    )


def peer_certificate(connection: socket.socket) -> tuple[str, str]:
    """(SHA-256 fingerprint in hex, subject) of the other side's certificate; both empty when it showed none."""
    if not isinstance(connection, ssl.SSLSocket):
        return "", ""
    raw = connection.getpeercert(binary_form=True)
    if not raw:
        return "", ""
    names = (connection.getpeercert() or {}).get("subject", ())
    pairs = [f"{pair[0]}={pair[1]}" for entry in names if isinstance(entry, tuple) for pair in entry]
    return hashlib.sha256(raw).hexdigest(), ", ".join(pairs)
