"""Promises of keys: every written form comes back, nothing else is taken, secrets are not shown."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from beeldbrug.model.errors import Malformed
from beeldbrug.sealed.keys import (
    new_signing_key,
    new_transport_key,
    public_jwk,
    public_pem,
    read_public_jwk,
    read_public_pem,
    read_signing_key,
    read_transport_key,
    signing_key_pem,
    thumbprint,
    transport_key_id,
)


def test_a_signing_key_comes_back_from_pem_and_jwk() -> None:
    key = new_signing_key()
    public = key.public_key()
    assert read_signing_key(signing_key_pem(key)).private_bytes_raw() == key.private_bytes_raw()
    assert read_public_pem(public_pem(public)) == public == read_public_jwk(public_jwk(public))


def test_the_thumbprint_is_that_of_rfc_8037_appendix_a_3() -> None:
    key = read_public_jwk({"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})
    assert thumbprint(key) == "90facafea9b1556698540f70c0117a22ea37bd5cf3ed3c47093c1707282b4b89"


def test_other_keys_are_refused() -> None:
    other = ec.generate_private_key(ec.SECP256R1())
    pem = other.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = other.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    for broken in (pem, b"", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"):
        with pytest.raises(Malformed, match="signing-key-malformed"):
            read_signing_key(broken)
    for broken in (public, b""):
        with pytest.raises(Malformed, match="signing-key-malformed"):
            read_public_pem(broken)
    for jwk in ({}, {"kty": "OKP", "crv": "Ed25519", "x": "é"}, {"kty": "OKP", "crv": "Ed25519", "x": "AA"}):
        with pytest.raises(Malformed, match="signing-key-malformed"):
            read_public_jwk(jwk)


def test_a_transport_key_comes_back_and_its_secret_is_not_shown() -> None:
    key = new_transport_key()
    assert read_transport_key(key.secret + "\n") == key
    assert key.key_id == transport_key_id(key.recipient)
    assert key.secret not in repr(key)
    assert key.recipient.startswith("age1")
    for broken in ("", "AGE-SECRET-KEY-1", key.recipient):
        with pytest.raises(Malformed, match="transport-key-malformed"):
            read_transport_key(broken)
