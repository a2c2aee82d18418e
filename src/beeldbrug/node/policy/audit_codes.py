"""What each kind of event is in the words of the standards: DICOM PS3.16 CID 400 (audit event ID) and CID 401 (type
code), which FHIR AuditEvent.type and the DICOM audit message share (NEN 7513 chapter 6 asks for all of them). Pure.

An event that stands in no row is an application's activity; a rule of the tests sees that none does by oversight.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from beeldbrug.model.exchange import State


@dataclass(frozen=True, slots=True)
class Code:
    """A code of DCM with its meaning."""

    value: str
    meaning: str


ACTIVITY: Final = Code("110100", "Application Activity")
LOG_USED: Final = Code("110101", "Audit Log Used")
ACCESSED: Final = Code("110103", "DICOM Instances Accessed")
TRANSFERRED: Final = Code("110104", "DICOM Instances Transferred")
DELETED: Final = Code("110105", "DICOM Study Deleted")
EXPORT: Final = Code("110106", "Export")
IMPORT: Final = Code("110107", "Import")
ORDER: Final = Code("110109", "Order Record")
PATIENT: Final = Code("110110", "Patient Record")
PROCEDURE: Final = Code("110111", "Procedure Record")
QUERY: Final = Code("110112", "Query")
ALERT: Final = Code("110113", "Security Alert")
AUTHENTICATION: Final = Code("110114", "User Authentication")

LOGIN: Final = Code("110122", "Login")
LOGOUT: Final = Code("110123", "Logout")
NODE_AUTHENTICATION: Final = Code("110126", "Node Authentication")
NETWORK: Final = Code("110128", "Network Configuration")
SECURITY: Final = Code("110129", "Security Configuration")
SOFTWARE: Final = Code("110131", "Software Configuration")
ROLES: Final = Code("110136", "Security Roles Changed")
USER_SECURITY: Final = Code("110137", "User Security Attributes Changed")


@dataclass(frozen=True, slots=True)
class AuditCode:
    """The event ID and, where one says more, the type code."""

    id: Code
    type: Code | None = None


_ROWS: Final[tuple[tuple[AuditCode, str], ...]] = (
    (AuditCode(ACCESSED), "view share-view share-opened share-joined save unsave answer repeat-judged"),
    (AuditCode(QUERY), "search images-ask images-asked images-reply images-heard images-answered"),
    (AuditCode(PATIENT), "patient-shown patients-read desk-claimed desk-import reconcile"),
    (AuditCode(PATIENT), "re-key-asked re-key-confirmed re-key-ended re-key-undone re-keyed"),
    (AuditCode(PATIENT), "report-read report-kept report-placed report-aside reports-deleted enclose"),
    (
        AuditCode(EXPORT),
        "disclose sent send deliver delivered deliver-again picture report-sent report-delivered report-again"
        " report-retracted images-supply images-refuse release withdraw",
    ),
    (AuditCode(EXPORT), "figures-exported bsn-quality-exported settings-exported summary-sent backup"),
    (
        AuditCode(IMPORT),
        "arriving verified verify part-refused uploaded upload-taken upload-closed upload-expired report-arrived"
        " disc-listed disc-refused sftp-uploaded stow-stored drop-refused drop-removed answered answer-heard"
        " rejected-by-sender receipt-… receipt-of-earlier-manifest restore",
    ),
    (
        AuditCode(TRANSFERRED),
        "receive received retrieve import imported saved-imported committed rejection-sent order",
    ),
    (
        AuditCode(DELETED),
        "refuse drop expired withdrawn withdraw-asked withdraw-refused emptied import-undone removed-in-pacs",
    ),
    (AuditCode(ORDER), "order-asked order-placed order-cancel order-cancelled"),
    (AuditCode(LOG_USED), "audit-read"),
    (AuditCode(ALERT, NODE_AUTHENTICATION), "associate hold"),
    (AuditCode(ALERT), "disclose-decision"),
    (AuditCode(AUTHENTICATION, LOGIN), "sign-in upload-request-opened"),
    (AuditCode(AUTHENTICATION, LOGOUT), "sign-out sessions-ended"),
    (AuditCode(ALERT, ROLES), "account-made account-changed"),
    (
        AuditCode(ALERT, USER_SECURITY),
        "account-recovered password-changed recovery-code-given recovery-codes-made second-factor-added"
        " second-factor-removed set-up-token-made token-made token-revoked contact-asked contact-confirmed"
        " contact-removed contact-used",
    ),
    (
        AuditCode(ALERT, SECURITY),
        "keys-backup keys-rehearsal transport-key-made transport-key-destroyed upload-request-made"
        " upload-request-extended upload-request-closed",
    ),
    (AuditCode(ALERT, NETWORK), "partner-kept partner-removed echo"),
    (AuditCode(ALERT, SOFTWARE), "setting-changed setting-removed"),
    (
        AuditCode(ACTIVITY),
        "acknowledge notice notice-tested work-retried address-added address-changed address-removed addresses-read"
        " department-made department-changed roster-added roster-changed roster-removed",
    ),
)

CODES: Final[dict[str, AuditCode]] = {event: code for code, events in _ROWS for event in events.split()}

_OPEN_ENDED: Final = "receipt-"


def code_of(event: str) -> AuditCode:
    """The codes of a kind of event."""
    if event.startswith(_OPEN_ENDED):
        return CODES["receipt-…"]
    return CODES.get(event, AuditCode(ACTIVITY))


_SUCCESSES: Final = frozenset({"success", "permit", "begun", "none", "come", "stay", "more", "call", *State}) - {
    State.FAILED,
    State.REFUSED,
}


def indicator(outcome: str) -> str:
    """FHIR AuditEvent.outcome and EventOutcomeIndicator (PS3.15 A.5.2): 0 success, 4 what did not come about and why is
    told in words. What an event says as outcome is success, a decision, a state, or the code of what stood in the way.
    """
    return "0" if outcome in _SUCCESSES else "4"
