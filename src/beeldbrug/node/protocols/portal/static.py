"""The portal's own page and its parts, as the build left them in ``site``; every other path is the page itself.

Parts have their hash in their name and are kept for good; the page is asked for anew each time. Content Security Policy
Level 3: nothing from elsewhere runs, and the page stands in no frame.
"""

from __future__ import annotations

import gzip
import mimetypes
from functools import lru_cache
from pathlib import Path
from typing import Final

import anyio.to_thread

from beeldbrug.kit.serve import Application, Message, Receive, Send
from beeldbrug.model.errors import Unavailable
from beeldbrug.node.protocols.portal.status import error_body, status_of

SITE: Final = Path(__file__).parent / "site"
PAGE: Final = "index.html"
POLICY: Final = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' blob: data:; worker-src 'self' blob:; connect-src 'self' blob: data:; object-src 'none'; "
    "frame-src 'self' blob:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
GUARDS: Final = [
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
]
_TYPES: Final = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".wasm": "application/wasm",
    ".map": "application/json",
}
_PRESSED: Final = (".js", ".mjs", ".css", ".html", ".svg", ".json", ".wasm", ".map")
_SMALLEST = 1400
"""What fits into one packet is not pressed."""


def site_app(site: Path = SITE) -> Application:
    """Serves the files of ``site``; GET and HEAD."""

    async def app(scope: Message, receive: Receive, send: Send) -> None:
        name = scope["path"].lstrip("/")
        accepts = any(key.lower() == b"accept-encoding" and b"gzip" in value for key, value in scope["headers"])
        try:
            status, headers, body = await anyio.to_thread.run_sync(_answer, site, name, accepts)
        except Unavailable as error:
            status, headers, body = status_of(error), [(b"content-type", b"application/json")], error_body(error)
        headers = [*GUARDS, *headers, (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    return app


def _answer(site: Path, name: str, accepts: bool) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    part = name in _names(site)
    if not part and name.startswith("assets/"):
        return 404, [(b"cache-control", b"no-store")], b""
    plain, pressed = _file(site / (name if part else PAGE))
    suffix = Path(name if part else PAGE).suffix
    kind = _TYPES.get(suffix) or mimetypes.guess_type("x" + suffix)[0] or "application/octet-stream"
    text = "; charset=utf-8" if kind.startswith("text/") else ""
    kept = part and name.startswith("assets/")
    headers = [
        (b"content-type", f"{kind}{text}".encode()),
        (b"cache-control", b"public, max-age=31536000, immutable" if kept else b"no-cache"),
        (b"vary", b"accept-encoding"),
    ]
    if accepts and pressed:
        return 200, [*headers, (b"content-encoding", b"gzip")], pressed
    return 200, headers, plain


@lru_cache(maxsize=4)
def _names(site: Path) -> frozenset[str]:
    return frozenset(str(path.relative_to(site)) for path in site.rglob("*") if path.is_file())


@lru_cache(maxsize=512)
def _file(path: Path) -> tuple[bytes, bytes]:
    try:
        plain = path.read_bytes()
    except OSError:
        raise Unavailable(
            "portal-not-built", "The portal's pages are not there.", "Build them: make setup, or install the package."
        ) from None
    pressed = gzip.compress(plain, 6) if path.suffix in _PRESSED and len(plain) >= _SMALLEST else b""
    return plain, pressed
