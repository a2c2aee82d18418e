"""The table of coercion in the settings: what an import writes in which attribute (IHE RAD IRWF.b)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from beeldbrug.kit.settings import Section
from beeldbrug.model.importing import CoercionTable, Source

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
