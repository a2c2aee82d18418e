"""What the portal's API says of people and sessions, as JSON; names and times as everywhere (POSIX seconds)."""

from __future__ import annotations

import msgspec

from beeldbrug.model.account import FactorKind
from beeldbrug.node.protocols.portal.portal import Portal
from beeldbrug.node.protocols.portal.route import Reply
from beeldbrug.node.usecases.sign_in.signing import Session


class Provider(msgspec.Struct, frozen=True):
    """An identity provider that people can sign in with."""

    id: str
    name: str


class SecondFactor(msgspec.Struct, frozen=True):
    """A second factor of an account; recovery codes are counted elsewhere."""

    id: str
    kind: str
    label: str
    created: float
    used: float | None


class Me(msgspec.Struct, frozen=True):
    """Who has signed in, and what the screens may offer. ``idle_seconds`` without an act end the session, ``expires``
    ends it anyway. ``limited`` says that it was launched for one patient."""

    account: str
    login: str
    name: str
    department: str
    phone: str
    roles: list[str]
    permissions: list[str]
    language: str
    theme: str
    second_factors: list[SecondFactor]
    recovery_codes_left: int
    has_password: bool
    assurance: int
    idle_seconds: float
    expires: float
    limited: bool


class Start(msgspec.Struct, frozen=True):
    """What the page needs first. ``setup``: nobody has an account of this node's own yet. ``launched``: people come in
    from another system too, which makes their account. ``stage``: where a sign-in that began stands."""

    organisation: str
    organisation_name: str
    setup: bool
    providers: list[Provider]
    launched: bool
    not_for_diagnosis: bool
    version: str
    session: Me | None
    stage: str


class SignedOut(msgspec.Struct, frozen=True):
    """``provider`` is where this person is still signed in, and can sign out too."""

    provider: Provider | None


class SignIn(msgspec.Struct, frozen=True):
    """The next step of a sign-in: ``second-factor`` with one of ``methods``, ``enrol``, or ``in``."""

    next: str
    methods: list[str]


def signed(answer: SignIn, token: str) -> Reply:
    """The answer with the session's cookie."""
    return Reply(msgspec.json.encode(answer), content_type="application/json", cookie=token)


def me(portal: Portal, session: Session) -> Me:
    """The session's holder."""
    account = session.account
    with portal.database.read() as tx:
        held = tx.factors.of_account(account.organisation, account.id)
        password = tx.accounts.credential(account.organisation, account.id).hash
    return Me(
        account=account.id,
        login=account.login,
        name=account.name,
        department=account.department,
        phone=account.phone,
        roles=[role.value for role in account.roles],
        permissions=sorted(session.permissions),
        language=account.language,
        theme=account.theme,
        second_factors=[
            SecondFactor(one.id, one.kind.value, one.label, one.created, one.used)
            for one in held
            if one.kind is not FactorKind.RECOVERY
        ],
        recovery_codes_left=sum(one.kind is FactorKind.RECOVERY for one in held),
        has_password=bool(password),
        assurance=int(session.row.assurance),
        idle_seconds=portal.signing.limits.idle,
        expires=session.row.expires,
        limited=session.limited,
    )
