"""Routes of one's own account: preferences, password, second factors, recovery codes."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, Literal

import msgspec

from beeldbrug.model.account import Stage
from beeldbrug.node.policy.permissions import Permission
from beeldbrug.node.protocols.portal.portal import Portal
from beeldbrug.node.protocols.portal.route import Call, Reply, Route
from beeldbrug.node.protocols.portal.sign_in import party
from beeldbrug.node.protocols.portal.wire import Me, me
from beeldbrug.node.usecases.sign_in.enrol import (
    Enrolled,
    confirm_totp,
    new_totp,
    remove_factor,
    renew_recovery_codes,
)
from beeldbrug.node.usecases.sign_in.passkey import register, registration_options
from beeldbrug.node.usecases.sign_in.password import change_password
from beeldbrug.node.usecases.sign_in.signing import with_account


class Preferences(msgspec.Struct, frozen=True):
    """How the screens look to this person."""

    language: Literal["nl", "en"]
    theme: Literal["auto", "light", "dark"]


class NewPassword(msgspec.Struct, frozen=True):
    """The password of before, and the one to be."""

    old: str
    new: str


class Totp(msgspec.Struct, frozen=True):
    """A new secret, to be confirmed by a code made with it."""

    secret: str
    uri: str
    qr_svg: str


class Confirmation(msgspec.Struct, frozen=True):
    """A code of the new secret, and what its holder calls the device."""

    code: str
    label: str = ""


class NewPasskey(msgspec.Struct, frozen=True):
    """What the browser made, and what its holder calls it."""

    credential: msgspec.Raw
    label: str = ""


class RecoveryCodes(msgspec.Struct, frozen=True):
    """Codes for when the second factor is lost; shown once, empty when there are some already."""

    recovery_codes: list[str]


def _me(portal: Portal, call: Call) -> Me:
    return me(portal, call.session)


def _preferences(portal: Portal, call: Call) -> Me:
    body: Preferences = call.body
    account = replace(call.session.account, language=body.language, theme=body.theme)
    with portal.database.write() as tx:
        tx.accounts.update(account)
    return me(portal, with_account(call.session, account))


def _password(portal: Portal, call: Call) -> None:
    change_password(portal.signing, call.session, call.body.old, call.body.new)


def _new_totp(portal: Portal, call: Call) -> Totp:
    made = new_totp(portal.signing, call.session)
    return Totp(made.secret, made.uri, made.qr_svg)


def _confirm_totp(portal: Portal, call: Call) -> Reply:
    return _enrolled(confirm_totp(portal.signing, call.session, call.body.code, call.body.label))


def _passkey_options(portal: Portal, call: Call) -> Reply:
    options = registration_options(portal.signing, call.session, party(call))
    return Reply(options.encode(), content_type="application/json")


def _new_passkey(portal: Portal, call: Call) -> Reply:
    credential = bytes(call.body.credential).decode("utf-8", "replace")
    return _enrolled(register(portal.signing, call.session, party(call), credential, call.body.label))


def _remove(portal: Portal, call: Call) -> None:
    remove_factor(portal.signing, call.session, call.variables["factor"])


def _recovery_codes(portal: Portal, call: Call) -> RecoveryCodes:
    return RecoveryCodes(list(renew_recovery_codes(portal.signing, call.session)))


def _enrolled(done: Enrolled) -> Reply:
    body = msgspec.json.encode(RecoveryCodes(list(done.recovery_codes)))
    return Reply(body, content_type="application/json", cookie=done.token or None)


_BOTH: Final = (Stage.ENROL, Stage.IN)
_MINE: Final = Permission.SIGNED_IN

ROUTES: Final = (
    Route("GET", "/me", _MINE, _me, answer=Me),
    Route("POST", "/me/preferences", _MINE, _preferences, body=Preferences, answer=Me),
    Route("POST", "/me/password", _MINE, _password, body=NewPassword),
    Route("POST", "/me/totp", _MINE, _new_totp, answer=Totp, stages=_BOTH),
    Route("POST", "/me/totp/confirm", _MINE, _confirm_totp, body=Confirmation, answer=RecoveryCodes, stages=_BOTH),
    Route("POST", "/me/passkey/options", _MINE, _passkey_options, stages=_BOTH),
    Route("POST", "/me/passkey", _MINE, _new_passkey, body=NewPasskey, answer=RecoveryCodes, stages=_BOTH),
    Route("POST", "/me/recovery-codes", _MINE, _recovery_codes, answer=RecoveryCodes),
    Route("DELETE", "/me/second-factors/{factor}", _MINE, _remove),
)
