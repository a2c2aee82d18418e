"""The human side of a parcel: urgency, purpose, legal ground, states (DESIGN section 3, FIELD 5.3)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Direction(StrEnum):
    """Seen from this node."""

    OUT = "out"
    IN = "in"


class Urgency(StrEnum):
    """FHIR request priority; on screen stat is *spoed*."""

    STAT = "stat"
    ASAP = "asap"
    URGENT = "urgent"
    ROUTINE = "routine"

    @property
    def rank(self) -> int:
        """0 is most urgent."""
        return list(Urgency).index(self)


class Purpose(StrEnum):
    """v3 PurposeOfUse codes as IHE PCF uses them."""

    TREATMENT = "TREAT"
    EMERGENCY = "ETREAT"
    BREAK_GLASS = "BTG"
    PATIENT_REQUEST = "PATRQT"
    RESEARCH = "HRESCH"
    TRAINING = "TRAIN"
    """Teaching, a slide: of a picture without a name only."""


class Ground(StrEnum):
    """Legal ground of a disclosure, the rows of FIELD 5.3."""

    OWN_TEAM = "own-team"
    CONSULTATION = "consultation"
    REFERRAL = "referral"
    INDEX = "index"
    EMERGENCY = "emergency"
    PATIENT_CARRIES = "patient-carries"
    RESEARCH = "research"
    ANONYMOUS = "anonymous"
    """Nothing in it leads back to the patient: of a picture without a name only (GDPR, recital 26)."""


class Route(StrEnum):
    """How an exchange travels."""

    HUB = "hub"
    DISC = "disc"
    """A disc, USB stick, folder, ZIP or ISO file that somebody brought, or that was made to be handed out."""
    SFTP = "sftp"
    """Files that a partner put on the node's SFTP server, or that were laid into a folder of the partner's."""
    STOW = "stow"
    """Stored by a partner over STOW-RS."""
    DICOM = "dicom"
    """C-STORE straight into a partner's system."""
    LINK = "link"
    """Uploaded by somebody outside, over a link that was made for it."""
    PICTURE = "picture"
    """A picture without a name, made in the viewer and handed out as a file or over the clipboard."""


BROUGHT = frozenset({Route.DISC, Route.LINK, Route.SFTP, Route.STOW})
"""Routes of arrivals without a peer that is told what becomes of it."""


class State(StrEnum):
    """States of an exchange, seen by both ends (DESIGN section 3)."""

    QUEUED = "queued"
    PARKED = "parked"
    SENDING = "sending"
    ARRIVING = "arriving"
    VERIFIED = "verified"
    SEEN = "seen"
    IMPORTED = "imported"
    DELIVERED = "delivered"
    """In a partner's system that sends no receipt, or handed out on a disc or as a picture; nobody has checked it."""
    REFUSED = "refused"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    FAILED = "failed"


ENDED = frozenset({State.IMPORTED, State.DELIVERED, State.REFUSED, State.EXPIRED, State.WITHDRAWN, State.FAILED})
"""States from which only a supplement or a repeat by a human leads on."""

READABLE = frozenset({State.ARRIVING, State.VERIFIED, State.SEEN, State.IMPORTED})
"""States in which the receiver's viewers may open the study."""


PARTNER = "partner:"
"""Before the id of a partner of the own list, which stands where a URA would: it is in no hub's address book."""

CARRIED = PARTNER + "disc"
"""Nobody's system: a disc or file that a person takes along."""


PICTURED = PARTNER + "picture"
"""Nobody's system: a picture without a name that a person takes along."""


def is_partner(organisation: str) -> bool:
    """Whether it is a partner of the own list, or a disc, and so reached by no hub."""
    return organisation.startswith(PARTNER)


@dataclass(frozen=True, slots=True)
class Party:
    """One end of an exchange: organisation by URA, with what is needed to find the right door inside it."""

    organisation: str
    name: str = ""
    location: str = ""
    department: str = ""
    person: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a sender states of one sending; travels inside the capsule, never on its outside."""

    sender: Party
    receiver: Party
    purpose: Purpose
    ground: Ground
    urgency: Urgency
    responsible: str = ""
    question: str = ""
    consent: str = ""
