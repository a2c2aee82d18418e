"""Titles of rejection notes (IHE RAD TF-3 4.66.4.1.3, PS3.16 CID 7011), and those of undone imports. Values only."""

from __future__ import annotations

from beeldbrug.model.decision import Reason

QUALITY, SAFETY, WORKLIST, RETENTION = "113001", "113037", "113038", "113039"

MEANINGS = {
    QUALITY: "Rejected for Quality Reasons",
    SAFETY: "Rejected for Patient Safety Reasons",
    WORKLIST: "Incorrect Modality Worklist Entry",
    RETENTION: "Data Retention Policy Expired",
}
"""Code meanings, scheme DCM."""

TITLE_OF_UNDONE = {
    "wrong-patient": SAFETY,
    "wrong-order": WORKLIST,
    "not-needed": QUALITY,
    "images-unusable": QUALITY,
    "re-keyed": WORKLIST,
}
"""By why an import is undone (``policy.undoing.WHY``, ``policy.rekeying.WHY``)."""

NEVER, SENT, TRUSTED = "never", "sent", "trusted"
"""Whether the PACS gets a note of an undone import, and whether its taking that counts as having removed the study."""

REJECTED_BY_SENDER = Reason(
    "rejected-by-sender",
    "De afzender neemt beelden van dit onderzoek terug; waarom staat in de geschiedenis.",
    "The sender takes back images of this study; why stands in its history.",
    "Gebruik de beelden niet voordat u de afzender hebt gesproken; staan ze in uw PACS, maak de import dan ongedaan.",
    "Do not use the images before you have spoken to the sender; if they are in your PACS, undo the import.",
)
