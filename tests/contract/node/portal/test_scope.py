"""The server enforces scope on every call: each route of the API, as nobody, as every role, with the ids of others."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from beeldbrug.model.account import Account, Role
from beeldbrug.model.exchange import Direction, State
from beeldbrug.node.policy.permissions import PERMISSIONS, Permission
from beeldbrug.node.protocols.portal.route import Route
from beeldbrug.node.protocols.portal.routes import ROUTES
from tests.contract.node import given
from tests.contract.node.given import B
from tests.contract.node.portal.browser import Answer, Browser
from tests.contract.node.portal.conftest import House

OTHERS_EXCHANGE = "e" * 32
OTHERS_ACCOUNT = "d" * 32
OTHERS_VALUES = (b"Vries^Johanna^de", b"999990019", OTHERS_EXCHANGE.encode(), OTHERS_ACCOUNT.encode(), b"jan.van.b")
STREAMS = {"/events"}
"""Goes on for ever; its own test is in test_events."""


@pytest.fixture
def beside(house: House) -> House:
    """The portal of A on a vault that holds an arrival, a study and an account of hospital B as well."""
    with house.vault.write() as tx:
        new = given.exchange(
            id=OTHERS_EXCHANGE, organisation=B, direction=Direction.IN, state=State.VERIFIED, expires=given.NOW + 1e9
        )
        tx.exchanges.add(new)
        tx.exchanges.update(OTHERS_EXCHANGE, given.NOW, verified=given.NOW)
        tx.instances.add(given.instance(organisation=B, origin=OTHERS_EXCHANGE))
        tx.accounts.add(Account(OTHERS_ACCOUNT, B, "jan.van.b", "Jan van B", (Role.ADMINISTRATOR,)), "")
    return house


def _filled(route: Route) -> str:
    named = {"exchange": OTHERS_EXCHANGE, "study": "1", "account": OTHERS_ACCOUNT, "pack": given.PACK}
    path = route.path
    for name in route.variables:
        path = path.replace("{" + name + "}", named.get(name, "1"))
    return path


def body_of(route: Route) -> Any:
    """The smallest body that a route takes."""
    kind = route.body
    if kind is None:
        return None
    if kind is bytes:
        return b"%PDF-1.4"
    return msgspec.to_builtins(_example(msgspec.inspect.type_info(kind)))


def _example(of: msgspec.inspect.Type) -> Any:
    """The smallest value of a type."""
    inspect = msgspec.inspect
    match of:
        case inspect.StructType():
            return {field.encode_name: _example(field.type) for field in of.fields if field.required}
        case inspect.StrType():
            return "x" * max(1, of.min_length or 0)
        case inspect.BoolType():
            return False
        case inspect.IntType() | inspect.FloatType():
            return 1
        case inspect.ListType() | inspect.VarTupleType() | inspect.SetType() | inspect.FrozenSetType():
            return []
        case inspect.TupleType():
            return [_example(one) for one in of.item_types]
        case inspect.DictType():
            return {}
        case inspect.LiteralType():
            return of.values[0]
        case inspect.EnumType():
            return next(iter(of.cls)).value
        case inspect.UnionType():
            return None if of.includes_none else _example(of.types[0])
        case _:
            return {}


def _call(browser: Browser, route: Route) -> Answer:
    return browser.call(route.method, _filled(route), body_of(route), **{"x-beeldbrug": "portal"})


def _walked() -> list[Route]:
    return [route for route in ROUTES if route.path not in STREAMS]


def test_nobody_gets_in_anywhere_but_at_the_door(beside: House) -> None:
    beside.engage("johanna")
    open_ = {(route.method, route.path) for route in ROUTES if route.permission is None}
    for route in _walked():
        answer = _call(beside.browser(), route)
        if (route.method, route.path) in open_:
            assert not any(value in answer.body for value in OTHERS_VALUES), route.path
        else:
            assert answer.status == 401, (route.method, route.path)
            assert answer.code == "not-signed-in"


def test_what_is_open_to_nobody_is_known_by_name() -> None:
    open_ = sorted(f"{route.method} {route.path}" for route in ROUTES if route.permission is None)
    assert set(open_) >= {"GET /start", "POST /sign-in", "POST /setup", "POST /recover", "POST /sign-out"}
    assert all(
        path.split("/")[1]
        in ("start", "sign-in", "setup", "recover", "sign-out", "oidc", "smart", "launch", "demo", "link")
        for path in open_
    )


def test_below_a_link_nothing_opens_without_the_pass_that_its_code_gives(beside: House) -> None:
    routes = [route for route in ROUTES if route.path.startswith("/link/uploads")]
    assert len(routes) == 5
    for route in routes:
        answer = _call(beside.browser(), route)
        assert (answer.status, answer.code) == (403, "link-pass-over"), route.path
        assert route.gate is not None, "it is refused before its body is read"


@pytest.mark.parametrize("role", list(Role))
def test_every_role_gets_only_where_its_permissions_lead_and_to_nothing_of_others(beside: House, role: Role) -> None:
    browser = beside.signed_in(role.value, role)
    allowed = PERMISSIONS[role] | {Permission.SIGNED_IN}
    for route in _walked():
        if route.permission is None or route.path == "/sign-out":
            continue
        if not browser.cookies or browser.get("/me").status != 200:
            browser = beside.signed_in(role.value)
        answer = _call(browser, route)
        where = (role.value, route.method, route.path, answer.status)
        if "in" not in {stage.value for stage in route.stages}:
            assert answer.status == 401, where
        elif route.permission not in allowed:
            assert (answer.status, answer.code) == (403, "not-permitted"), where
        elif route.variables:
            assert answer.status in (400, 403, 404, 409, 413, 422, 503), where
        else:
            assert answer.status < 500 or answer.status == 503, where
        assert not any(value in answer.body for value in OTHERS_VALUES), where


def test_others_are_not_told_from_what_is_not_there(beside: House) -> None:
    browser = beside.signed_in("johanna")
    theirs = browser.get(f"/exchanges/{OTHERS_EXCHANGE}")
    nobodys = browser.get(f"/exchanges/{'0' * 32}")
    assert (theirs.status, theirs.body) == (nobodys.status, nobodys.body) == (404, theirs.body)


def test_every_permission_is_asked_for_somewhere_and_given_to_somebody() -> None:
    given_ = {permission for permissions in PERMISSIONS.values() for permission in permissions}
    assert given_ | {Permission.SIGNED_IN} == set(Permission)
