"""From an access token to the organisation that sent it.

The enrolled chain is verified against the pinned roots at every check, so that an expired certificate or an unpinned
root ends access at once (but for ``CALLER_SECONDS`` of remembering). Which organisation may do what is policy's.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

from beeldbrug.hub.ports.hub import Caller, Hub
from beeldbrug.model.errors import BeeldbrugError, Denied, Malformed
from beeldbrug.sealed.access import LEEWAY_SECONDS, peek_access, verify_access
from beeldbrug.sealed.certificates import read_certificates, verify_chain

CALLER_SECONDS = 10.0
"""How long a verified token is believed without looking again."""

REMEMBERED = 4096


@dataclass(frozen=True, slots=True)
class _Verified:
    caller: Caller
    until: float


class Authenticator:
    """Authenticates for one hub, remembering verified tokens for a moment; safe for threads."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._verified: dict[str, _Verified] = {}
        self._lock = threading.Lock()

    def known(self, token: str) -> Caller | None:
        """The caller when this token was verified a moment ago; asks no database."""
        found = self._verified.get(token)
        return found.caller if found is not None and self._hub.clock.now() < found.until else None

    def verify(self, token: str) -> Caller:
        """The caller. Raises Denied ``access-...``."""
        try:
            caller, expires = self._check(token)
        except BeeldbrugError as error:
            raise as_access_error(error) from None
        until = min(self._hub.clock.now() + CALLER_SECONDS, expires)
        with self._lock:
            if len(self._verified) >= REMEMBERED:
                self._verified.clear()
            self._verified[token] = _Verified(caller, until)
        return caller

    def forget(self, ura: str) -> None:
        """Look again at the next request of this organisation."""
        with self._lock:
            self._verified = {token: one for token, one in self._verified.items() if one.caller.ura != ura}

    def _check(self, token: str) -> tuple[Caller, float]:
        claimed = peek_access(token)
        now = self._hub.clock.now()
        found = self._hub.records.read(lambda transaction: transaction.organisations.find(claimed.iss))
        if found is None or not found.enrolled:
            raise Denied(
                "access-unknown-organisation", "The organisation is not enrolled at this hub.", "Enrol it first."
            )
        certified = verify_chain(read_certificates(found.chain), self._hub.roots, now, claimed.iss)
        access = verify_access(token, certified.public_key, self._hub.id, now)
        return Caller(certified.ura, certified.public_key), access.exp + LEEWAY_SECONDS


def as_access_error(error: BeeldbrugError) -> BeeldbrugError:
    """The same refusal under a code that begins with ``access-``, so that every client knows it by its status."""
    if error.code.startswith("access-") or not isinstance(error, Denied | Malformed):
        return error
    return Denied(f"access-{error.code}", error.text, error.remedy)
