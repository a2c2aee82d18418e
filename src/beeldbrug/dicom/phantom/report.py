"""Documents beside the pictures: Basic Text SR report, key object selection, presentation state.

SR as PS3.3 A.35.1 with the section titles of PS3.16 TID 2000; KO as A.35.4 with TID 2010; grayscale presentation state
as A.33.1 with one arrow on one key picture. The documents point at real instances of the same study.
"""

from __future__ import annotations

from collections.abc import Sequence as Many

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import (
    BasicTextSRStorage,
    GrayscaleSoftcopyPresentationStateStorage,
    KeyObjectSelectionDocumentStorage,
)

from beeldbrug.dicom.phantom.setting import READER, Setting, code, references
from beeldbrug.dicom.phantom.wording import Findings

_SECTIONS = (
    ("121060", "History", "121060", "history"),
    ("121064", "Current Procedure Descriptions", "121065", "technique"),
    ("121070", "Findings", "121071", "findings"),
    ("121076", "Conclusions", "121077", "conclusion"),
)
_ITEM_MEANING = {
    "121060": "History",
    "121065": "Procedure Description",
    "121071": "Finding",
    "121077": "Conclusion",
}


def pointer(instance: Dataset) -> Dataset:
    """What a document needs of an instance: class, UID, series, size; not its pixels."""
    slim = Dataset()
    for keyword in ("SOPClassUID", "SOPInstanceUID", "SeriesInstanceUID", "Rows", "Columns", "Modality"):
        setattr(slim, keyword, getattr(instance, keyword))
    slim.WindowCenter, slim.WindowWidth = 40, 80
    return slim


def report(setting: Setting, findings: Findings, pictures: Many[Dataset]) -> Dataset:
    """The radiology report on ``pictures`` (pointers), verified by a made-up radiologist."""
    dataset = _document(setting, BasicTextSRStorage, 901, "Verslag", "SR")
    dataset.CompletionFlag, dataset.VerificationFlag = "COMPLETE", "VERIFIED"
    verifier = Dataset()
    verifier.VerifyingOrganization = setting.hospital.name
    verifier.VerificationDateTime = f"{setting.when:%Y%m%d%H%M%S}"
    verifier.VerifyingObserverName = READER
    verifier.VerifyingObserverIdentificationCodeSequence = Sequence([])
    dataset.VerifyingObserverSequence = Sequence([verifier])
    dataset.ReferencedPerformedProcedureStepSequence = Sequence([])
    dataset.PerformedProcedureCodeSequence = Sequence([])
    dataset.CurrentRequestedProcedureEvidenceSequence = _evidence(setting, pictures)
    _container(dataset, code("18748-4", "LN", "Diagnostic imaging report"), "2000")
    language = _item("HAS CONCEPT MOD", "CODE", code("121049", "DCM", "Language of Content Item and Descendants"))
    language.ConceptCodeSequence = Sequence([code("nl-NL", "RFC5646", "Nederlands (Nederland)")])
    observer = _item("HAS OBS CONTEXT", "PNAME", code("121008", "DCM", "Person Observer Name"))
    observer.PersonName = READER
    dataset.ContentSequence = Sequence([language, observer, *(_section(row, findings) for row in _SECTIONS)])
    return dataset


def key_objects(setting: Setting, pictures: Many[Dataset]) -> Dataset:
    """A selection "Of Interest" of ``pictures`` (pointers)."""
    dataset = _document(setting, KeyObjectSelectionDocumentStorage, 902, "Sleutelbeelden", "KO")
    dataset.ReferencedPerformedProcedureStepSequence = Sequence([])
    dataset.CurrentRequestedProcedureEvidenceSequence = _evidence(setting, pictures)
    _container(dataset, code("113000", "DCM", "Of Interest"), "2010")
    remark = _item("CONTAINS", "TEXT", code("113012", "DCM", "Key Object Description"))
    remark.TextValue = "Beelden bij de conclusie; zie pijl in de presentatie."
    items = [remark]
    for picture in pictures:
        item = Dataset()
        item.RelationshipType, item.ValueType = "CONTAINS", "IMAGE"
        item.ReferencedSOPSequence = references([picture])
        items.append(item)
    dataset.ContentSequence = Sequence(items)
    return dataset


