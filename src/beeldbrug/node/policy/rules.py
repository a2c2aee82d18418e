"""The rules a hospital sets: who may call which AE title, what a title sends, how arrivals get in. Values only."""

from __future__ import annotations

from dataclasses import dataclass, field

from beeldbrug.model.exchange import Ground, Party, Purpose, Terms, Urgency
from beeldbrug.node.policy.committing import NEVER
from beeldbrug.node.policy.orders import OrderRule

GENERAL_AE = "BEELDBRUG"
"""Called AE title that takes anything; what comes in is parked under "for whom?"."""

RETRIEVE_AE = "BEELDBRUG_Q"
"""Called AE title that takes what somebody asked the own PACS for, and nothing else."""


QUIET_SECONDS = 0.5
"""A PACS opens the next association of one study within a few hundred milliseconds; one that takes longer makes a
supplement of what it brings, which costs a round and nothing else."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who may use a title: any calling AE (``*``) or one, from these networks (CIDR; empty is any) or holding one of
    these client certificates (SHA-256 fingerprints in hex; empty is any)."""

    ae_title: str = "*"
    networks: tuple[str, ...] = ()
    certificates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SendingRule:
    """What a called AE title means (one organisation's; titles are unique on a node).

    ``quiet_seconds`` after the last association ended, the study counts as complete.
    """

    ae_title: str
    organisation: str
    receiver: Party
    purpose: Purpose
    ground: Ground
    urgency: Urgency = Urgency.ROUTINE
    sender_department: str = ""
    responsible: str = ""
    question: str = ""
    consent: str = ""
    phone: str = ""
    callers: tuple[Caller, ...] = (Caller(),)
    quiet_seconds: float = QUIET_SECONDS
    expires_days: float = 30.0
    reports: bool = True
    """Whether the reports of a study go with it."""

    def terms(self, sender_name: str) -> Terms:
        """The terms of a sending under this rule."""
        return Terms(
            sender=Party(self.organisation, sender_name, department=self.sender_department, phone=self.phone),
            receiver=self.receiver,
            purpose=self.purpose,
            ground=self.ground,
            urgency=self.urgency,
            responsible=self.responsible,
            question=self.question,
            consent=self.consent,
        )


@dataclass(frozen=True, slots=True)
class GeneralRule:
    """The AE title that takes anything from these callers, for one organisation."""

    ae_title: str
    organisation: str
    callers: tuple[Caller, ...] = (Caller(),)
    quiet_seconds: float = QUIET_SECONDS


@dataclass(frozen=True, slots=True)
class RetrieveRule(GeneralRule):
    """The AE title that the own PACS sends to when a person asked it for a study (C-MOVE)."""


@dataclass(frozen=True, slots=True)
class ImportRule:
    """How arrivals of one organisation are imported.

    ``issuer`` is the issuer of the hospital's own patient numbers. ``automatic`` allows import without a human when
    BSN, birth date and name agree. ``emergency_issuer`` not empty: a stat arrival without local number is imported
    under a number of that issuer, to be re-keyed later. ``without`` are modalities of series that stay out of the PACS.
    ``commitment``: whether the PACS is asked to keep for good what was imported (``policy.committing``).
    ``rejections``: whether rejection notes that come in go into the PACS as well. ``rekey_seconds``: how long the PACS
    has to move a study from its emergency number to the own number.
    """

    organisation: str
    issuer: str
    automatic: bool = True
    emergency_issuer: str = ""
    emergency_prefix: str = "SPOED"
    associations: int = 4
    without: tuple[str, ...] = ()
    orders: OrderRule = field(default_factory=OrderRule)
    undo_days: float = 7.0
    commitment: str = NEVER
    rejections: bool = False
    rekey_seconds: float = 600.0
