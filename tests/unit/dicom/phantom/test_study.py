"""Promises about whole made-up studies: readable, valid, repeatable, alive enough to be worth sending."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import imagecodecs
import numpy as np
import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.encaps import generate_frames
from pydicom.uid import UID, JPEGBaseline8Bit

from beeldbrug.dicom.phantom.patients import HOSPITAL_A, HOSPITAL_B, PATIENTS
from beeldbrug.dicom.phantom.study import MOST_SLICES, Extent, Kind, datasets, write_study
from beeldbrug.model.errors import TooLarge

SMALL = Extent(slices=4, thin_slices=3)
DOCUMENTS = {Kind.CT_HEAD: ["SR", "KO"], Kind.CT_BLEED: ["SR", "KO", "PR"], Kind.CT_INFARCT: ["SR", "KO", "PR"]}
PICTURES = {Kind.MR_BRAIN: 12, Kind.US_HEART: 2, Kind.DX_THORAX: 1}


@pytest.fixture(scope="module")
def studies(tmp_path_factory: pytest.TempPathFactory) -> dict[Kind, list[Dataset]]:
    """Every kind once, small, written to disk and read back."""
    folder = tmp_path_factory.mktemp("studies")
    return {
        kind: [
            dcmread(path)
            for path in write_study(kind, PATIENTS[number], folder / kind, slices=4, thin_slices=3, seed=number)
        ]
        for number, kind in enumerate(Kind)
    }


@pytest.mark.parametrize("kind", Kind)
def test_study_has_its_pictures_and_documents(studies: dict[Kind, list[Dataset]], kind: Kind) -> None:
    modalities = [instance.Modality for instance in studies[kind]]
    documents = DOCUMENTS.get(kind, ["SR"])
    assert modalities[-len(documents) :] == documents
    assert len(modalities) - len(documents) == PICTURES.get(kind, 7)


@pytest.mark.parametrize("kind", Kind)
def test_uids_are_valid_unique_and_agree_with_the_file_meta(studies: dict[Kind, list[Dataset]], kind: Kind) -> None:
    instances = studies[kind]
    assert len({instance.SOPInstanceUID for instance in instances}) == len(instances)
    assert len({instance.StudyInstanceUID for instance in instances}) == 1
    for instance in instances:
        assert instance.file_meta.MediaStorageSOPInstanceUID == instance.SOPInstanceUID
        assert instance.file_meta.MediaStorageSOPClassUID == instance.SOPClassUID
        for element in instance.iterall():
            if element.VR == "UI":
                assert UID(element.value).is_valid


def test_no_uid_is_shared_between_kinds_patients_hospitals_or_seeds() -> None:
    extent = Extent(slices=1, thin_slices=0, documents=False)
    calls = [
        (Kind.CT_HEAD, PATIENTS[0], HOSPITAL_A, 1),
        (Kind.CT_HEAD, PATIENTS[1], HOSPITAL_A, 1),
        (Kind.CT_HEAD, PATIENTS[0], HOSPITAL_B, 1),
        (Kind.CT_HEAD, PATIENTS[0], HOSPITAL_A, 2),
        (Kind.MR_BRAIN, PATIENTS[0], HOSPITAL_A, 1),
    ]
    made = [next(datasets(kind, who, hospital=where, extent=extent, seed=seed)) for kind, who, where, seed in calls]
    for keyword in ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "FrameOfReferenceUID"):
        assert len({str(instance[keyword].value) for instance in made}) == len(calls)


@pytest.mark.parametrize("kind", [Kind.CT_BLEED, Kind.MR_BRAIN, Kind.US_HEART])
def test_same_call_writes_the_same_bytes(tmp_path: Path, kind: Kind) -> None:
    runs = [
        write_study(kind, PATIENTS[0], tmp_path / run, slices=2, thin_slices=1, seed=9) for run in ("first", "second")
    ]
    for first, second in zip(*runs, strict=True):
        assert first.read_bytes() == second.read_bytes()


def test_file_names_hold_no_identity(tmp_path: Path) -> None:
    patient = PATIENTS[0]
    for path in write_study(Kind.CT_HEAD, patient, tmp_path, slices=1, thin_slices=0):
        assert path.name.startswith("ct-head-")
        assert patient.bsn not in path.name
        assert patient.number(HOSPITAL_A) not in path.name


@pytest.mark.parametrize("kind", Kind)
def test_names_survive_their_character_set(studies: dict[Kind, list[Dataset]], kind: Kind) -> None:
    patient = PATIENTS[list(Kind).index(kind)]
    assert {str(instance.PatientName) for instance in studies[kind]} == {patient.person_name}


def test_letters_outside_latin_1_are_written_in_utf_8(tmp_path: Path) -> None:
    patient = next(patient for patient in PATIENTS if patient.own_name == "Öztürk")
    first = dcmread(write_study(Kind.CT_HEAD, patient, tmp_path, slices=1, thin_slices=0)[0])
    assert first.SpecificCharacterSet == "ISO_IR 192"
    assert str(first.PatientName) == patient.person_name


def test_ct_shows_air_brain_and_bone_in_hounsfield_units(studies: dict[Kind, list[Dataset]]) -> None:
    middle = studies[Kind.CT_HEAD][2]
    units = middle.pixel_array.astype(int) * int(middle.RescaleSlope) + int(middle.RescaleIntercept)
    assert units.shape == (512, 512)
    assert np.median(units[:40, :40]) < -900
    assert 15 < np.median(units[180:330, 180:330]) < 50
    assert units.max() > 800


def test_ct_bleed_is_seen_on_the_left_only(studies: dict[Kind, list[Dataset]]) -> None:
    middle = studies[Kind.CT_BLEED][5]
    units = middle.pixel_array.astype(int) - 1024
    assert units[230:265, 305:330].mean() > 58
    assert units[230:265, 182:207].mean() < 45


def test_slices_lie_one_spacing_apart_in_one_frame_of_reference(studies: dict[Kind, list[Dataset]]) -> None:
    slices = [instance for instance in studies[Kind.CT_HEAD] if instance.Modality == "CT"]
    assert len({instance.FrameOfReferenceUID for instance in slices}) == 1
    thick = [float(instance.ImagePositionPatient[2]) for instance in slices if instance.SeriesNumber == 2]
    gaps = [high - low for low, high in pairwise(thick)]
    assert gaps == pytest.approx([float(slices[0].SpacingBetweenSlices)] * 3, abs=0.01)


def test_ct_is_not_trivially_compressible(studies: dict[Kind, list[Dataset]]) -> None:
    pixels = studies[Kind.CT_HEAD][2].PixelData
    assert len(imagecodecs.zstd_encode(pixels, level=3)) > len(pixels) // 4


def test_echo_moves_and_its_jpeg_frames_decode(studies: dict[Kind, list[Dataset]]) -> None:
    colour, grey = studies[Kind.US_HEART][:2]
    assert colour.file_meta.TransferSyntaxUID == JPEGBaseline8Bit
    frames = list(generate_frames(colour.PixelData, number_of_frames=int(colour.NumberOfFrames)))
    pictures = [imagecodecs.jpeg8_decode(frame) for frame in frames]
    assert {picture.shape for picture in pictures} == {(600, 800, 3)}
    assert np.abs(pictures[0].astype(int) - pictures[2]).mean() > 2
    assert grey.pixel_array.shape == (4, 600, 800)


def test_chest_is_large_and_uses_its_range(studies: dict[Kind, list[Dataset]]) -> None:
    chest = studies[Kind.DX_THORAX][0].pixel_array
    assert chest.shape == (3072, 3072)
    lung, spine = np.median(chest[1300:1500, 800:1100]), np.median(chest[2400:2600, 1480:1590])
    assert lung + 3000 < spine < 16383


def test_report_is_dutch_with_diacritics_and_points_at_every_picture(studies: dict[Kind, list[Dataset]]) -> None:
    for instances in studies.values():
        report = next(instance for instance in instances if instance.Modality == "SR")
        text = " ".join(str(element.value) for element in report.iterall() if element.keyword == "TextValue")
        assert any(letter in text for letter in "éëïü")
        named = {element.value for element in report.iterall() if element.keyword == "ReferencedSOPInstanceUID"}
        pictures = {i.SOPInstanceUID for i in instances if i.Modality not in {"SR", "KO", "PR"}}
        assert named == pictures


def test_key_objects_and_presentation_name_real_pictures(studies: dict[Kind, list[Dataset]]) -> None:
    instances = studies[Kind.CT_BLEED]
    present = {instance.SOPInstanceUID for instance in instances}
    for document in instances[-2:]:
        named = {element.value for element in document.iterall() if element.keyword == "ReferencedSOPInstanceUID"}
        assert named
        assert named <= present


@pytest.mark.parametrize("extent", [Extent(slices=MOST_SLICES + 1), Extent(thin_slices=MOST_SLICES + 1), Extent(-1, 0)])
def test_absurd_numbers_of_slices_are_refused(extent: Extent) -> None:
    with pytest.raises(TooLarge, match="phantom-too-many-slices"):
        next(datasets(Kind.CT_HEAD, PATIENTS[0], extent=extent))


@pytest.mark.parametrize("kind", [Kind.CT_HEAD, Kind.MR_BRAIN, Kind.US_HEART])
def test_nothing_is_made_of_no_slices(kind: Kind) -> None:
    assert list(datasets(kind, PATIENTS[0], extent=Extent(slices=0, thin_slices=0))) == []
