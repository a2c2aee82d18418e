"""Images, who saves, and what is asked, for the tests of what is made of it."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from pydicom.dataset import Dataset

from beeldbrug.node.ports.records import InstanceRow, InstanceState
from beeldbrug.node.usecases.save.asked import AreaAsked, KeyObjectsAsked, PresentationAsked, SavedImage
from beeldbrug.node.usecases.save.dataset import Author, Maker
from beeldbrug.node.usecases.save.references import Referred

CT = "1.2.840.10008.5.1.4.1.1.2"
STUDY = "1.2.826.0.1.3680043.8.498.1"
NOW = 1_700_000_000.0
MAKER = Maker(Author("Johanna de Vries", "Ziekenhuis A"), "1.0", NOW, ZoneInfo("Europe/Amsterdam"))
ID = "ab" * 16


def row(number: int = 1, series: int = 1, sop_class: str = CT, frames: int | None = None) -> InstanceRow:
    """An image of the study."""
    return InstanceRow(
        id=number,
        organisation="A",
        origin="own",
        study_uid=STUDY,
        series_uid=f"{STUDY}.{series}",
        instance_uid=f"{STUDY}.{series}.{number}",
        sop_class=sop_class,
        transfer_syntax="1.2.840.10008.1.2.1",
        part10=True,
        header_place=None,
        first_header_length=0,
        pieces=(),
        bulks=(),
        size=0,
        hash=b"",
        state=InstanceState.COMPLETE,
        received=NOW,
        number_of_frames=frames,
    )


def image(of: InstanceRow, *frames: int) -> SavedImage:
    """That image, as a browser asks for it."""
    return SavedImage(of.series_uid, of.sop_class, of.instance_uid, list(frames))


def refer(*rows: InstanceRow) -> list[Referred]:
    """All of these images."""
    return [Referred(one) for one in rows]


def attributes(**changes: Any) -> dict[str, Any]:
    """DICOM JSON of a CT slice; None leaves an attribute out."""
    data = Dataset()
    data.SpecificCharacterSet = "ISO_IR 192"
    data.PatientName, data.PatientID, data.IssuerOfPatientID = "Çelik^Anna^^van", "123", "Ziekenhuis A"
    data.PatientBirthDate, data.PatientSex = "19620314", "F"
    data.StudyDate, data.StudyTime, data.AccessionNumber = "20251120", "101500", "A1"
    data.StudyDescription, data.StudyID, data.ReferringPhysicianName = "CT hersenen", "7", "Bakker^Jan"
    data.SamplesPerPixel, data.PhotometricInterpretation = 1, "MONOCHROME2"
    data.Rows, data.Columns, data.PixelSpacing = 512, 512, [0.5, 0.5]
    data.RescaleIntercept, data.RescaleSlope, data.RescaleType = -1024, 1, "HU"
    for keyword, value in changes.items():
        if value is None:
            delattr(data, keyword)
        else:
            setattr(data, keyword, value)
    found: dict[str, Any] = data.to_json_dict()
    return found


def keys(*images: SavedImage, description: str = "") -> KeyObjectsAsked:
    """Key images."""
    return KeyObjectsAsked(ID, list(images), description)


def shown(*images: SavedImage, **changes: Any) -> PresentationAsked:
    """A presentation of the upper left quarter."""
    fields: dict[str, Any] = {"label": "LAESIE", "area": AreaAsked(1, 1, 256, 200), **changes}
    return PresentationAsked(ID, images=list(images), **fields)
