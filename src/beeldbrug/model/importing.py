"""How one arrival goes into the own PACS: its order, what is written, and which series stay out (IHE RAD IRWF.b).

Values only. An order is a scheduled procedure step of a modality worklist (PS3.4 annex K) as far as an import needs it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Source(StrEnum):
    """Where the value of an attribute comes from at import.

    OWN: what the hospital knows. SENT: as the sender has it. ORDER: of the order; without one as ``CoercionTable``
    says. SENDER: the name of the organisation that sent it. EMPTY: nothing is written.
    """

    OWN = "own"
    SENT = "sent"
    ORDER = "order"
    SENDER = "sender"
    EMPTY = "empty"


class OrderForm(StrEnum):
    """The HL7 v2 message that asks for an order: ORM^O01, OMG^O19 from version 2.4 on, or OMI^O23 from version 2.5
    on."""

    ORM = "ORM"
    OMG = "OMG"
    OMI = "OMI"


@dataclass(frozen=True, slots=True)
class Code:
    """A coded entry (PS3.3 section 8.8)."""

    value: str
    scheme: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Order:
    """A step that somebody scheduled for a patient. ``start``, and the patient's ``birth_date``, are YYYYMMDD or
    empty. The issuer of the accession number
    is a local name, or a universal id with its type (PS3.3 table 10-17)."""

    accession_number: str
    issuer: str = ""
    issuer_id: str = ""
    issuer_type: str = ""
    procedure_id: str = ""
    description: str = ""
    code: Code | None = None
    modality: str = ""
    start: str = ""
    birth_date: str = ""


@dataclass(frozen=True, slots=True)
class CoercionTable:
    """What is written in each attribute. Patient ID and its issuer are always the own ones.

    Without an order, accession number and its issuer are left empty by ORDER; description, procedure code and request
    stay as they were sent. ``description_prefix`` stands before the study description whatever its source.
    """

    name: Source = Source.OWN
    birth_date: Source = Source.OWN
    sex: Source = Source.OWN
    accession_number: Source = Source.ORDER
    accession_issuer: Source = Source.ORDER
    study_description: Source = Source.SENT
    procedure_code: Source = Source.SENT
    request: Source = Source.SENT
    institution: Source = Source.SENT
    description_prefix: str = ""


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What was decided about one import, once and for all its instances.

    ``without`` and ``within`` are UIDs of series that a human left out or took in; of the others the rule decides.
    ``ordered`` says that the order is settled, also when there is none. ``table`` is None until the first instance is
    coerced: what comes later is written as that was. ``rejected``: a human takes in
    what its sender takes back.
    """

    without: frozenset[str] = frozenset()
    within: frozenset[str] = frozenset()
    order: Order | None = None
    ordered: bool = False
    table: CoercionTable | None = None
    rejected: bool = False


@dataclass(frozen=True, slots=True)
class Left:
    """What an import left out, as it was when it ended."""

    series: int = 0
    left_series: int = 0
    left_instances: int = 0
