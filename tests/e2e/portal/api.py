"""The portal's API over HTTP, as a page uses it, for journeys that need no browser: a session, JSON, live events."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from beeldbrug.cli.demo.accounts import PEOPLE
from beeldbrug.model.account import Account, Assurance, Role, Stage
from beeldbrug.node.app.signing import make_signing
from beeldbrug.node.usecases.accounts.create import NewAccount, create_account
from beeldbrug.node.usecases.sign_in.signing import begin
from tests.e2e.portal.duty import put_on_duty
from tests.e2e.world import End
from tests.peers.processes import wait_until

SECONDS = 30.0


@dataclass(frozen=True)
class Refused(Exception):
    """An answer that is an error."""

    status: int
    code: str


@dataclass
class Api:
    """One signed-in session at one hospital."""

    url: str
    token: str
    account: Account

    def get(self, path: str) -> Any:
        """GET below /api/v1; JSON. Raises Refused."""
        return self.call("GET", path)

    def post(self, path: str, body: Any = None) -> Any:
        """POST below /api/v1. Raises Refused."""
        return self.call("POST", path, body)

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Any call; bytes go as they are. Raises Refused."""
        content = self.raw(method, path, body)
        return json.loads(content) if content else None

    def raw(self, method: str, path: str, body: Any = None) -> bytes:
        """The content of an answer. Raises Refused."""
        sent = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        request = Request(self.url + "/api/v1" + path, sent, self.headers(), method=method)  # noqa: S310 - loopback
        try:
            with urlopen(request, timeout=SECONDS) as answer:  # noqa: S310 - loopback
                content: bytes = answer.read()
        except HTTPError as error:
            with error:
                content = error.read()
            raise Refused(error.code, json.loads(content)["code"] if content else "broken off") from None
        return content

    def headers(self) -> dict[str, str]:
        """Of every call."""
        return {"cookie": f"beeldbrug={self.token}", "x-beeldbrug": "portal", "content-type": "application/json"}

    def exchange(self, study: str, vault: End) -> dict[str, Any]:
        """The newest exchange of a study, as the portal says it."""
        row = vault.exchange(study)
        assert row is not None
        found: dict[str, Any] = self.get(f"/exchanges/{row.id}")
        return found

    @contextmanager
    def listening(self) -> Iterator[Heard]:
        """Live events, while the block runs."""
        heard = Heard()
        request = Request(self.url + "/api/v1/events", headers=self.headers())  # noqa: S310 - loopback
        with urlopen(request, timeout=SECONDS) as answer:  # noqa: S310 - loopback
            thread = threading.Thread(target=heard.read, args=(answer,), daemon=True)
            thread.start()
            try:
                wait_until(lambda: heard.lines > 0, "the stream of events does not begin", SECONDS)
                yield heard
            finally:
                heard.over = True
                answer.fp.raw._sock.shutdown(socket.SHUT_RDWR)  # else closing waits for the reader's next line
                thread.join(SECONDS)


@dataclass
class Heard:
    """Events that came in: name and data."""

    events: list[tuple[str, Any]] = field(default_factory=list)
    lines: int = 0
    over: bool = False

    def read(self, answer: Any) -> None:
        """Read until the end."""
        name = ""
        try:
            for raw in answer:
                self.lines += 1
                line = raw.decode().rstrip("\n")
                if line.startswith("event: "):
                    name = line.removeprefix("event: ")
                elif line.startswith("data: "):
                    self.events.append((name, json.loads(line.removeprefix("data: "))))
        except (OSError, ValueError, AttributeError):
            if not self.over:  # closing it from the other side breaks the reading off
                raise

    def wait_for(self, fits: Callable[[str, Any], bool], what: str) -> Any:
        """The data of the first event that fits."""
        wait_until(lambda: any(fits(*event) for event in self.events), what, SECONDS)
        return next(data for name, data in self.events if fits(name, data))


def person(end: End, login: str, *roles: Role) -> Account:
    """An account at this hospital, made if need be; by the demo's names with the demo's roles."""
    signing = make_signing(end.vault)
    with end.vault.database.read() as tx:
        account = tx.accounts.by_login(signing.organisation, login)
    if account is not None:
        return account
    name, role = PEOPLE.get(login, (login.title(), Role.CLINICIAN))
    new = NewAccount(login, name, roles or (role,), "Radiologie", phone="030 555 0100")
    made = create_account(signing, new, "test")
    put_on_duty(end, [made])  # else an alert beside every stat arrival says that nobody is
    return made


def sign_in(end: End, login: str, *roles: Role) -> Api:
    """A session of this person, opened in the vault itself; signing in by hand has its own journey."""
    account = person(end, login, *roles)
    with end.vault.database.write() as tx:
        token, _ = begin(tx, make_signing(end.vault), account, Assurance.SUBSTANTIAL, stage=Stage.IN)
    return Api(f"http://127.0.0.1:{end.site.web_port}", token, account)
