"""Promises about planted values: they are where they are said to be, and the picture still opens."""

from __future__ import annotations

from io import BytesIO

import imagecodecs
import numpy as np
import pytest
from pydicom import dcmread, dcmwrite
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate, generate_frames
from pydicom.uid import HTJ2KLossless, JPEG2000Lossless

from beeldbrug.dicom.phantom.patients import PATIENTS
from beeldbrug.dicom.phantom.planted import Place, plant, planted_value
from beeldbrug.dicom.phantom.study import Extent, Kind, datasets
from beeldbrug.model.errors import Unsupported

VALUE = planted_value(3)


def _jpeg() -> Dataset:
    return next(datasets(Kind.US_HEART, PATIENTS[2], extent=Extent(slices=2, documents=False)))


def _native() -> Dataset:
    return next(datasets(Kind.CT_HEAD, PATIENTS[2], extent=Extent(slices=1, thin_slices=0, documents=False)))


def _jpeg2000() -> Dataset:
    dataset = _native()
    picture = np.frombuffer(dataset.PixelData, dtype="<u2").reshape(512, 512)
    dataset.PixelData = encapsulate([bytes(imagecodecs.jpeg2k_encode(picture, level=0, codecformat="j2k"))])
    dataset["PixelData"].VR = "OB"
    dataset.file_meta.TransferSyntaxUID = JPEG2000Lossless
    return dataset


def _written(dataset: Dataset) -> Dataset:
    file = BytesIO()
    dcmwrite(file, dataset, enforce_file_format=True)
    file.seek(0)
    return dcmread(file)


def test_planted_values_are_nobodys_name_and_long_enough_to_be_looked_for() -> None:
    values = {planted_value(seed) for seed in range(50)}
    assert len(values) == 50
    names = " ".join(patient.person_name for patient in PATIENTS).lower()
    assert all(len(value) >= 12 and value.isascii() and value.lower() not in names for value in values)


@pytest.mark.parametrize("place", [Place.JPEG_COMMENT, Place.JPEG_APPLICATION, Place.AFTER_FRAME])
def test_value_lies_in_the_first_jpeg_frame_only_and_the_frame_decodes(place: Place) -> None:
    dataset = _jpeg()
    before = imagecodecs.jpeg8_decode(next(generate_frames(dataset.PixelData, number_of_frames=2)))
    plant(dataset, place, VALUE)
    frames = list(generate_frames(_written(dataset).PixelData, number_of_frames=2))
    assert [VALUE.encode() in frame for frame in frames] == [True, False]
    assert np.array_equal(imagecodecs.jpeg8_decode(frames[0]), before)


def test_value_lies_in_a_jpeg_2000_comment_and_the_frame_decodes() -> None:
    dataset = _jpeg2000()
    before = _native().PixelData
    plant(dataset, Place.JPEG2000_COMMENT, VALUE)
    frame = next(generate_frames(_written(dataset).PixelData, number_of_frames=1))
    assert VALUE.encode() in frame
    assert imagecodecs.jpeg2k_decode(frame).astype("<u2").tobytes() == before


def test_value_lies_in_raw_pixels_without_changing_their_length() -> None:
    dataset = _native()
    length = len(dataset.PixelData)
    plant(dataset, Place.RAW_PIXELS, VALUE)
    assert VALUE.encode() in _written(dataset).PixelData
    assert len(dataset.PixelData) == length


def test_value_in_the_header_is_not_in_the_pixels() -> None:
    dataset = _native()
    plant(dataset, Place.HEADER, VALUE)
    assert _written(dataset).PatientComments == VALUE
    assert VALUE.encode() not in dataset.PixelData


def test_a_place_the_coding_does_not_have_is_refused() -> None:
    htj2k = _jpeg()
    htj2k.file_meta.TransferSyntaxUID = HTJ2KLossless
    for dataset, place in (
        (_native(), Place.JPEG_COMMENT),
        (_jpeg(), Place.RAW_PIXELS),
        (htj2k, Place.JPEG2000_COMMENT),
        (_jpeg2000(), Place.JPEG_APPLICATION),
    ):
        with pytest.raises(Unsupported, match="phantom-place-unfit"):
            plant(dataset, place, VALUE)
