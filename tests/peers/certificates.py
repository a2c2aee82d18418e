"""A throw-away certificate authority for tests of TLS: PEM files in a folder, valid for a day. RFC 5280."""

from __future__ import annotations

import datetime
import ipaddress
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class Authority:
    """An authority whose certificate is the PEM file ``certificate``."""

    folder: Path
    certificate: Path
    _key: ec.EllipticCurvePrivateKey
    _name: x509.Name

    def issue(self, name: str) -> tuple[Path, Path]:
        """Certificate and PKCS #8 key, as PEM files, for this host or client name (and for 127.0.0.1)."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = [x509.DNSName(name), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        builder = _builder(_subject(name), self._name, key).add_extension(x509.SubjectAlternativeName(names), False)
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), True)
        certificate = builder.sign(self._key, hashes.SHA256())
        return _save(self.folder, name, certificate, key)


def make_authority(folder: Path, name: str = "Test authority") -> Authority:
    """A new authority with its files in ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _subject(name)
    builder = _builder(subject, subject, key).add_extension(x509.BasicConstraints(ca=True, path_length=1), True)
    usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
    certificate, _ = _save(folder, "authority", builder.add_extension(usage, True).sign(key, hashes.SHA256()), key)
    return Authority(folder, certificate, key, subject)


def _subject(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _DAY)
        .not_valid_after(now + _DAY)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
    )


def _save(folder: Path, name: str, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> tuple[Path, Path]:
    paths = folder / f"{name}.pem", folder / f"{name}.key"
    paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    pkcs8 = serialization.PrivateFormat.PKCS8
    secret = key.private_bytes(serialization.Encoding.PEM, pkcs8, serialization.NoEncryption())
    paths[1].write_bytes(secret)
    paths[1].chmod(0o600)
    return paths
