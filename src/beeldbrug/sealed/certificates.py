"""X.509 certificates that bind an organisation's URA to its Ed25519 signing key (DESIGN section 4).

Makes authorities, requests and certificates, and verifies a chain against pinned roots. Fetches nothing; revocation of
transport keys is in key statements, and a certificate is withdrawn by unpinning its root or from the address book.
RFC 5280 sections 4 and 6, RFC 8410 (Ed25519), RFC 2986 (requests). The URA stands in the subject's serialNumber, the
organisation's name in O.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtensionOID, NameOID

from beeldbrug.model.errors import Denied, Malformed
from beeldbrug.sealed import forms

CHAIN_LIMIT: Final = 5
PEM_LIMIT: Final = 64 * 1024
AUTHORITY_DAYS: Final = 3650
ORGANISATION_DAYS: Final = 3 * 365
_BACKDATED: Final = timedelta(hours=24)
"""Clocks may be hours apart: a fresh certificate holds already by a clock that is behind."""

_UNDERSTOOD: Final = frozenset({ExtensionOID.BASIC_CONSTRAINTS, ExtensionOID.KEY_USAGE})
"""Extensions that may be critical; any other critical one is refused (RFC 5280 section 4.2)."""


@dataclass(frozen=True, slots=True)
class CertifiedOrganisation:
    """What a chain proves. ``expires`` is the POSIX time at which its first certificate ends."""

    ura: str
    name: str
    public_key: Ed25519PublicKey
    expires: float


def make_authority(
    name: str,
    now: float,
    days: int = AUTHORITY_DAYS,
    parent: tuple[x509.Certificate, Ed25519PrivateKey] | None = None,
) -> tuple[x509.Certificate, Ed25519PrivateKey]:
    """A root, or with ``parent`` an authority below it, which may issue to organisations only."""
    key = Ed25519PrivateKey.generate()
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issuer, issuer_key = (parent[0].subject, parent[1]) if parent else (subject, key)
    builder = _builder(subject, issuer, key.public_key(), now, days)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0 if parent else 1), critical=True)
    builder = builder.add_extension(_usage(authority=True), critical=True)
    return builder.sign(issuer_key, None), key


def make_request(signing_key: Ed25519PrivateKey, ura: str, name: str) -> x509.CertificateSigningRequest:
    """Request for an organisation's certificate (PKCS #10).

    Raises:
        Malformed: ``ura-malformed``, ``organisation-name-malformed``.
    """
    return x509.CertificateSigningRequestBuilder().subject_name(_subject(ura, name)).sign(signing_key, None)


def issue(
    authority: tuple[x509.Certificate, Ed25519PrivateKey],
    request: x509.CertificateSigningRequest,
    ura: str,
    name: str,
    now: float,
    days: int = ORGANISATION_DAYS,
) -> x509.Certificate:
    """Certificate for the requested key. The operator has verified ``ura`` and ``name``; the request must agree.

    Raises:
        Denied: ``request-not-signed``, ``request-differs``.
        Malformed: a request for a key that is not Ed25519.
    """
    key = request.public_key()
    if not isinstance(key, Ed25519PublicKey):
        raise Malformed("certificate-key", "The requested key is not an Ed25519 key.")
    if not request.is_signature_valid:
        raise Denied("request-not-signed", "The request is not signed with the key that it asks a certificate for.")
    if request.subject != _subject(ura, name):
        raise Denied("request-differs", "The request names another organisation.", "Ask for a new request.")
    builder = _builder(request.subject, authority[0].subject, key, now, days)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    return builder.add_extension(_usage(authority=False), critical=True).sign(authority[1], None)


def read_certificates(pem: str | bytes) -> tuple[x509.Certificate, ...]:
    """Certificates of a PEM text, in its order.

    Raises:
        Malformed: ``certificate-malformed``.
    """
    data = pem.encode("utf-8") if isinstance(pem, str) else pem
    if len(data) > PEM_LIMIT:
        raise _malformed()
    try:
        return tuple(x509.load_pem_x509_certificates(data))
    except ValueError:
        raise _malformed() from None


def certificate_pem(*certificates: x509.Certificate) -> str:
    """PEM of certificates, one after the other."""
    return "".join(certificate.public_bytes(Encoding.PEM).decode("ascii") for certificate in certificates)


def request_pem(request: x509.CertificateSigningRequest) -> str:
    """PEM of a request."""
    return request.public_bytes(Encoding.PEM).decode("ascii")


def read_request(pem: str | bytes) -> x509.CertificateSigningRequest:
    """Request from PEM.

    Raises:
        Malformed: ``certificate-malformed``.
    """
    try:
        return x509.load_pem_x509_csr(pem.encode("utf-8") if isinstance(pem, str) else pem)
    except ValueError:
        raise _malformed() from None


def verify_chain(
    chain: Sequence[x509.Certificate],
    pinned_roots: Sequence[x509.Certificate],
    at: float,
    expected_ura: str | None = None,
) -> CertifiedOrganisation:
    """The organisation that ``chain`` certifies: its own certificate first, each issued by the next, the last one a
    pinned root or issued by one. ``at`` is POSIX seconds.

    Raises:
        Denied: ``chain-not-pinned``, ``chain-broken``, ``certificate-expired``, ``certificate-not-yet``,
            ``certificate-not-authority``, ``certificate-usage``, ``certificate-extension``, ``ura-differs``.
        Malformed: ``certificate-malformed``, ``chain-length``, ``certificate-key``, ``ura-malformed``.
    """
    path = _to_root(chain, pinned_roots)
    for certificate in path:
        _check_time(certificate, at)
        _check_extensions(certificate)
    for below, (child, issuer) in enumerate(itertools.pairwise(path)):
        _check_issuer(child, issuer, below)
    organisation = _organisation(path)
    if expected_ura is not None and organisation.ura != expected_ura:
        raise Denied("ura-differs", "A certificate is of another organisation than was expected.")
    return organisation


def _to_root(chain: Sequence[x509.Certificate], roots: Sequence[x509.Certificate]) -> list[x509.Certificate]:
    if not 1 <= len(chain) <= CHAIN_LIMIT:
        raise Malformed("chain-length", "A certificate chain is empty or too long.")
    path = list(chain)
    if path[-1] in roots:
        return path
    for root in roots:
        if root.subject == path[-1].issuer and _issued(path[-1], root):
            return [*path, root]
    raise Denied(
        "chain-not-pinned",
        "A certificate chain does not end at a root that is trusted here.",
        "Pin the root in the settings, after its fingerprint was compared.",
    )


def _check_issuer(child: x509.Certificate, issuer: x509.Certificate, below: int) -> None:
    """``below`` counts the authorities between ``issuer`` and the organisation (RFC 5280 section 6.1.4)."""
    if not _issued(child, issuer):
        raise Denied("chain-broken", "A certificate was not issued by the next one in its chain.")
    constraints = _constraints(issuer)
    if constraints is None or not constraints.ca:
        raise Denied("certificate-not-authority", "A certificate was issued by one that may not issue any.")
    if constraints.path_length is not None and constraints.path_length < below:
        raise Denied("certificate-not-authority", "A certificate chain is longer than its authority allows.")
    usage = _key_usage(issuer)
    if usage is None or not usage.key_cert_sign:
        raise Denied("certificate-usage", "An authority's key is not meant for signing certificates.")


def _organisation(path: Sequence[x509.Certificate]) -> CertifiedOrganisation:
    leaf = path[0]
    constraints, usage = _constraints(leaf), _key_usage(leaf)
    if len(path) < 2 or (constraints is not None and constraints.ca):
        raise Denied("certificate-usage", "An authority's certificate is not an organisation's.")
    if usage is None or not usage.digital_signature or usage.key_cert_sign:
        raise Denied("certificate-usage", "The key of a certificate is not meant for signatures.")
    try:
        key = leaf.public_key()
    except (ValueError, UnsupportedAlgorithm):
        raise _malformed() from None
    if not isinstance(key, Ed25519PublicKey):
        raise Malformed("certificate-key", "The certified key is not an Ed25519 key.")
    ura = forms.check(_attribute(leaf, NameOID.SERIAL_NUMBER), forms.URA, "ura-malformed")
    expires = min(certificate.not_valid_after_utc for certificate in path).timestamp()
    return CertifiedOrganisation(ura, _attribute(leaf, NameOID.ORGANIZATION_NAME), key, expires)


def _attribute(certificate: x509.Certificate, oid: x509.ObjectIdentifier) -> str:
    try:
        values = [attribute.value for attribute in certificate.subject.get_attributes_for_oid(oid)]
    except ValueError:
        raise _malformed() from None
    if len(values) != 1 or not isinstance(values[0], str):
        raise Malformed("certificate-subject", "A certificate does not name exactly one URA and one organisation.")
    return values[0]


def _issued(child: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        child.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _check_time(certificate: x509.Certificate, at: float) -> None:
    moment = datetime.fromtimestamp(forms.check_time(at, "time-malformed"), UTC)
    if moment > certificate.not_valid_after_utc:
        raise Denied("certificate-expired", "A certificate of the chain has expired.", "Ask for a new certificate.")
    if moment < certificate.not_valid_before_utc:
        raise Denied("certificate-not-yet", "A certificate of the chain is not valid yet.", "Check the clock.")


def _check_extensions(certificate: x509.Certificate) -> None:
    for extension in _extensions(certificate):
        if extension.critical and extension.oid not in _UNDERSTOOD:
            raise Denied("certificate-extension", "A certificate demands a rule that is not known here.")


def _extensions(certificate: x509.Certificate) -> x509.Extensions:
    try:
        return certificate.extensions
    except (ValueError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType):
        raise _malformed() from None


def _constraints(certificate: x509.Certificate) -> x509.BasicConstraints | None:
    try:
        return _extensions(certificate).get_extension_for_class(x509.BasicConstraints).value
    except x509.ExtensionNotFound:
        return None


def _key_usage(certificate: x509.Certificate) -> x509.KeyUsage | None:
    try:
        return _extensions(certificate).get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return None


def _subject(ura: str, name: str) -> x509.Name:
    forms.check(ura, forms.URA, "ura-malformed")
    if not 1 <= len(name) <= 64:
        raise Malformed("organisation-name-malformed", "An organisation's name has 1 to 64 characters.")
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "NL"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, name),
            x509.NameAttribute(NameOID.SERIAL_NUMBER, ura),
        ]
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, key: Ed25519PublicKey, now: float, days: int
) -> x509.CertificateBuilder:
    start = datetime.fromtimestamp(now, UTC)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key)
    builder = builder.serial_number(x509.random_serial_number())
    return builder.not_valid_before(start - _BACKDATED).not_valid_after(start + timedelta(days=days))


def _usage(authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def _malformed() -> Malformed:
    return Malformed("certificate-malformed", "A certificate cannot be read.", "Ask for it in PEM form.")
