"""Whole made-up studies: one call gives the Part 10 files of a CT, MR, echo or chest X-ray with its report.

Everything follows from kind, patient, hospital, time and seed: the same call writes the same bytes. File names hold the
kind and a number, never identity. The pictures come from `head`, `heart` and `thorax`; nothing is sent anywhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import chain
from pathlib import Path

from pydicom import dcmwrite
from pydicom.dataset import Dataset

from beeldbrug.dicom.phantom import wording
from beeldbrug.dicom.phantom.ct import brain_series, ct_series, thin_series
from beeldbrug.dicom.phantom.dx import dx_series
from beeldbrug.dicom.phantom.head import HIGHEST, LOWEST, Lesion
from beeldbrug.dicom.phantom.mr import MR_SERIES, mr_series
from beeldbrug.dicom.phantom.patients import HOSPITAL_A, Hospital, PhantomPatient
from beeldbrug.dicom.phantom.report import key_objects, pointer, presentation, report
from beeldbrug.dicom.phantom.setting import Procedure, Setting
from beeldbrug.dicom.phantom.us import us_series
from beeldbrug.model.errors import TooLarge

MOST_SLICES = 1000
DEFAULT_TIME = datetime(2025, 3, 11, 9, 42, 7)
"""Local time, as DICOM dates are; the offset is an attribute of its own."""


class Kind(StrEnum):
    """What is made. The three CT kinds differ in what is wrong with the head."""

    CT_HEAD = "ct-head"
    CT_BLEED = "ct-bleed"
    CT_INFARCT = "ct-infarct"
    MR_BRAIN = "mr-brain"
    US_HEART = "us-heart"
    DX_THORAX = "dx-thorax"


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a kind is made: what was asked, what is wrong, what the report says, how many slices or frames."""

    procedure: Procedure
    findings: wording.Findings
    slices: int
    lesion: Lesion = Lesion.NONE


_CT = Procedure("CT hersenen", "CT", "HEAD")
RECIPES: dict[Kind, Recipe] = {
    Kind.CT_HEAD: Recipe(_CT, wording.CT_NORMAL, 30),
    Kind.CT_BLEED: Recipe(_CT, wording.CT_BLEED, 30, Lesion.BLEED),
    Kind.CT_INFARCT: Recipe(_CT, wording.CT_INFARCT, 30, Lesion.INFARCT),
    Kind.MR_BRAIN: Recipe(Procedure("MRI hersenen", "MR", "BRAIN"), wording.MR_BRAIN, 24),
    Kind.US_HEART: Recipe(Procedure("Echo hart", "US", "HEART"), wording.US_HEART, 40),
    Kind.DX_THORAX: Recipe(Procedure("X-thorax", "DX", "CHEST"), wording.DX_THORAX, 1),
}
_LESION_HEIGHT = 27.0
_ARROW = (430.0, 150.0, 345.0, 235.0)


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is made: slices of the main series (frames of a clip), slices of the thin CT series, documents or not.

    None means the kind's own number.
    """

    slices: int | None = None
    thin_slices: int = 60
    documents: bool = True


def datasets(
    kind: Kind,
    patient: PhantomPatient,
    *,
    hospital: Hospital = HOSPITAL_A,
    extent: Extent | None = None,
    seed: int = 1,
    when: datetime = DEFAULT_TIME,
) -> Iterator[Dataset]:
    """The instances of one study, one at a time: pictures first, then report, key objects and presentation state.

    Raises TooLarge for a number of slices or frames outside 0 to MOST_SLICES.
    """
    extent = extent or Extent()
    recipe = RECIPES[kind]
    slices = recipe.slices if extent.slices is None else extent.slices
    if not all(0 <= count <= MOST_SLICES for count in (slices, extent.thin_slices)):
        raise TooLarge(
            "phantom-too-many-slices", f"A series has 0 to {MOST_SLICES} slices.", "Ask for a number in that range."
        )
    setting = Setting(patient, hospital, recipe.procedure, when, seed)
    pictures: list[Dataset] = []
    for picture in _pictures(setting, recipe, slices, extent.thin_slices):
        pictures.append(pointer(picture))
        yield picture
    if extent.documents and pictures:
        yield from _documents(setting, recipe, slices, pictures)


def write_study(
    kind: Kind,
    patient: PhantomPatient,
    folder: Path,
    *,
    hospital: Hospital = HOSPITAL_A,
    slices: int | None = None,
    thin_slices: int = 60,
    documents: bool = True,
    seed: int = 1,
    when: datetime = DEFAULT_TIME,
) -> list[Path]:
    """Write one study as Part 10 files into ``folder`` (made if need be); gives the paths in order of making."""
    folder.mkdir(parents=True, exist_ok=True)
    paths: list[Path] = []
    extent = Extent(slices, thin_slices, documents)
    for dataset in datasets(kind, patient, hospital=hospital, extent=extent, seed=seed, when=when):
        path = folder / f"{kind}-{len(paths) + 1:04d}.dcm"
        dcmwrite(path, dataset, enforce_file_format=True)
        paths.append(path)
    return paths


def bench_setting(patient: PhantomPatient, *, hospital: Hospital = HOSPITAL_A, seed: int = 1) -> Setting:
    """The study that `large.write_large` writes its instances into."""
    return Setting(patient, hospital, Procedure("Meetreeks", "OT", "HEAD"), DEFAULT_TIME, seed)


def _pictures(setting: Setting, recipe: Recipe, slices: int, thin_slices: int) -> Iterator[Dataset]:
    modality = recipe.procedure.modality
    if modality == "CT":
        brain, thin = brain_series(slices), thin_series(thin_slices)
        return chain.from_iterable(
            ct_series(setting, series, recipe.lesion) for series in (brain, thin) if series.slices
        )
    if modality == "MR":
        return chain.from_iterable(mr_series(setting, series, slices, recipe.lesion) for series in MR_SERIES if slices)
    return us_series(setting, slices) if modality == "US" else dx_series(setting)


def _documents(setting: Setting, recipe: Recipe, slices: int, pictures: list[Dataset]) -> Iterator[Dataset]:
    yield report(setting, recipe.findings, pictures)
    if recipe.procedure.modality != "CT" or not slices:
        return
    middle = min(slices - 1, int((_LESION_HEIGHT - LOWEST) / (HIGHEST - LOWEST) * slices))
    yield key_objects(setting, pictures[middle : middle + 3])
    if recipe.lesion is not Lesion.NONE:
        yield presentation(setting, pictures[middle], _ARROW)
