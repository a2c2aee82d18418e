"""Promises about the large instances: right size, readable, streamed without holding the pixels."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest
from pydicom import dcmread

from beeldbrug.dicom.phantom.large import FRAME_BYTES, large_frames, write_large
from beeldbrug.dicom.phantom.patients import PATIENTS
from beeldbrug.dicom.phantom.study import bench_setting
from beeldbrug.model.errors import TooLarge


def test_large_instance_has_the_size_asked_for_and_reads_back(tmp_path: Path) -> None:
    path = write_large(bench_setting(PATIENTS[0]), tmp_path / "large.dcm", 5 * FRAME_BYTES)
    dataset = dcmread(path)
    assert (dataset.NumberOfFrames, len(dataset.PixelData)) == (5, 5 * FRAME_BYTES)
    assert path.stat().st_size < 5 * FRAME_BYTES + 4096
    assert dataset.pixel_array.shape == (5, 1024, 1024)


def test_writing_holds_a_few_frames_whatever_the_size(tmp_path: Path) -> None:
    write_large(bench_setting(PATIENTS[0]), tmp_path / "warm.dcm", FRAME_BYTES)
    tracemalloc.start()
    write_large(bench_setting(PATIENTS[0]), tmp_path / "large.dcm", 48 * FRAME_BYTES)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 24 * FRAME_BYTES


def test_frames_and_instances_differ_and_repeat() -> None:
    first, again, other = (list(large_frames(seed, 3)) for seed in (1, 1, 2))
    assert len(set(first)) == 3
    assert first == again
    assert not set(first) & set(other)


def test_what_a_native_value_cannot_hold_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TooLarge, match="phantom-too-large"):
        write_large(bench_setting(PATIENTS[0]), tmp_path / "large.dcm", 2**32)
    assert not (tmp_path / "large.dcm").exists()
