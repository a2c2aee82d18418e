"""Settings of what an import writes in which attribute, and of the orders that are made for it (IHE RAD IRWF.b)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from beeldbrug.kit.settings import Section
from beeldbrug.model.importing import Code, CoercionTable, OrderForm, Source
from beeldbrug.node.policy.ordering import Making, Procedure

Person = Literal["own", "sent"]
Ordered = Literal["order", "sent", "empty"]


class CoercionSection(Section):
    """What an import writes. The sender's values stay in Original Attributes Sequence; Patient ID and its issuer are
    always the own ones."""

    name: Person = "own"
    """Patient's Name: ``own``, where the hospital knows the patient, or as ``sent``."""
    birth_date: Person = "own"
    """Patient's Birth Date, likewise."""
    sex: Person = "own"
    """Patient's Sex, likewise."""
    accession_number: Ordered = "order"
    """Accession Number: of the ``order``, and empty without one; as ``sent``; or always ``empty``."""
    accession_issuer: Ordered = "order"
    """Issuer of Accession Number Sequence, likewise."""
    study_description: Literal["sent", "order"] = "sent"
    """Study Description: as ``sent``, or of the ``order`` where there is one."""
    procedure_code: Ordered = "sent"
    """Procedure Code Sequence: as ``sent``; of the ``order`` where that has one; or ``empty``."""
    request: Ordered = "sent"
    """Request Attributes Sequence, with Requested Procedure ID, likewise."""
    institution: Literal["sent", "sender", "empty"] = "sent"
    """Institution Name: as ``sent``, the name of the ``sender`` in the address book, or ``empty``."""
    description_prefix: Annotated[str, Field(max_length=16, pattern=r"^[^\\\x00-\x1f]*$")] = ""
    """What stands before the study description, such as ``EXT `` for images from elsewhere."""

    def table(self) -> CoercionTable:
        """As the model has it."""
        values = self.model_dump()
        prefix = values.pop("description_prefix")
        return CoercionTable(**{name: Source(value) for name, value in values.items()}, description_prefix=prefix)


Short = Annotated[str, Field(max_length=16, pattern=r"^[^\\\x00-\x1f]*$")]


class ProcedureSection(Section):
    """A row of the table of procedures; the first that fits a study counts."""

    modality: Short = ""
    """Modality of the study, such as ``CT``; empty fits every one."""
    body_part: Short = ""
    """Body Part Examined of one of its series, such as ``CHEST``; empty fits every one."""
    code: Annotated[str, Field(min_length=1, max_length=16)]
    """The code of the procedure in the RIS (OBR-4.1, Code Value)."""
    scheme: Annotated[str, Field(min_length=1, max_length=16)] = "L"
    """Its coding scheme (OBR-4.3, Coding Scheme Designator)."""
    meaning: Annotated[str, Field(min_length=1, max_length=64)]
    """Its name (OBR-4.2, Code Meaning)."""

    def procedure(self) -> Procedure:
        """As policy has it."""
        return Procedure(Code(self.code, self.scheme, self.meaning), self.modality, self.body_part)


class OrdersSection(Section):
    """Orders that the node makes in the RIS for studies that it imports, where the worklist has none."""

    peer: str = ""
    """Name of a system in ``[[hl7_out]]``; empty makes no orders."""
    message: Literal["ORM", "OMG", "OMI"] = "ORM"
    """ORM^O01, OMG^O19 (from version 2.4 on), or OMI^O23 (from version 2.5 on), which has the Study Instance UID in IPC
    instead of ZDS."""
    control: Literal["NW", "SN"] = "NW"
    """ORC-1: a new order, or a request for a number where the RIS numbers."""
    status: Literal["", "SC", "IP", "CM"] = ""
    """ORC-5: none, scheduled, in process, or completed, where the RIS puts only such on the reading list."""
    accession: Literal["own", "reply"] = "own"
    """The accession number that the study gets: our own, or that which the RIS answers (IPC-1, OBR-18, OBR-3 or
    ORC-3)."""
    prefix: Annotated[str, Field(pattern=r"^[A-Z0-9]{0,8}$")] = "BB"
    """Start of our own numbers; digits follow."""
    digits: Annotated[int, Field(ge=4, le=16)] = 8
    """Digits of our own numbers; with the prefix at most 16 characters."""
    issuer: Annotated[str, Field(max_length=64)] = ""
    """Issuer of the accession number, written at import; empty takes the name of the organisation."""
    authority: Annotated[str, Field(max_length=64)] = ""
    """Assigning authority of patient numbers in PID-3; empty takes the issuer of the number."""
    stat: bool = False
    """Whether stat imports wait for an order too; else they go without."""
    procedures: tuple[ProcedureSection, ...] = ()
    """The table of procedures."""

    @model_validator(mode="after")
    def _consistent(self) -> OrdersSection:
        if len(self.prefix) + self.digits > 16:
            raise ValueError("prefix and digits are 16 characters at most")
        if self.peer and not self.procedures:
            raise ValueError("an order needs a procedure: add [[orders.procedures]]")
        return self

    def making(self, organisation: str) -> Making:
        """As policy has it; ``organisation`` is its name."""
        return Making(
            self.peer,
            OrderForm(self.message),
            self.control,
            self.status,
            self.accession == "reply",
            self.prefix,
            self.digits,
            self.issuer or organisation,
            self.authority,
            self.stat,
            tuple(one.procedure() for one in self.procedures),
        )
