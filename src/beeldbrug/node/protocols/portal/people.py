"""Routes of administration: accounts of people, external experts, and the list of departments."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, Literal

import msgspec

from beeldbrug.model.account import Role
from beeldbrug.node.policy.permissions import Permission
from beeldbrug.node.ports.administration import Department
from beeldbrug.node.protocols.portal.portal import Portal
from beeldbrug.node.protocols.portal.route import Call, Route
from beeldbrug.node.usecases.accounts.create import NewAccount
from beeldbrug.node.usecases.administer.departments import (
    Listed,
    change_department,
    list_departments,
    make_department,
)
from beeldbrug.node.usecases.administer.people import (
    WARN_SECONDS,
    HandOver,
    Person,
    admit,
    change,
    close,
    end_sessions,
    hand_over,
    people,
    person,
)

RoleName = Literal["clinician", "image-desk", "coordinator", "administrator", "privacy-officer"]

HAND_OVER_PAGE: Final = "/"
"""Where a one-time code is typed in; the code itself stands in no address."""


class AccountObject(msgspec.Struct, frozen=True):
    """An account. ``standing``: open, new, ends-soon, locked, ended, closed. ``factors``: totp, passkey."""

    id: str
    login: str
    name: str
    roles: list[str]
    department: str
    mail: str
    phone: str
    sponsor: str
    agreement: str
    ends: float | None
    provider: str
    subject: str
    closed: bool
    standing: str
    factors: list[str]
    last_used: float | None
    created: float
    own: bool


class AccountList(msgspec.Struct, frozen=True):
    """All accounts, by name; ``warn_seconds`` before its end an account stands as ends-soon."""

    accounts: list[AccountObject]
    roles: list[str]
    warn_seconds: float


class AccountFields(msgspec.Struct, frozen=True):
    """What an administrator says of a person. An external expert has sponsor, agreement and end."""

    name: str
    roles: list[RoleName]
    department: str = ""
    mail: str = ""
    phone: str = ""
    sponsor: str = ""
    agreement: str = ""
    ends: float | None = None
    provider: str = ""
    subject: str = ""


class NewAccountFields(msgspec.Struct, frozen=True):
    """A new account."""

    login: str
    account: AccountFields


class OneTimeCode(msgspec.Struct, frozen=True):
    """To be handed over in person or by a known telephone number; shown once. ``page`` is where it is typed in."""

    account: str
    login: str
    code: str
    expires: float
    page: str


class Closing(msgspec.Struct, frozen=True):
    """Whether the account is closed from now on."""

    closed: bool


class SessionsEnded(msgspec.Struct, frozen=True):
    """From how many places."""

    sessions: int


class DepartmentObject(msgspec.Struct, frozen=True):
    """A department; without id it is a name that accounts give and the list does not have."""

    id: str
    name: str
    location: str
    phone: str
    closed: bool
    accounts: int


class DepartmentList(msgspec.Struct, frozen=True):
    """By name."""

    departments: list[DepartmentObject]


class DepartmentFields(msgspec.Struct, frozen=True):
    """What an administrator says of a department."""

    name: str
    location: str = ""
    phone: str = ""
    closed: bool = False


class DepartmentNames(msgspec.Struct, frozen=True):
    """Departments to choose from."""

    departments: list[str]


def _accounts(portal: Portal, call: Call) -> AccountList:
    found = [_object(call, one) for one in people(portal.signing)]
    return AccountList(found, [role.value for role in Role], WARN_SECONDS)


def _make(portal: Portal, call: Call) -> OneTimeCode:
    body: NewAccountFields = call.body
    new = _new(body.login, body.account)
    return _code(call, admit(portal.signing, replace(new, language=call.session.account.language), _actor(call)))


def _change(portal: Portal, call: Call) -> AccountObject:
    return _object(call, change(portal.signing, call.variables["account"], _new("", call.body), _actor(call)))


def _close(portal: Portal, call: Call) -> AccountObject:
    return _object(call, close(portal.signing, call.variables["account"], call.body.closed, _actor(call)))


def _recover(portal: Portal, call: Call) -> OneTimeCode:
    return _code(call, hand_over(portal.signing, call.variables["account"], _actor(call)))


def _sign_out(portal: Portal, call: Call) -> SessionsEnded:
    person(portal.signing, call.variables["account"])
    return SessionsEnded(end_sessions(portal.signing, call.variables["account"], _actor(call)))


def _departments(portal: Portal, call: Call) -> DepartmentList:
    return DepartmentList([_department(one) for one in list_departments(portal.database, portal.organisation)])


def _names(portal: Portal, call: Call) -> DepartmentNames:
    with portal.database.read() as tx:
        return DepartmentNames([one.name for one in tx.departments.all(portal.organisation) if not one.closed])


def _make_department(portal: Portal, call: Call) -> DepartmentList:
    make_department(portal.database, _named(portal, "", call.body), _actor(call), call.now)
    return _departments(portal, call)


def _change_department(portal: Portal, call: Call) -> DepartmentList:
    changed = _named(portal, call.variables["department"], call.body)
    change_department(portal.database, changed, _actor(call), call.now)
    return _departments(portal, call)


def _named(portal: Portal, id: str, body: DepartmentFields) -> Department:
    return Department(id, portal.organisation, body.name, body.location, body.phone, body.closed)


def _new(login: str, body: AccountFields) -> NewAccount:
    return NewAccount(
        login=login,
        name=body.name,
        roles=tuple(Role(role) for role in body.roles),
        department=body.department,
        mail=body.mail,
        phone=body.phone,
        sponsor=body.sponsor,
        agreement=body.agreement,
        ends=body.ends,
        provider=body.provider.strip(),
        subject=body.subject.strip(),
    )


def _code(call: Call, made: HandOver) -> OneTimeCode:
    account = made.account
    return OneTimeCode(account.id, account.login, made.code, made.expires, call.origin + HAND_OVER_PAGE)


def _object(call: Call, one: Person) -> AccountObject:
    account = one.account
    return AccountObject(
        id=account.id,
        login=account.login,
        name=account.name,
        roles=[role.value for role in account.roles],
        department=account.department,
        mail=account.mail,
        phone=account.phone,
        sponsor=account.sponsor,
        agreement=account.agreement,
        ends=account.ends,
        provider=account.provider,
        subject=account.subject,
        closed=account.disabled,
        standing=one.standing.value,
        factors=[kind.value for kind in one.factors],
        last_used=one.last_used,
        created=account.created,
        own=account.id == call.session.account.id,
    )


def _department(one: Listed) -> DepartmentObject:
    had = one.department
    return DepartmentObject(had.id, had.name, had.location, had.phone, had.closed, one.accounts)


def _actor(call: Call) -> str:
    return call.session.account.login


_ONE: Final = "/administration/accounts/{account}"
_DEPARTMENTS: Final = "/administration/departments"
_MAY: Final = Permission.ACCOUNTS

ROUTES: Final[tuple[Route, ...]] = (
    Route("GET", "/administration/accounts", _MAY, _accounts, answer=AccountList),
    Route("POST", "/administration/accounts", _MAY, _make, body=NewAccountFields, answer=OneTimeCode),
    Route("PUT", _ONE, _MAY, _change, body=AccountFields, answer=AccountObject),
    Route("POST", _ONE + "/closed", _MAY, _close, body=Closing, answer=AccountObject),
    Route("POST", _ONE + "/code", _MAY, _recover, answer=OneTimeCode),
    Route("POST", _ONE + "/sign-out", _MAY, _sign_out, answer=SessionsEnded),
    Route("GET", _DEPARTMENTS, _MAY, _departments, answer=DepartmentList),
    Route("POST", _DEPARTMENTS, _MAY, _make_department, body=DepartmentFields, answer=DepartmentList),
    Route(
        "PUT", _DEPARTMENTS + "/{department}", _MAY, _change_department, body=DepartmentFields, answer=DepartmentList
    ),
    Route("GET", "/departments", Permission.SIGNED_IN, _names, answer=DepartmentNames),
)
