"""Fixtures of the journeys: one running world for all of them, whom B's PACS knows in it, and whom not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from beeldbrug.dicom.phantom.patients import HOSPITAL_B, PATIENTS, PhantomPatient
from tests.e2e.world import World, running_world

KNOWN = [patient for patient in PATIENTS if patient.bsn][:9]
"""Patients whom B's PACS knows under B's own number from the start."""

STRANGERS = [patient for patient in PATIENTS if patient.bsn][9:]


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A running world; B's PACS knows ``KNOWN``. Every test uses a study of its own and leaves all of it running."""
    folder: Path = tmp_path_factory.mktemp("world")
    with running_world(folder) as one:
        one.pacs.know({"PACSB": [(patient, HOSPITAL_B) for patient in KNOWN], "PACSA": []})
        yield one


@pytest.fixture
def patient() -> PhantomPatient:
    """Known in B."""
    return KNOWN[0]
