"""Launch from an EPD by SMART App Launch 2.2 (EHR launch): its server says who, and which patient is open there.

Who comes in is an account as by any provider; what the session holds is what there is of that patient, as in every
launch. The access token reads that one Patient and is then forgotten.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from beeldbrug.model.account import Account, Stage
from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.node.policy.launch import About
from beeldbrug.node.policy.provider import Person, no_role, not_sure_enough, person_of
from beeldbrug.node.policy.sign_in import enough
from beeldbrug.node.policy.smart import about_patient, foreign, no_patient
from beeldbrug.node.ports.identity import PatientRecords, Proven
from beeldbrug.node.ports.vault import Transaction
from beeldbrug.node.usecases.sign_in.by_provider import (
    Door,
    Sent,
    admitted,
    failure,
    go_out,
    proved,
    taken,
)
from beeldbrug.node.usecases.sign_in.launch import Cause, Launched, begun, check_sees, found
from beeldbrug.node.usecases.sign_in.signing import Signing


@dataclass(frozen=True, slots=True)
class Ehr:
    """An EPD that may launch. ``base`` is that of its FHIR server; ``number_system`` that of the hospital's own
    numbers."""

    door: Door
    base: str
    records: PatientRecords
    number_system: str


Ehrs = Mapping[str, Ehr]


def set_out(signing: Signing, ehr: Ehr, redirect: str, iss: str, launch: str) -> Sent:
    """Send a browser to the authorisation server.

    Raises Denied ``smart-foreign``, ``smart-no-patient``; Unavailable ``provider-unreachable``.
    """

    def out() -> Sent:
        if iss.rstrip("/") != ehr.base.rstrip("/"):
            raise foreign()
        if not launch:
            raise no_patient()
        return go_out(signing, ehr.door, redirect, more={"launch": launch, "aud": ehr.base})

    return proved(signing, ehr.door, out)


def come_back(
    signing: Signing, ehr: Ehr, state: str, binding: str, code: str, issuer: str | None, before: bytes = b""
) -> Launched:
    """Redeem what the authorisation server sent along, read the patient, and open a session for it.

    Raises as ``by_provider.come_back`` and ``launch.open_launch``; Denied, Unavailable of ``policy.smart``.
    """
    pending = taken(signing, ehr.door, state, binding)
    way = pending.way(state)

    def prove() -> tuple[Proven, About]:
        proven = ehr.door.provider.prove(way, code, issuer)
        if not proven.patient:
            raise no_patient()
        record = ehr.records.patient(proven.patient, proven.access_token)
        return proven, about_patient(record.numbers, record.birth_date, ehr.number_system)

    proven, wanted = proved(signing, ehr.door, prove)
    return _come_in(signing, ehr.door, person_of(proven.issuer, proven.claims, ehr.door.claims), wanted, before)


def _come_in(signing: Signing, door: Door, person: Person, wanted: About, before: bytes) -> Launched:
    with signing.database.write() as tx:
        account, refusal = admitted(tx, signing, door.id, person, door.otherwise)
        error: BeeldbrugError = refusal or no_role()
        if account is not None and refusal is None:
            try:
                check_sees(account)
                cause = Cause(door.method, door.id, person.assurance, _stage(tx, account, person))
                return begun(tx, signing, account, found(tx, signing, wanted), cause, before)
            except BeeldbrugError as caught:
                error = caught
        tx.audit.append(failure(signing, door, error, account))
    raise error


def _stage(tx: Transaction, account: Account, person: Person) -> Stage:
    """A launched session cannot enrol a second factor: who has none yet signs in to the portal itself first."""
    if enough(person.assurance):
        return Stage.IN
    if all(one.kind == "recovery" for one in tx.factors.of_account(account.organisation, account.id)):
        raise not_sure_enough()
    return Stage.SECOND_FACTOR