def presentation(setting: Setting, picture: Dataset, arrow: tuple[float, float, float, float]) -> Dataset:
    """A presentation state of ``picture`` (pointer): window, whole area, an arrow (x0, y0, x1, y1 in pixels)."""
    dataset = _document(setting, GrayscaleSoftcopyPresentationStateStorage, 903, "Presentatie", "PR")
    dataset.PresentationCreationDate = dataset.ContentDate
    dataset.PresentationCreationTime = dataset.ContentTime
    del dataset.ContentDate, dataset.ContentTime
    dataset.BodyPartExamined = setting.procedure.body_part
    dataset.ContentLabel, dataset.ContentDescription = "PIJL", "Pijl bij de afwijking"
    dataset.ContentCreatorName = READER
    series = Dataset()
    series.SeriesInstanceUID = picture.SeriesInstanceUID
    series.ReferencedImageSequence = references([picture])
    dataset.ReferencedSeriesSequence = Sequence([series])
    dataset.DisplayedAreaSelectionSequence = Sequence([_whole(picture)])
    window = Dataset()
    window.WindowCenter, window.WindowWidth = picture.WindowCenter, picture.WindowWidth
    dataset.SoftcopyVOILUTSequence = Sequence([window])
    if picture.Modality == "CT":
        dataset.RescaleIntercept, dataset.RescaleSlope, dataset.RescaleType = -1024, 1, "HU"
    dataset.PresentationLUTShape = "IDENTITY"
    dataset.GraphicAnnotationSequence = Sequence([_arrow(picture, arrow)])
    layer = Dataset()
    layer.GraphicLayer, layer.GraphicLayerOrder = "LAAG1", 1
    dataset.GraphicLayerSequence = Sequence([layer])
    return dataset


def _document(setting: Setting, sop_class: str, number: int, description: str, modality: str) -> Dataset:
    dataset = setting.dataset(sop_class, setting.uid("document", number))
    setting.series(dataset, number, description, modality)
    setting.acquired(dataset, 1800)
    del dataset.AcquisitionDate, dataset.AcquisitionTime
    if modality != "PR":
        dataset.ReferencedPerformedProcedureStepSequence = Sequence([])
    dataset.InstanceNumber = 1
    return dataset


def _container(dataset: Dataset, title: Dataset, template: str) -> None:
    dataset.ValueType, dataset.ContinuityOfContent = "CONTAINER", "SEPARATE"
    dataset.ConceptNameCodeSequence = Sequence([title])
    mapping = Dataset()
    mapping.MappingResource, mapping.TemplateIdentifier = "DCMR", template
    dataset.ContentTemplateSequence = Sequence([mapping])


def _item(relationship: str, value_type: str, name: Dataset) -> Dataset:
    item = Dataset()
    item.RelationshipType, item.ValueType = relationship, value_type
    item.ConceptNameCodeSequence = Sequence([name])
    return item


def _section(row: tuple[str, str, str, str], findings: Findings) -> Dataset:
    title, meaning, item_code, field = row
    section = _item("CONTAINS", "CONTAINER", code(title, "DCM", meaning))
    section.ContinuityOfContent = "SEPARATE"
    text = _item("CONTAINS", "TEXT", code(item_code, "DCM", _ITEM_MEANING[item_code]))
    text.TextValue = getattr(findings, field)
    section.ContentSequence = Sequence([text])
    return section


def _evidence(setting: Setting, pictures: Many[Dataset]) -> Sequence:
    by_series: dict[str, list[Dataset]] = {}
    for picture in pictures:
        by_series.setdefault(picture.SeriesInstanceUID, []).append(picture)
    study = Dataset()
    study.StudyInstanceUID = setting.study_uid
    items = []
    for series_uid, members in by_series.items():
        series = Dataset()
        series.SeriesInstanceUID = series_uid
        series.ReferencedSOPSequence = references(members)
        items.append(series)
    study.ReferencedSeriesSequence = Sequence(items)
    return Sequence([study])


def _whole(picture: Dataset) -> Dataset:
    area = Dataset()
    area.ReferencedImageSequence = references([picture])
    area.DisplayedAreaTopLeftHandCorner = [1, 1]
    area.DisplayedAreaBottomRightHandCorner = [picture.Columns, picture.Rows]
    area.PresentationSizeMode = "SCALE TO FIT"
    area.PresentationPixelAspectRatio = [1, 1]
    return area


def _arrow(picture: Dataset, arrow: tuple[float, float, float, float]) -> Dataset:
    graphic = Dataset()
    graphic.GraphicAnnotationUnits, graphic.GraphicDimensions = "PIXEL", 2
    graphic.NumberOfGraphicPoints, graphic.GraphicData = 2, list(arrow)
    graphic.GraphicType, graphic.GraphicFilled = "POLYLINE", "N"
    annotation = Dataset()
    annotation.GraphicLayer = "LAAG1"
    annotation.ReferencedImageSequence = references([picture])
    annotation.GraphicObjectSequence = Sequence([graphic])
    return annotation
