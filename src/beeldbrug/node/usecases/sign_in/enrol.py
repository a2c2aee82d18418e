"""Set up a second factor: a time-based code (RFC 6238) with its QR code, and recovery codes for when it is lost.

A secret counts only once a code made with it was given back. The first factor brings recovery codes; whoever had none
comes in with it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

import pyotp
import segno

from beeldbrug.model.account import Assurance, Factor, FactorKind, Stage, TicketKind
from beeldbrug.model.errors import Denied, NotFound
from beeldbrug.node.policy.sign_in import RECOVERY_CODES
from beeldbrug.node.ports.vault import Transaction
from beeldbrug.node.usecases.read.scope import hash_token
from beeldbrug.node.usecases.sign_in.second_factor import DIGITS, STEP_SECONDS, matching_step, plain_recovery
from beeldbrug.node.usecases.sign_in.signing import Session, Signing, at_stage, give_ticket, of_account, passed, renew

LABEL_CHARACTERS = 60
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class NewTotp:
    """A secret to be taken into an authenticator: typed, as an otpauth URI, or as an SVG of its QR code."""

    secret: str
    uri: str
    qr_svg: str


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What came of it: recovery codes, shown once, and the next stage's token where this was a step of signing in."""

    recovery_codes: tuple[str, ...]
    token: str = ""
    session: Session | None = None


def new_totp(signing: Signing, session: Session) -> NewTotp:
    """A secret that waits, sealed, to be confirmed within some minutes."""
    at_stage(session, Stage.ENROL, Stage.IN)
    secret = pyotp.random_base32()
    account = session.account
    with signing.database.write() as tx:
        tx.sessions.drop_tickets(signing.organisation, TicketKind.TOTP, account.id)
        give_ticket(tx, signing, TicketKind.TOTP, account.id, secret.encode("ascii"), code=_pending(session))
    uri = pyotp.TOTP(secret, digits=DIGITS, interval=STEP_SECONDS).provisioning_uri(
        name=account.login, issuer_name=f"Beeldbrug {signing.organisation_name}"
    )
    drawn = segno.make(uri, error="m").svg_inline(scale=4, border=4, dark="#000", light="#fff")
    return NewTotp(secret, uri, drawn)


def confirm_totp(signing: Signing, session: Session, code: str, label: str) -> Enrolled:
    """Keep the secret when the code is of it. Raises Denied ``code-wrong``, ``ticket-not-valid``."""
    at_stage(session, Stage.ENROL, Stage.IN)
    now = signing.now()
    with signing.database.write() as tx:
        ticket = tx.sessions.peek_ticket(hash_token(_pending(session)), TicketKind.TOTP, now)
        if ticket is None:
            raise Denied("ticket-not-valid", "This set-up has expired.", "Start it again: a new QR code is shown.")
        step = matching_step(ticket.data, "".join(code.split()), now)
        if step is None:
            raise Denied(
                "code-wrong",
                "This code is not of the new secret.",
                "Check the telephone's clock, and try the next code.",
            )
        tx.sessions.drop_tickets(signing.organisation, TicketKind.TOTP, session.account.id)
        factor = Factor(
            id=secrets.token_hex(16),
            account=session.account.id,
            kind=FactorKind.TOTP,
            label=label.strip()[:LABEL_CHARACTERS],
            secret=ticket.data,
            counter=step,
            created=now,
        )
        return keep_factor(tx, signing, session, factor)


def keep_factor(tx: Transaction, signing: Signing, session: Session, factor: Factor) -> Enrolled:
    """Keep a confirmed factor; with the first one come recovery codes, and whoever had none is signed in."""
    account = session.account
    first = not tx.factors.of_account(account.organisation, account.id)
    tx.factors.add(account.organisation, factor)
    tx.audit.append(of_account(signing, "second-factor-added", "C", "success", account, method=factor.kind.value))
    codes = new_recovery_codes(tx, signing, session) if first else ()
    if session.row.stage is not Stage.ENROL:
        return Enrolled(codes)
    token, entered = renew(tx, signing, session, Stage.IN, Assurance.SUBSTANTIAL)
    passed(tx, signing, entered, factor.kind.value)
    return Enrolled(codes, token, entered)


def new_recovery_codes(tx: Transaction, signing: Signing, session: Session) -> tuple[str, ...]:
    """Ten codes, each for one sign-in; older ones are gone. Only their hashes are kept."""
    account = session.account
    tx.factors.delete_kind(account.organisation, account.id, FactorKind.RECOVERY)
    codes = tuple("-".join(_part() for _ in range(3)) for _ in range(RECOVERY_CODES))
    for code in codes:
        hashed = hash_token(plain_recovery(code))
        row = Factor(secrets.token_hex(16), account.id, FactorKind.RECOVERY, "", hashed, created=signing.now())
        tx.factors.add(account.organisation, row)
    return codes


def renew_recovery_codes(signing: Signing, session: Session) -> tuple[str, ...]:
    """As ``new_recovery_codes``, by wish."""
    with signing.database.write() as tx:
        tx.audit.append(of_account(signing, "recovery-codes-made", "C", "success", session.account))
        return new_recovery_codes(tx, signing, session)


def remove_factor(signing: Signing, session: Session, id: str) -> None:
    """Forget a second factor, but never the last. Raises NotFound ``factor-unknown``, Denied ``last-factor``."""
    account = session.account
    with signing.database.write() as tx:
        held = [one for one in tx.factors.of_account(account.organisation, account.id) if one.kind != "recovery"]
        if id not in {one.id for one in held}:
            raise NotFound("factor-unknown", "There is no such second factor.")
        if len(held) == 1:
            raise Denied("last-factor", "This is your only second factor.", "Add another one first.")
        tx.factors.delete(account.organisation, account.id, id)
        tx.audit.append(of_account(signing, "second-factor-removed", "D", "success", account))


def _part() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(4))


def _pending(session: Session) -> str:
    """The secret waits under the session's own name: who confirms it is who was shown it."""
    return "totp " + session.token.hex()
