"""Key images as a Key Object Selection Document (PS3.3 A.35.4, C.17.6; PS3.16 TID 2010 and 1002)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence as Items

from beeldbrug.node.usecases.save.asked import KeyObjectsAsked
from beeldbrug.node.usecases.save.dataset import Maker, clock, code, day, made_by, patient_and_study, person_name
from beeldbrug.node.usecases.save.references import Referred, by_series, reference
from beeldbrug.node.usecases.save.words import paragraph

SOP_CLASS: Final = "1.2.840.10008.5.1.4.1.1.88.59"
SERIES_NUMBER: Final = 9910

_OF_INTEREST: Final = ("113000", "DCM", "Of Interest")
_DESCRIPTION: Final = ("113012", "DCM", "Key Object Description")
_OBSERVER_TYPE: Final = ("121005", "DCM", "Observer Type")
_PERSON: Final = ("121006", "DCM", "Person")
_OBSERVER_NAME: Final = ("121008", "DCM", "Person Observer Name")
_OBSERVER_AT: Final = ("121009", "DCM", "Person Observer's Organization Name")


def key_objects(
    asked: KeyObjectsAsked, images: Sequence[Referred], attributes: Mapping[str, Any], maker: Maker, number: int
) -> Dataset:
    """The document. ``attributes`` are of one of the images; ``number`` tells series of the study apart."""
    description = paragraph(asked.description)
    content = [
        *_observer(maker),
        *([_text(description)] if description else []),
        *(_image(one) for one in images),
    ]
    dataset = selection(_OF_INTEREST, images, attributes, maker, content)
    dataset.SeriesNumber, dataset.SeriesDescription = SERIES_NUMBER + number, "Sleutelbeelden"
    return dataset


def selection(
    title: tuple[str, str, str],
    images: Sequence[Referred],
    attributes: Mapping[str, Any],
    maker: Maker,
    content: Sequence[Dataset],
) -> Dataset:
    """A document of this title (PS3.16 CID 7010) about these, without number and description of its series."""
    study_uid = images[0].row.study_uid
    dataset = patient_and_study(attributes, study_uid)
    when = made_by(dataset, maker, attributes, SOP_CLASS)
    dataset.Modality, dataset.InstanceNumber = "KO", 1
    dataset.ReferencedPerformedProcedureStepSequence = Items([])
    dataset.ContentDate, dataset.ContentTime = day(when), clock(when)
    evidence = Dataset()
    evidence.StudyInstanceUID = study_uid
    evidence.ReferencedSeriesSequence = by_series(images, "ReferencedSOPSequence", with_frames=False)
    dataset.CurrentRequestedProcedureEvidenceSequence = Items([evidence])
    dataset.ValueType, dataset.ContinuityOfContent = "CONTAINER", "SEPARATE"
    dataset.ConceptNameCodeSequence = Items([code(*title)])
    template = Dataset()
    template.MappingResource, template.TemplateIdentifier = "DCMR", "2010"
    dataset.ContentTemplateSequence = Items([template])
    dataset.ContentSequence = Items(content)
    return dataset


def _observer(maker: Maker) -> list[Dataset]:
    kind = _item("HAS OBS CONTEXT", "CODE", _OBSERVER_TYPE)
    kind.ConceptCodeSequence = Items([code(*_PERSON)])
    name = _item("HAS OBS CONTEXT", "PNAME", _OBSERVER_NAME)
    name.PersonName = person_name(maker.author)
    where = _item("HAS OBS CONTEXT", "TEXT", _OBSERVER_AT)
    where.TextValue = maker.author.organisation
    return [kind, name, where] if maker.author.organisation else [kind, name]


def _text(words: str) -> Dataset:
    item = _item("CONTAINS", "TEXT", _DESCRIPTION)
    item.TextValue = words
    return item


def _image(one: Referred) -> Dataset:
    item = Dataset()
    item.RelationshipType, item.ValueType = "CONTAINS", "IMAGE"
    item.ReferencedSOPSequence = Items([reference(one)])
    return item


def _item(relationship: str, value_type: str, concept: tuple[str, str, str]) -> Dataset:
    item = Dataset()
    item.RelationshipType, item.ValueType = relationship, value_type
    item.ConceptNameCodeSequence = Items([code(*concept)])
    return item
