"""A hospital's PACS and worklist behind DIMSE: the port ``ports.pacs.Pacs`` (PS3.4 annexes A, B, C and K).

Finding a patient asks the PACS (patient root, or study root where it knows no patient root) and the worklist by each
number, by birth date and by name, and gives every patient once. It judges no match: policy does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pydicom.dataset import Dataset
from pydicom.multival import MultiValue

from beeldbrug.model.errors import Unavailable
from beeldbrug.model.identity import Patient, PatientNumber
from beeldbrug.model.importing import Code, Order
from beeldbrug.node.ports.committing import CommitReport
from beeldbrug.node.ports.pacs import Application, PatientRecord
from beeldbrug.node.protocols.dimse import commitment, store_scu
from beeldbrug.node.protocols.dimse.limits import Limits
from beeldbrug.node.protocols.dimse.query import PATIENT_ROOT, STUDY_ROOT, WORKLIST, QueryScu

_WILDCARDS = str.maketrans({character: "?" for character in "*?\\"})
_PATIENT_ID, _OTHER_IDS, _OTHER_IDS_SEQUENCE = "(0010,0020)", "(0010,1000)", "(0010,1002)"


class DimsePacs:
    """One archive, and a worklist where there is one (``ports.pacs.Pacs``)."""

    def __init__(
        self,
        archive: Application,
        worklist: Application | None = None,
        limits: Limits | None = None,
        maximum_matches: int = 500,
    ) -> None:
        self._archive = archive
        self._worklist = worklist
        self._limits = limits or Limits()
        self._maximum = maximum_matches

    def echo(self) -> float:
        """C-ECHO to the archive; seconds it took. Raises Unavailable."""
        return store_scu.echo(self._archive, self._limits)

    def associate(self, contexts: Sequence[tuple[str, str]]) -> store_scu.StoreScu:
        """An association with the archive for these (SOP class, transfer syntax) pairs; opened on entering."""
        return store_scu.StoreScu(self._archive, contexts, self._limits)

    def request_commitment(
        self, transaction_uid: str, references: Sequence[tuple[str, str]], wait: float
    ) -> CommitReport | None:
        """N-ACTION to the archive. Raises Unsupported ``pacs-no-commitment``, Unavailable."""
        return commitment.request_commitment(self._archive, transaction_uid, references, wait, self._limits)

    def find_patients(self, patient: Patient) -> Iterator[PatientRecord]:
        """Who may this be, each once, the worklist's after the archive's. Raises Unavailable."""
        seen: set[tuple[str, Patient, str]] = set()
        for record in self._candidates(patient):
            key = (record.source, record.patient, record.accession_number)
            if key not in seen:
                seen.add(key)
                yield record

    def find_orders(self, number: str) -> list[Order]:
        """What the worklist has for exactly this number. Raises Unavailable."""
        if self._worklist is None:
            return []
        found = QueryScu(self._worklist, self._maximum).find(WORKLIST, _order_identifier(number))
        return list(dict.fromkeys(order_of(match) for match in found if _text(match, "PatientID") == number))

    def _candidates(self, patient: Patient) -> Iterator[PatientRecord]:
        keys = list(_keys(patient))
        archive = QueryScu(self._archive, self._maximum)
        failure = None
        try:
            for key in keys:
                for match in _find_in_archive(archive, key):
                    yield PatientRecord(patient_of(match), "pacs")
        except Unavailable as error:
            failure = error  # told when the worklist, which may know him all the same, was asked
        if self._worklist is not None:
            worklist = QueryScu(self._worklist, self._maximum)
            for key in keys:
                for match in worklist.find(WORKLIST, _worklist_identifier(key)):
                    yield PatientRecord(patient_of(match), "worklist", str(match.get("AccessionNumber") or ""))
        if failure is not None:
            raise failure


def _order_identifier(number: str) -> Dataset:
    """What is asked of the worklist for an import (PS3.4 table K.6-1)."""
    identifier = _worklist_identifier({"PatientID": number.translate(_WILDCARDS)})
    for keyword in ("RequestedProcedureID", "RequestedProcedureDescription"):
        setattr(identifier, keyword, "")
    code = Dataset()
    code.CodeValue = code.CodingSchemeDesignator = code.CodeMeaning = ""
    issuer = Dataset()
    issuer.LocalNamespaceEntityID = issuer.UniversalEntityID = issuer.UniversalEntityIDType = ""
    identifier.RequestedProcedureCodeSequence = [code]
    identifier.IssuerOfAccessionNumberSequence = [issuer]
    return identifier


def order_of(match: Dataset) -> Order:
    """The scheduled procedure step in a worklist response."""
    issuer, code, step = (
        _first(match, keyword)
        for keyword in (
            "IssuerOfAccessionNumberSequence",
            "RequestedProcedureCodeSequence",
            "ScheduledProcedureStepSequence",
        )
    )
    coded = Code(_text(code, "CodeValue"), _text(code, "CodingSchemeDesignator"), _text(code, "CodeMeaning"))
    return Order(
        accession_number=_text(match, "AccessionNumber"),
        issuer=_text(issuer, "LocalNamespaceEntityID"),
        issuer_id=_text(issuer, "UniversalEntityID"),
        issuer_type=_text(issuer, "UniversalEntityIDType"),
        procedure_id=_text(match, "RequestedProcedureID"),
        description=_text(match, "RequestedProcedureDescription") or _text(step, "ScheduledProcedureStepDescription"),
        code=coded if coded.value and coded.scheme else None,
        modality=_text(step, "Modality"),
        start=_text(step, "ScheduledProcedureStepStartDate"),
        birth_date=_text(match, "PatientBirthDate"),
    )


def _first(match: Dataset, keyword: str) -> Dataset:
    return next(iter(match.get(keyword) or ()), Dataset())


def _keys(patient: Patient) -> Iterator[dict[str, str]]:
    """Matching keys, one query each (PS3.4 C.2.2.2): every number, the birth date, family name and first letter."""
    for value in dict.fromkeys(number.value for number in (patient.number, *patient.others)):
        if value:
            yield {"PatientID": value.translate(_WILDCARDS)}
    if patient.birth_date:
        yield {"PatientBirthDate": patient.birth_date}
    family, _, given = patient.name.split("=")[0].translate(_WILDCARDS).partition("^")
    if family:
        yield {"PatientName": f"{family}^{given[:1]}*" if given else f"{family}*"}


def _identifier(key: dict[str, str]) -> Dataset:
    identifier = Dataset()
    for keyword in (
        "PatientName",
        "PatientID",
        "IssuerOfPatientID",
        "PatientBirthDate",
        "PatientSex",
        "OtherPatientIDs",
    ):
        setattr(identifier, keyword, key.get(keyword, ""))
    other = Dataset()
    other.PatientID = other.IssuerOfPatientID = ""
    identifier.OtherPatientIDsSequence = [other]
    return identifier


def _worklist_identifier(key: dict[str, str]) -> Dataset:
    identifier = _identifier(key)
    identifier.AccessionNumber = ""
    step = Dataset()
    step.Modality = step.ScheduledProcedureStepStartDate = step.ScheduledStationAETitle = ""
    step.ScheduledProcedureStepDescription = ""
    identifier.ScheduledProcedureStepSequence = [step]
    return identifier


def _find_in_archive(archive: QueryScu, key: dict[str, str]) -> Iterator[Dataset]:
    identifier = _identifier(key)
    identifier.QueryRetrieveLevel = "PATIENT"
    try:
        yield from archive.find(PATIENT_ROOT, identifier)
    except Unavailable as error:
        if error.code not in ("peer-no-query", "peer-query-unsupported"):
            raise
        identifier.QueryRetrieveLevel = "STUDY"
        identifier.StudyInstanceUID = ""
        yield from archive.find(STUDY_ROOT, identifier)


def patient_of(match: Dataset) -> Patient:
    """The patient in a C-FIND response."""
    number = PatientNumber(_text(match, "PatientID"), _text(match, "IssuerOfPatientID"), _PATIENT_ID)
    return Patient(
        name=_text(match, "PatientName"),
        birth_date=_text(match, "PatientBirthDate"),
        sex=_text(match, "PatientSex"),
        number=number,
        others=tuple(_others(match)),
    )


def _others(match: Dataset) -> Iterator[PatientNumber]:
    for item in match.get("OtherPatientIDsSequence") or ():
        if value := _text(item, "PatientID"):
            yield PatientNumber(value, _text(item, "IssuerOfPatientID"), _OTHER_IDS_SEQUENCE)
    for value in _text(match, "OtherPatientIDs").split("\\"):
        if value:
            yield PatientNumber(value, "", _OTHER_IDS)


def _text(match: Dataset, keyword: str) -> str:
    value = match.get(keyword)
    if value is None:
        return ""
    if isinstance(value, MultiValue):
        return "\\".join(str(part).strip() for part in value)
    return str(value).strip()
