"""The guard of the portal's router: no handler runs but for whom its table entry says, and for a page of our own."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from beeldbrug.kit.serve import Message
from beeldbrug.model.account import Account, Assurance, Role, SessionRow, Stage
from beeldbrug.node.policy.permissions import PERMISSIONS, Permission
from beeldbrug.node.protocols.portal import app as module
from beeldbrug.node.protocols.portal.route import PREFIX, Call, Route
from beeldbrug.node.usecases.sign_in.signing import Session, not_signed_in

METHODS = ("GET", "POST", "PUT", "DELETE")
OWN_PAGE = {"x-beeldbrug": "portal"}


@dataclass
class Gate:
    """An application of routes that say which of them was reached; ``session`` is whose cookie comes along."""

    monkeypatch: pytest.MonkeyPatch
    reached: list[str] = field(default_factory=list)
    session: Session | None = None

    clock = type("Clock", (), {"now": staticmethod(lambda: 0.0)})
    signing = None

    def resume(self, signing: object, token: str, act: bool) -> Session:
        if self.session is None:
            raise not_signed_in()
        return self.session

    def handle(self, portal: object, call: Call) -> None:
        self.reached.append("in")

    def route(self, method: str = "GET", permission: Permission | None = None, **more: Any) -> Route:
        return Route(method, more.pop("path", "/here"), permission, self.handle, **more)

    def call(self, route: Route, headers: dict[str, str] | None = None, method: str = "") -> tuple[int, str, str]:
        """Status, code of an error, and where it sends on to."""
        self.reached.clear()
        self.monkeypatch.setattr(module, "ROUTES", (route,))
        self.monkeypatch.setattr(module, "resume", self.resume)
        sent = {"host": "portal.example", "cookie": "beeldbrug=token", **(OWN_PAGE if headers is None else headers)}
        scope: Message = {
            "type": "http", "method": method or route.method, "path": PREFIX + route.path, "query_string": b"",
            "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
        }  # fmt: skip
        messages: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": b""}

        async def send(message: Message) -> None:
            messages.append(message)

        asyncio.run(module.portal_app(cast(Any, self))(scope, receive, send))
        body = b"".join(one.get("body", b"") for one in messages[1:])
        found = dict(messages[0]["headers"])
        status: int = messages[0]["status"]
        assert (status < 300) == bool(self.reached), "what is refused has run, or what has run is refused"
        return status, json.loads(body)["code"] if body else "", found.get(b"location", b"").decode()


def _session(*roles: Role, stage: Stage = Stage.IN, **limits: Any) -> Session:
    account = Account("a" * 32, "00000001", "johanna", "Johanna", roles)
    return Session(b"", account, SessionRow("00000001", account.id, stage, Assurance.HIGH, 0, 0, 1e9, **limits))


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Gate:
    return Gate(monkeypatch)


@pytest.mark.parametrize("permission", list(Permission))
@pytest.mark.parametrize("method", METHODS)
def test_a_route_opens_to_the_roles_that_hold_its_permission_and_to_nobody_else(
    gate: Gate, method: str, permission: Permission
) -> None:
    route = gate.route(method, permission)
    assert gate.call(route)[:2] == (401, "not-signed-in")
    for role in Role:
        gate.session = _session(role)
        holds = permission in PERMISSIONS[role] or permission is Permission.SIGNED_IN
        assert gate.call(route)[:2] == ((204, "") if holds else (403, "not-permitted")), role


def test_several_roles_open_what_any_of_them_opens(gate: Gate) -> None:
    gate.session = _session(Role.CLINICIAN, Role.ADMINISTRATOR)
    for permission in (Permission.VIEW, Permission.ADMINISTER):
        assert gate.call(gate.route(permission=permission))[0] == 204


@pytest.mark.parametrize("stage", [one for one in Stage if one is not Stage.IN])
def test_who_is_still_on_the_way_in_reaches_the_steps_of_that_stage_only(gate: Gate, stage: Stage) -> None:
    gate.session = _session(*Role, stage=stage)
    for permission in Permission:
        assert gate.call(gate.route(permission=permission))[:2] == (401, "not-signed-in")
    step = gate.route("POST", Permission.SIGNED_IN, stages=(stage,))
    assert gate.call(step)[0] == 204
    gate.session = _session(*Role)
    assert gate.call(step)[0] == 401


def test_a_launched_session_changes_nothing_of_its_account(gate: Gate) -> None:
    gate.session = _session(Role.CLINICIAN, studies=("1.2.3",))
    change = gate.route("POST", Permission.SIGNED_IN, path="/me/password")
    assert gate.call(change)[:2] == (403, "launched-session")
    assert gate.call(gate.route("POST", Permission.SIGNED_IN, path="/me/preferences"))[0] == 204
    gate.session = _session(Role.CLINICIAN)
    assert gate.call(change)[0] == 204


@pytest.mark.parametrize("method", [one for one in METHODS if one != "GET"])
def test_what_changes_something_comes_from_the_portals_own_page(gate: Gate, method: str) -> None:
    gate.session = _session(*Role)
    for permission in (None, Permission.SIGNED_IN):
        route = gate.route(method, permission)
        for headers in ({}, {"x-beeldbrug": "other"}, {**OWN_PAGE, "sec-fetch-site": "cross-site"}):
            assert gate.call(route, headers)[:2] == (403, "not-from-the-portal")
        assert gate.call(route, {**OWN_PAGE, "sec-fetch-site": "same-origin"})[0] == 204


def test_another_system_is_nobodys_session(gate: Gate) -> None:
    gate.session = _session(*Role)
    assert gate.call(gate.route("POST", foreign=True), {})[0] == 204
    assert gate.call(gate.route("POST", Permission.SIGNED_IN, foreign=True), {})[:2] == (401, "not-signed-in")


def test_a_form_is_posted_by_a_page_of_ours_and_what_is_refused_ends_on_a_page(gate: Gate) -> None:
    form = gate.route("POST", form=True, visited=True)
    for site in ("cross-site", "same-site", "none"):
        assert gate.call(form, {"sec-fetch-site": site}) == (303, "", "/?melding=launch-link-refused")
    assert gate.call(form, {"sec-fetch-site": "same-origin"})[0] == 204


def test_what_uses_something_up_is_not_for_who_only_looks(gate: Gate) -> None:
    once = gate.route(once=True, visited=True)
    assert gate.call(once, method="HEAD")[:2] == (405, "method-not-offered")
    assert gate.call(once, {"sec-purpose": "prefetch"})[:2] == (405, "method-not-offered")
    assert gate.call(once)[0] == 204
