"""Promises of certificates: only a whole valid chain to a pinned root, for the expected organisation, is believed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.oid import NameOID

from beeldbrug.model.errors import BeeldbrugError, Denied, Malformed
from beeldbrug.sealed.certificates import (
    certificate_pem,
    issue,
    make_authority,
    make_request,
    read_certificates,
    read_request,
    request_pem,
    verify_chain,
)
from tests.unit.sealed.makers import NOW, OTHER, OTHER_SIGNS, SENDER, SENDER_SIGNS

NAME = "Ziekenhuis Één"
DAY = 86400.0
ROOT = make_authority("Beeldbrug test root", NOW)
STRANGER = make_authority("Beeldbrug test root", NOW)
BELOW = make_authority("Region", NOW, parent=ROOT)


def issued(authority: tuple[x509.Certificate, Ed25519PrivateKey] = ROOT, days: int = 100) -> x509.Certificate:
    return issue(authority, make_request(SENDER_SIGNS, SENDER, NAME), SENDER, NAME, NOW, days)


LEAF = issued()


def refused(code: str, *chain: x509.Certificate, at: float = NOW) -> None:
    with pytest.raises(BeeldbrugError) as caught:
        verify_chain(chain, [ROOT[0]], at, SENDER)
    assert caught.value.code == code


def test_a_chain_to_a_pinned_root_gives_organisation_and_key() -> None:
    for chain in ([LEAF], [LEAF, ROOT[0]], [issued(BELOW), BELOW[0]], [issued(BELOW), BELOW[0], ROOT[0]]):
        found = verify_chain(chain, [STRANGER[0], ROOT[0]], NOW, SENDER)
        assert (found.ura, found.name, found.public_key) == (SENDER, NAME, SENDER_SIGNS.public_key())
        assert found.expires == NOW + 100 * DAY


def test_request_and_chain_come_back_from_pem() -> None:
    request = make_request(SENDER_SIGNS, SENDER, NAME)
    assert read_request(request_pem(request)) == request
    assert read_certificates(certificate_pem(LEAF, ROOT[0])) == (LEAF, ROOT[0])
    for broken in ("", "x", certificate_pem(LEAF)[:-40], "x" * 100_000):
        with pytest.raises(Malformed, match="certificate-malformed"):
            read_certificates(broken)
    with pytest.raises(Malformed, match="certificate-malformed"):
        read_request("x")


def test_a_root_of_the_same_name_that_is_not_pinned_is_refused() -> None:
    refused("chain-not-pinned", issued(STRANGER))
    refused("chain-not-pinned", issued(STRANGER), STRANGER[0])
    refused("chain-not-pinned", issued(BELOW))


def test_a_broken_empty_or_endless_chain_is_refused() -> None:
    refused("chain-broken", LEAF, BELOW[0])
    refused("chain-length")
    refused("chain-length", *[LEAF] * 6)


def test_a_certificate_out_of_its_time_is_refused() -> None:
    refused("certificate-expired", LEAF, at=NOW + 101 * DAY)
    refused("certificate-not-yet", LEAF, at=NOW - 2 * DAY)
    verify_chain([LEAF], [ROOT[0]], NOW - 8 * 3600, SENDER)


def test_an_expired_authority_is_refused() -> None:
    short = make_authority("Region", NOW, 10, parent=ROOT)
    refused("certificate-expired", issued(short), short[0], at=NOW + 11 * DAY)


def test_an_organisation_cannot_issue() -> None:
    forged = issue((LEAF, SENDER_SIGNS), make_request(OTHER_SIGNS, OTHER, "Other"), OTHER, "Other", NOW)
    with pytest.raises(Denied, match="certificate-not-authority"):
        verify_chain([forged, LEAF], [ROOT[0]], NOW, OTHER)


def test_an_authority_below_another_cannot_make_authorities() -> None:
    deeper = make_authority("Deeper", NOW, parent=BELOW)
    refused("certificate-not-authority", issued(deeper), deeper[0], BELOW[0])


def test_an_authority_is_no_organisation() -> None:
    refused("certificate-usage", ROOT[0])
    refused("certificate-usage", BELOW[0])


def test_another_ura_than_expected_is_refused() -> None:
    with pytest.raises(Denied, match="ura-differs"):
        verify_chain([LEAF], [ROOT[0]], NOW, OTHER)


def handmade(
    subject: list[tuple[x509.ObjectIdentifier, str]],
    usage: bool = True,
    extension: x509.ExtensionType | None = None,
    key: Ed25519PrivateKey | ec.EllipticCurvePrivateKey = SENDER_SIGNS,
) -> x509.Certificate:
    start = datetime.fromtimestamp(NOW, UTC)
    builder = x509.CertificateBuilder(
        issuer_name=ROOT[0].subject,
        subject_name=x509.Name([x509.NameAttribute(oid, value) for oid, value in subject]),
        public_key=key.public_key(),
        serial_number=1,
        not_valid_before=start,
        not_valid_after=start + timedelta(days=1),
    )
    if usage:
        flags = [True, False, False, False, False, False, False, False, False]
        builder = builder.add_extension(x509.KeyUsage(*flags), critical=True)
    if extension:
        builder = builder.add_extension(extension, critical=True)
    return builder.sign(ROOT[1], None)


GOOD = [(NameOID.ORGANIZATION_NAME, NAME), (NameOID.SERIAL_NUMBER, SENDER)]


def test_a_foreign_certificate_with_the_same_facts_is_believed() -> None:
    assert verify_chain([handmade(GOOD)], [ROOT[0]], NOW, SENDER).ura == SENDER


def test_an_elliptic_curve_root_may_certify_too() -> None:
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "EC")])
    start = datetime.fromtimestamp(NOW, UTC)
    flags = [False, False, False, False, False, True, True, False, False]
    root = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, start, start + timedelta(days=9))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(*flags), critical=True)
        .sign(key, hashes.SHA256())
    )
    subject = x509.Name([x509.NameAttribute(oid, value) for oid, value in GOOD])
    flags = [True, False, False, False, False, False, False, False, False]
    leaf = (
        x509.CertificateBuilder(name, subject, SENDER_SIGNS.public_key(), 2, start, start + timedelta(days=9))
        .add_extension(x509.KeyUsage(*flags), critical=True)
        .sign(key, hashes.SHA256())
    )
    assert verify_chain([leaf], [root], NOW, SENDER).ura == SENDER


@pytest.mark.parametrize(
    ("code", "certificate"),
    [
        ("ura-malformed", handmade([(NameOID.ORGANIZATION_NAME, NAME), (NameOID.SERIAL_NUMBER, "1234")])),
        ("certificate-subject", handmade([(NameOID.ORGANIZATION_NAME, NAME)])),
        ("certificate-subject", handmade([(NameOID.SERIAL_NUMBER, SENDER)])),
        ("certificate-subject", handmade([*GOOD, (NameOID.SERIAL_NUMBER, OTHER)])),
        ("certificate-usage", handmade(GOOD, usage=False)),
        ("certificate-extension", handmade(GOOD, extension=x509.ExtendedKeyUsage([x509.OID_SERVER_AUTH]))),
        ("certificate-key", handmade(GOOD, key=ec.generate_private_key(ec.SECP256R1()))),
    ],
)
def test_a_certificate_that_does_not_say_what_it_must_is_refused(code: str, certificate: x509.Certificate) -> None:
    refused(code, certificate)


def test_a_request_for_another_organisation_is_refused() -> None:
    request = make_request(SENDER_SIGNS, SENDER, NAME)
    for ura, name in ((OTHER, NAME), (SENDER, "Other")):
        with pytest.raises(Denied, match="request-differs"):
            issue(ROOT, request, ura, name, NOW)


def test_a_request_for_another_kind_of_key_is_refused() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    request = x509.CertificateSigningRequestBuilder(x509.Name([])).sign(key, hashes.SHA256())
    with pytest.raises(Malformed, match="certificate-key"):
        issue(ROOT, request, SENDER, NAME, NOW)


def test_names_out_of_form_are_refused() -> None:
    with pytest.raises(Malformed, match="ura-malformed"):
        make_request(SENDER_SIGNS, "123", NAME)
    with pytest.raises(Malformed, match="organisation-name-malformed"):
        make_request(SENDER_SIGNS, SENDER, "")
