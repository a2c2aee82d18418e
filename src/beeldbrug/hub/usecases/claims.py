"""Signed texts before they are kept: nothing but the claims in use may stand in them.

Signature and form were checked by ``sealed``; that ignores claims it does not know, and so would let anything lie at
the hub. This closes that door: the hub's columns hold what their form says, and no free text beside it (DESIGN
guarantee 8).
"""

from __future__ import annotations

import base64
from typing import Any

import msgspec

from beeldbrug.model.errors import Malformed


def only_known(token: str, claims: Any) -> None:
    """Compare what a compact JWS holds with the claims that were read from it.

    Raises:
        Malformed: ``claims-unknown`` when it holds more.
    """
    payload = token.split(".")[1]
    held = msgspec.json.decode(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    if not _same_shape(held, msgspec.to_builtins(claims)):
        raise Malformed(
            "claims-unknown",
            "A signed text holds claims that this hub does not know and therefore does not keep.",
            "Check that the node's version is one that this hub serves.",
        )


def _same_shape(held: Any, known: Any) -> bool:
    if isinstance(held, dict):
        return isinstance(known, dict) and all(name in known and _same_shape(held[name], known[name]) for name in held)
    if isinstance(held, list):
        return len(held) == len(known) and all(_same_shape(one, other) for one, other in zip(held, known, strict=True))
    return True
