"""Enrol an organisation by its certificate chain, renew its certificate, or expel it.

An operator enrols anybody whose chain ends at a pinned root; an organisation enrols itself where the hub allows that,
with a token signed by the presented key as proof that it has it. Sequence numbers outlive a change of key.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from cryptography import x509

from beeldbrug.hub.policy import access
from beeldbrug.hub.ports.hub import Hub
from beeldbrug.hub.ports.records import Organisation, Transaction
from beeldbrug.hub.usecases.authenticate import as_access_error
from beeldbrug.hub.usecases.refusal import demand
from beeldbrug.model.errors import BeeldbrugError, Conflict, NotFound
from beeldbrug.sealed.access import verify_access
from beeldbrug.sealed.certificates import CertifiedOrganisation, certificate_pem, read_certificates, verify_chain


@dataclass(frozen=True, slots=True)
class Enrolled:
    """Who was enrolled; ``fresh`` is False when nothing changed."""

    ura: str
    name: str
    fresh: bool


def enrol(hub: Hub, chain_pem: str) -> Enrolled:
    """By the operator. Raises Denied or Malformed when the chain does not hold, Conflict ``certificate-older``."""
    chain = read_certificates(chain_pem)
    certified = verify_chain(chain, hub.roots, hub.clock.now())
    return hub.records.write(lambda transaction: _put(transaction, chain, certified))


def enrol_self(hub: Hub, ura: str, chain_pem: str, token: str) -> Enrolled:
    """By the organisation. Raises as ``enrol``, and Denied ``access-...`` or ``enrolment-closed``."""
    chain = read_certificates(chain_pem)
    now = hub.clock.now()
    certified = verify_chain(chain, hub.roots, now, ura)
    try:
        verify_access(token, certified.public_key, hub.id, now)
    except BeeldbrugError as error:
        raise as_access_error(error) from None

    def work(transaction: Transaction) -> Enrolled:
        known = transaction.organisations.find(ura)
        key = known.public_key if known is not None and known.enrolled else None
        # whom the operator expelled, only the operator enrols again
        open_ = hub.open_enrolment and (known is None or known.enrolled)
        demand(access.enrol_self(open_enrolment=open_, enrolled_key=key, presented_key=_key(certified)))
        return _put(transaction, chain, certified)

    return hub.records.write(work)


def expel(hub: Hub, ura: str) -> None:
    """By the operator: the organisation can neither send nor receive any more. Raises NotFound."""

    def work(transaction: Transaction) -> None:
        known = transaction.organisations.find(ura)
        if known is None:
            raise NotFound("organisation-not-here", "No such organisation is enrolled at this hub.")
        transaction.organisations.put(replace(known, enrolled=False))

    hub.records.write(work)


def _put(transaction: Transaction, chain: Sequence[x509.Certificate], certified: CertifiedOrganisation) -> Enrolled:
    known = transaction.organisations.find(certified.ura)
    pem = certificate_pem(*chain)
    begins = chain[0].not_valid_before_utc.timestamp()
    if known is not None and known.enrolled and known.chain == pem:
        return Enrolled(certified.ura, certified.name, fresh=False)
    if known is not None and begins < known.not_before:
        raise Conflict(
            "certificate-older",
            "A newer certificate of this organisation is enrolled already.",
            "Present the newest one; ask for a new one when its key was lost.",
        )
    fresh = Organisation(certified.ura, certified.name, pem, _key(certified), begins)
    transaction.organisations.put(fresh if known is None else _renewed(known, fresh))
    return Enrolled(certified.ura, certified.name, fresh=True)


def _renewed(known: Organisation, fresh: Organisation) -> Organisation:
    """The same organisation with another certificate; what the old key signed goes when the key is another."""
    kept = replace(fresh, statement_sequence=known.statement_sequence, directory_sequence=known.directory_sequence)
    if known.public_key != fresh.public_key:
        return kept
    return replace(kept, statement=known.statement, directory=known.directory)


def _key(certified: CertifiedOrganisation) -> str:
    return certified.public_key.public_bytes_raw().hex()
