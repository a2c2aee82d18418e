"""A hospital with an identity provider of its own, a real one, and a portal that people sign in to by it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from beeldbrug.node.app.portal import make_portal
from beeldbrug.node.app.settings import NodeSettings, PortalSection
from beeldbrug.node.ports.records import AuditEvent
from tests.contract.node.given import A
from tests.contract.node.portal.browser import Answer, Browser
from tests.contract.node.portal.conftest import House
from tests.peers.oidc import CLIENT, SECRET, Provider, running_provider

BACK = "http://portal.example:8450/api/v1/oidc/ziekenhuis/callback"
ANNA = "8d1f6c-anna"


@dataclass
class Hospital:
    """The portal, and the provider."""

    house: House
    provider: Provider
    folder: Path
    later: float = 0.0
    """How far the portal's clock is ahead of the provider's."""

    def settings(self, **fields: Any) -> NodeSettings:
        """The node's, with this provider."""
        door = {
            "id": "ziekenhuis",
            "name": "Ziekenhuis A",
            "issuer": self.provider.issuer,
            "client_id": CLIENT,
            "client_secret_file": self.folder / "client.secret",
            "roles": [
                {"value": "rad", "role": "clinician", "department": "Radiologie"},
                {"value": "balie", "role": "image-desk"},
                {"value": "admin", "role": "administrator"},
            ],
            "assurance": {"card": "high", "otp": "substantial"},
        }
        portal = PortalSection.model_validate({"oidc": [{**door, **fields}]})
        return self.house.base.settings.model_copy(update={"portal": portal})

    def use(self, **fields: Any) -> None:
        """A portal with other settings of the provider; what it had read is gone."""
        self.house.base = replace(self.house.base, settings=self.settings(**fields))
        self.house.portal = make_portal(self.house.base)

    def go(self, browser: Browser, path: str = "/oidc/ziekenhuis") -> str:
        """The provider's address that the portal sends the browser to."""
        answer = browser.get(path)
        assert answer.status == 303
        return answer.header("location")

    def back(self, address: str) -> str:
        """The path below /api/v1 of an address that the provider sends back to."""
        start, _, rest = address.partition("/api/v1")
        assert start == "http://portal.example:8450"
        return rest

    def sign_in(self, subject: str, browser: Browser | None = None) -> tuple[Browser, Answer]:
        """All the way; the answer to the last step."""
        browser = browser or self.house.browser()
        self.house.clock.at = time.time() + self.later
        address = self.provider.approve(self.go(browser), subject)
        return browser, browser.get(self.back(address))

    def events(self, name: str = "sign-in") -> list[AuditEvent]:
        """What the trail says."""
        with self.house.vault.read() as tx:
            return [event for _, event in tx.audit.events(A, limit=10_000) if event.event == name]


@pytest.fixture(scope="session")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    """One for all tests; each leaves it running."""
    with running_provider(tmp_path_factory.mktemp("provider"), [BACK]) as one:
        yield one


@pytest.fixture
def hospital(house: House, provider: Provider, tmp_path: Path) -> Hospital:
    """At the time of now: the provider has no other clock. Anna is a radiologist with a card."""
    house.clock.at = time.time()
    (tmp_path / "client.secret").write_text(SECRET + "\n")
    provider.forget()
    provider.person(ANNA, name="Anna de Vries", preferred_username="anna", roles=["rad", "x"], acr="card")
    one = Hospital(house, provider, tmp_path)
    one.use()
    return one
