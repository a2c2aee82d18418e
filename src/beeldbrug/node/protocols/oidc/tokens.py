"""ID tokens: the signature, by an allow-list of algorithms and the provider's own keys (RFC 7515, 7517, 7518, 8725).

Neither ``none`` nor anything with a shared secret is on any list: a public key could be taken for the secret. Claims
are looked at by ``policy.provider``.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from collections.abc import Mapping, Sequence
from typing import Any, Final

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key, RSAKey

from beeldbrug.node.policy.provider import malformed, wrong_signature

TOKEN_CHARACTERS: Final = 64 * 1024

KEY_TYPES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"), "RSA"),
    **dict.fromkeys(("ES256", "ES384", "ES512"), "EC"),
    **dict.fromkeys(("EdDSA", "Ed25519"), "OKP"),
}
"""Algorithms that may be allowed, and the type of their keys: all with a private and a public half."""

RSA_BITS: Final = 2048


class UnknownKey(Exception):
    """No key of this id is among those at hand: it may be a new one."""


def algorithm_of(token: str, allowed: Sequence[str]) -> tuple[str, str]:
    """(algorithm, key id) by the token's header. Raises Denied ``id-token-malformed``, ``id-token-signature``."""
    if len(token) > TOKEN_CHARACTERS or token.count(".") != 2:
        raise malformed()
    head = token.partition(".")[0]
    try:
        header = json.loads(urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    except ValueError:
        raise malformed() from None
    if not isinstance(header, dict):
        raise malformed()
    algorithm, key_id = header.get("alg"), header.get("kid", "")
    if algorithm not in allowed or algorithm not in KEY_TYPES or not isinstance(key_id, str):
        raise wrong_signature()
    return str(algorithm), key_id


def claims_of(token: str, keys: Sequence[Mapping[str, Any]], allowed: Sequence[str]) -> dict[str, Any]:
    """The claims of a token that one of the provider's keys signed.

    Raises UnknownKey, Denied ``id-token-malformed``, ``id-token-signature``.
    """
    algorithm, key_id = algorithm_of(token, allowed)
    fit = [key for key in keys if _fits(key, algorithm) and (not key_id or key.get("kid") == key_id)]
    if not fit:
        raise UnknownKey
    for raw in fit:
        try:
            found = jws.deserialize_compact(token, _imported(raw), algorithms=[algorithm])
            claims = json.loads(found.payload)
        except (JoseError, ValueError, TypeError):
            continue
        if not isinstance(claims, dict):
            raise malformed()
        return claims
    raise wrong_signature()


def _fits(key: Mapping[str, Any], algorithm: str) -> bool:
    named = key.get("alg", algorithm) == algorithm
    return key.get("kty") == KEY_TYPES[algorithm] and key.get("use", "sig") == "sig" and named


def _imported(raw: Mapping[str, Any]) -> Key:
    """Raises ValueError for a key that is too short to mean anything."""
    key: Key = JWKRegistry.import_key(dict(raw))
    if isinstance(key, RSAKey) and key.public_key.key_size < RSA_BITS:
        raise ValueError("short key")
    return key
