"""Cookies of the portal (RFC 6265): the session's, and the one that ties a browser to its way to a provider.

Over TLS their names begin with ``__Host-``, so that no other host of the domain can set them.
"""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie
from typing import Final

COOKIES_BYTES: Final = 8 * 1024
SESSION: Final = "beeldbrug"
WAY: Final = "beeldbrug-way"
"""Of a browser that is on its way to an identity provider."""


def set_cookie(token: str, secure: bool, name: str = SESSION, seconds: int | None = None) -> tuple[bytes, bytes]:
    """The header that sets a cookie, or clears it with an empty token. Without ``seconds`` the browser's own session
    keeps it."""
    text = f"{_name(name, secure)}={token}; Path=/; HttpOnly; SameSite=Lax" + ("; Secure" if secure else "")
    age = "; Max-Age=0" if not token else "" if seconds is None else f"; Max-Age={seconds}"
    return (b"set-cookie", (text + age).encode("ascii"))


def read_cookie(header: str, secure: bool, name: str = SESSION) -> str:
    """A cookie's value; empty when it is not there."""
    if len(header) > COOKIES_BYTES:
        return ""
    cookies: SimpleCookie = SimpleCookie()
    try:
        cookies.load(header)
    except CookieError:
        return ""
    found = cookies.get(_name(name, secure))
    return found.value if found is not None else ""


def _name(name: str, secure: bool) -> str:
    return f"__Host-{name}" if secure else name
