"""What is counted without a patient: when things happened to an exchange, and totals of dose."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from beeldbrug.model.exchange import Direction, State, Urgency


@dataclass(frozen=True, slots=True)
class Moments:
    """When things happened to one exchange, and to whom it went; nothing of its patient."""

    direction: Direction
    peer: str
    rule: str
    urgency: Urgency
    state: State
    created: float
    first_part: float | None
    verified: float | None
    seen: float | None
    imported_at: float | None
    total: int
    reason_code: str


@dataclass(frozen=True, slots=True)
class Dose:
    """Dose of so many reports of one modality: dose-length product in mGy.cm, dose-area product in Gy.m2."""

    modality: str
    reports: int
    dlp: float
    dap: float


class BsnFinding(StrEnum):
    """Where an arrival's BSN was found, or why none was (FIELD 5.5): the best first. A BSN counts only under an issuer
    of BSNs."""

    OTHER_PATIENT_IDS_SEQUENCE = "other-patient-ids-sequence"
    PATIENT_ID = "patient-id"
    HL7_PID_3 = "hl7-pid-3"
    CAPSULE = "capsule"
    ELSEWHERE = "elsewhere"
    SEVERAL = "several"
    ELEVEN_TEST = "eleven-test"
    ALL_ZEROS = "all-zeros"
    NOT_NINE_DIGITS = "not-nine-digits"
    SEQUENCE_WITHOUT_ISSUER = "sequence-without-issuer"
    PATIENT_ID_WITHOUT_ISSUER = "patient-id-without-issuer"
    OTHER_PATIENT_IDS = "other-patient-ids"
    ABSENT = "absent"
    UNREAD = "unread"
