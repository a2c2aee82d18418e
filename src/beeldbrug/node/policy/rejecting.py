"""Titles of rejection notes (IHE RAD TF-3 4.66.4.1.3, PS3.16 CID 7011), and those of undone imports. Values only."""

from __future__ import annotations

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
}
"""By why an import is undone (``policy.undoing.WHY``)."""

NEVER, SENT, TRUSTED = "never", "sent", "trusted"
"""Whether the PACS gets a note of an undone import, and whether its taking that counts as having removed the study."""
