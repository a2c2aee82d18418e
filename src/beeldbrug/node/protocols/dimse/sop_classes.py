"""Which SOP classes this node takes: every storage class of PS3.4, known today or not, and private ones.

It does not judge whether an instance fits its class; nothing is decoded on the way. The storage classes of PS3.6 lie
below one root, so that a class of next year's standard is taken as well; what else lies below that root is listed.
"""

from __future__ import annotations

import re

VERIFICATION = "1.2.840.10008.1.1"
COMMITMENT = "1.2.840.10008.1.20.1"
"""Storage Commitment Push Model."""
COMMITMENT_INSTANCE = "1.2.840.10008.1.20.1.1"
PATIENT_ROOT_FIND = "1.2.840.10008.5.1.4.1.2.1.1"
PATIENT_ROOT_MOVE = "1.2.840.10008.5.1.4.1.2.1.2"
STUDY_ROOT_FIND = "1.2.840.10008.5.1.4.1.2.2.1"
STUDY_ROOT_MOVE = "1.2.840.10008.5.1.4.1.2.2.2"
MODALITY_WORKLIST_FIND = "1.2.840.10008.5.1.4.31"

_STANDARD_ROOT = "1.2.840.10008."
STORAGE_ROOT = "1.2.840.10008.5.1.4.1.1."
NOT_STORAGE = frozenset(
    STORAGE_ROOT + leaf for leaf in ("200.4", "200.5", "200.6", "201.2", "201.3", "201.4", "201.5", "201.6")
)
"""Protocol approval and inventory query, retrieve and creation (PS3.4 annexes HH to KK)."""

STORAGE_ELSEWHERE = frozenset(
    {
        "1.2.840.10008.5.1.4.34.1",
        "1.2.840.10008.5.1.4.34.7",
        "1.2.840.10008.5.1.4.34.10",
        "1.2.840.10008.5.1.4.38.1",
        "1.2.840.10008.5.1.4.39.1",
        "1.2.840.10008.5.1.4.43.1",
        "1.2.840.10008.5.1.4.44.1",
        "1.2.840.10008.5.1.4.45.1",
        "1.2.840.10008.5.1.1.29",
        "1.2.840.10008.5.1.1.30",
    }
)
"""Delivery instructions, hanging protocols, palettes, implant templates and (retired) hardcopy images."""

_UID = re.compile(r"[0-9]+(\.[0-9]+)*")


def is_uid(text: str) -> bool:
    """Digits and dots, at most 64 characters (PS3.5 section 9.1); leading zeros are met in the field and tolerated."""
    return len(text) <= 64 and _UID.fullmatch(text) is not None


def is_storage(uid: str) -> bool:
    """True for a storage SOP class of the standard and for every private class, whatever that is."""
    if not is_uid(uid):
        return False
    if not uid.startswith(_STANDARD_ROOT):
        return True
    return uid in STORAGE_ELSEWHERE or (uid.startswith(STORAGE_ROOT) and uid not in NOT_STORAGE)
