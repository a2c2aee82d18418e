"""Totals of an X-Ray Radiation Dose SR: dose-length product of CT, dose-area product of projection X-ray.

Reads only the accumulated values: TID 10011 with its TID 10012 CT Accumulated Dose Data (EV 113813, CT Dose Length
Product Total), and TID 10001 with its TID 10002 Accumulated X-Ray Dose Data (EV 113722, Dose Area Product Total), as in
PS3.16. Units are UCUM; others than those known count as nothing said. Nothing of the patient is read.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

import pydicom
from pydicom.dataset import Dataset
from pydicom.errors import InvalidDicomError

from beeldbrug.model.errors import Malformed

XRAY_DOSE_SR = "1.2.840.10008.5.1.4.1.1.88.67"
"""X-Ray Radiation Dose SR Storage (PS3.4 table B.5-1)."""

ENHANCED_XRAY_DOSE_SR = "1.2.840.10008.5.1.4.1.1.88.76"
"""Enhanced X-Ray Radiation Dose SR Storage; its templates have other totals, and are not read here."""

UNREADABLE = (
    ArithmeticError,
    AttributeError,
    EOFError,
    InvalidDicomError,
    LookupError,
    NotImplementedError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
)
"""What pydicom raises at a file that is not what it says."""

DEPTH = 16
ITEMS = 20_000

_DLP_TOTAL = ("113813", "DCM")
_DAP_TOTAL = ("113722", "DCM")
_PROCEDURE = ("121058", "DCM")
_MODALITY_BY_PROCEDURE = {
    ("77477000", "SCT"): "CT",
    ("P5-08000", "SRT"): "CT",
    ("113704", "DCM"): "RF",
    ("71651007", "SCT"): "MG",
    ("P5-40010", "SRT"): "MG",
}
"""CID and TID 10001 row 2: Computed Tomography X-Ray, Projection X-Ray, Mammography."""

_DLP_UNITS = {"mGy.cm": 1.0, "Gy.cm": 1000.0, "mGycm": 1.0}
_DAP_UNITS = {
    "Gy.m2": 1.0,
    "Gym2": 1.0,
    "dGy.cm2": 1e-5,
    "cGy.cm2": 1e-6,
    "mGy.cm2": 1e-7,
    "uGy.m2": 1e-6,
    "Gy.cm2": 1e-4,
}
"""To mGy.cm and Gy.m2."""


@dataclass(frozen=True, slots=True)
class ReportedDose:
    """Totals of one report; 0 for what it does not have. ``modality``: CT, RF (projection), MG, or OT."""

    modality: str
    dlp: float
    dap: float


def reported_dose(part10: bytes) -> ReportedDose | None:
    """Totals of a report in a DICOM file; None for what is no such report, or has no totals. Raises Malformed
    ``dose-report-malformed``."""
    try:
        return _totals(pydicom.dcmread(BytesIO(part10), force=True))
    except UNREADABLE:
        raise Malformed("dose-report-malformed", "A dose report cannot be read.", "Its dose is not counted.") from None


def _totals(report: Dataset) -> ReportedDose | None:
    if str(report.get("SOPClassUID", "")) != XRAY_DOSE_SR:
        return None
    modality, dlp, dap = "", 0.0, 0.0
    for item in _items(report, 0, [ITEMS]):
        name = _code(item, "ConceptNameCodeSequence")
        if name == _PROCEDURE and not modality:
            modality = _MODALITY_BY_PROCEDURE.get(_code(item, "ConceptCodeSequence"), "")
        elif name == _DLP_TOTAL:
            dlp += _number(item, _DLP_UNITS)
        elif name == _DAP_TOTAL:
            dap += _number(item, _DAP_UNITS)
    if dlp <= 0 and dap <= 0:
        return None
    return ReportedDose(modality or ("CT" if dlp > 0 else "RF" if dap > 0 else "OT"), dlp, dap)


def _items(dataset: Dataset, depth: int, left: list[int]) -> Iterator[Dataset]:
    """Content items, the root's children first; bounded in depth and number."""
    if depth >= DEPTH:
        return
    for item in dataset.get("ContentSequence") or ():
        left[0] -= 1
        if left[0] < 0:
            return
        yield item
        yield from _items(item, depth + 1, left)


def _code(item: Dataset, keyword: str) -> tuple[str, str]:
    codes = item.get(keyword) or ()
    if not codes:
        return "", ""
    return str(codes[0].get("CodeValue", "")).strip(), str(codes[0].get("CodingSchemeDesignator", "")).strip()


def _number(item: Dataset, units: dict[str, float]) -> float:
    """The value in our unit; 0 for one that is absurd, missing, or in a unit that is not known."""
    for value in item.get("MeasuredValueSequence") or ():
        unit = (value.get("MeasurementUnitsCodeSequence") or (Dataset(),))[0]
        factor = units.get(str(unit.get("CodeValue", "")).strip())
        try:
            number = float(value.get("NumericValue", 0))
        except (TypeError, ValueError):
            continue
        if factor is not None and 0 < number < 1e9:
            return number * factor
    return 0.0
