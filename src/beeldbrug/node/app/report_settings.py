"""Settings of how reports go on to the hospital's own systems; see ``app.settings``."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import model_validator

from beeldbrug.kit.settings import Section
from beeldbrug.node.ports.report_delivery import Outlet
from beeldbrug.node.usecases.reports.due import DeliveryRule


class ReportDelivery(Section):
    """How reports that came with a study go on to the RIS, EPD and PACS, once the study was imported."""

    deliver: tuple[Literal["hl7", "pdf-folder", "dicom-pdf", "dicom-sr"], ...] = ()
    """Ways: ORU^R01 over HL7 v2, PDF in a folder of the EPD, Encapsulated PDF or Basic Text SR in the PACS."""
    hl7: str = ""
    """Name of the system in ``[[hl7_out]]`` that takes the reports."""
    text: Literal["lines", "formatted"] = "lines"
    """Text in HL7: one OBX (TX) for each line, or one (FT) with line breaks."""
    folder: Path | None = None
    """The folder for PDF; beside each lies a JSON file that says whose it is. File names say nothing."""
    preliminary: bool = True
    """Whether preliminary reports go on too."""
    of_dicom: bool = False
    """Whether reports that are DICOM instances of the study (SR, PDF) also go as HL7 or in the folder."""
    language: Literal["nl", "en"] = "nl"
    """Of the words on a PDF that is made here."""

    @model_validator(mode="after")
    def _consistent(self) -> ReportDelivery:
        if ("hl7" in self.deliver) != bool(self.hl7):
            raise ValueError("deliver hl7 and the name in hl7 belong together")
        if ("pdf-folder" in self.deliver) != (self.folder is not None):
            raise ValueError("deliver pdf-folder and folder belong together")
        return self

    def rule(self) -> DeliveryRule:
        """As policy has it."""
        return DeliveryRule(tuple(Outlet(one) for one in self.deliver), self.preliminary, self.of_dicom)
