"""Files that the benches send, made before anything is measured: CT slices of 0.5 MB, large multi-frame instances.

A few hundred CT slices are made from the phantom; the rest are copies with UIDs of their own, since receivers do not
look at pixels. Made patients only.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from pydicom import dcmread
from pydicom.uid import generate_uid

from beeldbrug.dicom.phantom.large import write_large
from beeldbrug.dicom.phantom.patients import HOSPITAL_A, PATIENTS
from beeldbrug.dicom.phantom.study import Kind, bench_setting, write_study

DISTINCT = 40
"""CT slices that are drawn; drawing a thousand takes minutes."""


def ct_slices(folder: Path, count: int, *, seed: int = 11) -> list[Path]:
    """``count`` CT instances of one series, 512 x 512 at 16 bits (0.5 MB)."""
    drawn = write_study(
        Kind.CT_HEAD, PATIENTS[0], folder, hospital=HOSPITAL_A, slices=min(count, DISTINCT), thin_slices=0,
        documents=False, seed=seed,
    )  # fmt: skip
    paths = list(drawn)
    for number in range(len(drawn), count):
        dataset = dcmread(drawn[number % len(drawn)])
        dataset.SOPInstanceUID = generate_uid(entropy_srcs=[f"{seed}/{number}"])
        dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
        dataset.InstanceNumber = number + 1
        path = folder / f"ct-copy-{number + 1:04d}.dcm"
        dataset.save_as(path, enforce_file_format=True)
        paths.append(path)
    return paths


def large_frames(folder: Path, count: int, size: int, *, seed: int = 12) -> list[Path]:
    """``count`` multi-frame instances of about ``size`` bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    setting = bench_setting(PATIENTS[1], seed=seed)
    return [
        write_large(setting, folder / f"large-{number:03d}.dcm", size, number=number) for number in range(1, count + 1)
    ]


def dealt(paths: Sequence[Path], folder: Path, shares: int) -> list[Path]:
    """Hard links to the files in so many folders, dealt out like cards; returns the folders."""
    folders = [folder / f"share-{shares}-{number}" for number in range(shares)]
    for one in folders:
        one.mkdir(parents=True)
    for number, path in enumerate(paths):
        os.link(path, folders[number % shares] / path.name)
    return folders
