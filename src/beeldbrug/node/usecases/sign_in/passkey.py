"""Passkeys as the second factor: register one, and sign in with it (W3C WebAuthn Level 2, sections 7.1 and 7.2).

A challenge is a one-time ticket bound to the session. The relying party is the host that the portal is served under.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from beeldbrug.model.account import Account, Assurance, Factor, FactorKind, Stage, TicketKind
from beeldbrug.model.errors import Denied
from beeldbrug.node.ports.vault import Transaction
from beeldbrug.node.usecases.sign_in.enrol import LABEL_CHARACTERS, Enrolled, keep_factor
from beeldbrug.node.usecases.sign_in.signing import (
    Session,
    Signing,
    at_stage,
    checked,
    failed,
    give_ticket,
    passed,
    renew,
    take_ticket,
)

CHALLENGE_BYTES = 32


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """Where the portal is: ``host`` is the relying party id, ``origin`` its scheme, host and port."""

    host: str
    origin: str


def registration_options(signing: Signing, session: Session, party: RelyingParty) -> str:
    """What the browser needs to make a passkey, as JSON."""
    at_stage(session, Stage.ENROL, Stage.IN)
    account = session.account
    with signing.database.write() as tx:
        options = generate_registration_options(
            rp_id=party.host,
            rp_name=f"Beeldbrug {signing.organisation_name}",
            user_id=bytes.fromhex(account.id),
            user_name=account.login,
            user_display_name=account.name,
            challenge=_challenge(tx, signing, session),
            exclude_credentials=_descriptors(tx, account),
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.PREFERRED,
                user_verification=UserVerificationRequirement.PREFERRED,
            ),
        )
    return str(options_to_json(options))


def register(signing: Signing, session: Session, party: RelyingParty, credential: str, label: str) -> Enrolled:
    """Keep a passkey that the browser made. Raises Denied ``passkey-refused``, Conflict ``factor-known``."""
    at_stage(session, Stage.ENROL, Stage.IN)
    with signing.database.write() as tx:
        challenge = _taken(tx, signing, session)
        try:
            made = verify_registration_response(
                credential=credential,
                expected_challenge=challenge,
                expected_rp_id=party.host,
                expected_origin=party.origin,
            )
        except (WebAuthnException, ValueError):
            raise _refused() from None
        factor = Factor(
            id=secrets.token_hex(16),
            account=session.account.id,
            kind=FactorKind.PASSKEY,
            label=label.strip()[:LABEL_CHARACTERS],
            secret=made.credential_public_key,
            handle=made.credential_id,
            counter=made.sign_count,
            created=signing.now(),
        )
        return keep_factor(tx, signing, session, factor)


def authentication_options(signing: Signing, session: Session, party: RelyingParty) -> str:
    """What the browser needs to use a passkey, as JSON."""
    at_stage(session, Stage.SECOND_FACTOR)
    with signing.database.write() as tx:
        options = generate_authentication_options(
            rp_id=party.host,
            challenge=_challenge(tx, signing, session),
            allow_credentials=_descriptors(tx, session.account),
            user_verification=UserVerificationRequirement.PREFERRED,
        )
    return str(options_to_json(options))


def with_passkey(signing: Signing, session: Session, party: RelyingParty, credential: str) -> tuple[str, Session]:
    """Come in with a passkey. Raises Denied ``passkey-refused``, ``account-locked``."""
    at_stage(session, Stage.SECOND_FACTOR)
    account = session.account
    with signing.database.write() as tx:
        tried = checked(tx, signing, account)
        challenge = _taken(tx, signing, session)
        if _proves(tx, signing, account, party, credential, challenge):
            token, entered = renew(tx, signing, session, Stage.IN, Assurance.SUBSTANTIAL)
            passed(tx, signing, entered, FactorKind.PASSKEY.value)
            return token, entered
        failed(tx, signing, account, tried, FactorKind.PASSKEY.value)
    raise _refused()


def _proves(
    tx: Transaction, signing: Signing, account: Account, party: RelyingParty, credential: str, challenge: bytes
) -> bool:
    for factor in tx.factors.of_account(account.organisation, account.id):
        if factor.kind is not FactorKind.PASSKEY:
            continue
        try:
            used = verify_authentication_response(
                credential=credential,
                expected_challenge=challenge,
                expected_rp_id=party.host,
                expected_origin=party.origin,
                credential_public_key=factor.secret,
                credential_current_sign_count=factor.counter,
            )
        except (WebAuthnException, ValueError):
            continue
        if used.credential_id == factor.handle:
            return tx.factors.used(account.organisation, factor.id, used.new_sign_count, signing.now())
    return False


def _challenge(tx: Transaction, signing: Signing, session: Session) -> bytes:
    challenge = secrets.token_bytes(CHALLENGE_BYTES)
    tx.sessions.drop_tickets(signing.organisation, TicketKind.PASSKEY, session.account.id)
    give_ticket(tx, signing, TicketKind.PASSKEY, session.account.id, challenge, code="passkey " + session.token.hex())
    return challenge


def _taken(tx: Transaction, signing: Signing, session: Session) -> bytes:
    return take_ticket(tx, signing, TicketKind.PASSKEY, "passkey " + session.token.hex()).data


def _descriptors(tx: Transaction, account: Account) -> list[PublicKeyCredentialDescriptor]:
    held = tx.factors.of_account(account.organisation, account.id)
    return [PublicKeyCredentialDescriptor(id=one.handle) for one in held if one.kind is FactorKind.PASSKEY]


def _refused() -> Denied:
    return Denied("passkey-refused", "This passkey was not accepted.", "Try again, or use another second factor.")
