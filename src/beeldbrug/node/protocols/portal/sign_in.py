"""Routes of signing in: first run, password, second factor, recovery, sign-out."""

from __future__ import annotations

from typing import Final, Literal
from urllib.parse import urlsplit

import msgspec

from beeldbrug.model.account import FactorKind, Stage
from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.node.policy.permissions import Permission
from beeldbrug.node.protocols.portal.portal import Portal
from beeldbrug.node.protocols.portal.route import Call, Reply, Route
from beeldbrug.node.protocols.portal.wire import Provider, SignedOut, SignIn, Start, me, signed
from beeldbrug.node.usecases.sign_in.passkey import RelyingParty, authentication_options, with_passkey
from beeldbrug.node.usecases.sign_in.password import sign_in
from beeldbrug.node.usecases.sign_in.recover import recover
from beeldbrug.node.usecases.sign_in.second_factor import with_code, with_recovery_code
from beeldbrug.node.usecases.sign_in.set_up import is_first_run, set_up
from beeldbrug.node.usecases.sign_in.signing import Session, sign_out


class SetUp(msgspec.Struct, frozen=True):
    """The first run: one-time token, and the first account, in the language in which it was made."""

    token: str
    login: str
    name: str
    password: str
    language: Literal["nl", "en"] = "nl"


class Password(msgspec.Struct, frozen=True):
    """Account name and password."""

    login: str
    password: str


class Code(msgspec.Struct, frozen=True):
    """A code as it is typed."""

    code: str


class Recovery(msgspec.Struct, frozen=True):
    """A one-time code from the administrator, and the password to be."""

    token: str
    password: str


class Passkey(msgspec.Struct, frozen=True):
    """What the browser's authenticator answered (W3C WebAuthn, PublicKeyCredential as JSON)."""

    credential: msgspec.Raw


def party(call: Call) -> RelyingParty:
    """The relying party: the host under which the browser sees the portal."""
    return RelyingParty(urlsplit(call.origin).hostname or "", call.origin)


def _start(portal: Portal, call: Call) -> Start:
    session = call.maybe_session
    ready = session is not None and session.row.stage is Stage.IN
    return Start(
        organisation=portal.organisation,
        organisation_name=portal.organisation_name,
        setup=is_first_run(portal.signing),
        providers=[Provider(one.id, one.name) for one in portal.doors.values()],
        launched=bool(portal.ehrs),
        not_for_diagnosis=not portal.look.for_diagnosis,
        version=portal.look.version,
        session=me(portal, session) if session is not None and ready else None,
        stage=session.row.stage.value if session is not None and not ready else "",
    )


def _set_up(portal: Portal, call: Call) -> Reply:
    body: SetUp = call.body
    return _answer(portal, set_up(portal.signing, body.token, body.login, body.name, body.password, body.language))


def _sign_in(portal: Portal, call: Call) -> Reply:
    body: Password = call.body
    return _answer(portal, sign_in(portal.signing, body.login, body.password))


def _recover(portal: Portal, call: Call) -> Reply:
    return _answer(portal, recover(portal.signing, call.body.token, call.body.password))


def _totp(portal: Portal, call: Call) -> Reply:
    return _answer(portal, with_code(portal.signing, call.session, call.body.code))


def _recovery_code(portal: Portal, call: Call) -> Reply:
    return _answer(portal, with_recovery_code(portal.signing, call.session, call.body.code))


def _passkey_options(portal: Portal, call: Call) -> Reply:
    return Reply(
        authentication_options(portal.signing, call.session, party(call)).encode(), content_type="application/json"
    )


def _passkey(portal: Portal, call: Call) -> Reply:
    credential = bytes(call.body.credential).decode("utf-8", "replace")
    return _answer(portal, with_passkey(portal.signing, call.session, party(call), credential))


def _sign_out(portal: Portal, call: Call) -> Reply:
    provider = None
    if call.maybe_session is not None:
        sign_out(portal.signing, call.maybe_session)
        provider = _also_there(portal, call.maybe_session)
    clear = (b"clear-site-data", b'"cache", "storage"')
    body = msgspec.json.encode(SignedOut(provider))
    return Reply(body, content_type="application/json", cookie="", headers=[clear])


def _also_there(portal: Portal, session: Session) -> Provider | None:
    """The provider at which this person is still signed in, if one can sign out there."""
    issuer = session.account.provider
    one = next((one for one in portal.doors.values() if issuer and one.issuer == issuer), None)
    try:
        return Provider(one.id, one.name) if one is not None and one.provider.leave("") else None
    except BeeldbrugError:
        return None


def _answer(portal: Portal, found: tuple[str, Session]) -> Reply:
    token, session = found
    kinds = {FactorKind.TOTP, FactorKind.PASSKEY, FactorKind.RECOVERY}
    with portal.database.read() as tx:
        held = {one.kind for one in tx.factors.of_account(session.account.organisation, session.account.id)}
    return signed(SignIn(session.row.stage.value, sorted(kind.value for kind in held & kinds)), token)


_SECOND: Final = (Stage.SECOND_FACTOR,)

ROUTES: Final = (
    Route("GET", "/start", None, _start, answer=Start),
    Route("POST", "/setup", None, _set_up, body=SetUp, answer=SignIn),
    Route("POST", "/sign-in", None, _sign_in, body=Password, answer=SignIn),
    Route("POST", "/recover", None, _recover, body=Recovery, answer=SignIn),
    Route("POST", "/sign-in/totp", Permission.SIGNED_IN, _totp, body=Code, answer=SignIn, stages=_SECOND),
    Route("POST", "/sign-in/recovery", Permission.SIGNED_IN, _recovery_code, body=Code, answer=SignIn, stages=_SECOND),
    Route("POST", "/sign-in/passkey/options", Permission.SIGNED_IN, _passkey_options, stages=_SECOND),
    Route("POST", "/sign-in/passkey", Permission.SIGNED_IN, _passkey, body=Passkey, answer=SignIn, stages=_SECOND),
    Route("POST", "/sign-out", None, _sign_out, answer=SignedOut),
)
