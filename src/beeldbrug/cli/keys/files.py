"""Names and forms of key files on disk. Secrets are written for this user alone and never over another file."""

from __future__ import annotations

from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

from beeldbrug.kit.files import make_folder, write_new

AUTHORITY = "authority.pem"
AUTHORITY_KEY = "authority.key"
SIGNING_KEY = "signing.key"
REQUEST = "request.pem"
CERTIFICATE = "certificate.pem"


def new_file(path: Path, content: bytes) -> None:
    """Write a new file, readable by this user alone. Raises Conflict ``file-exists``, Unavailable."""
    make_folder(path.parent)
    write_new(path, content)


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 of the certificate in pairs of hexadecimal digits, for people to compare."""
    return certificate.fingerprint(SHA256()).hex(":").upper()
