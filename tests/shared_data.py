"""Finds the shared test data in ``../shared/testdata`` beside the repository; skips with the reason where it is absent.

It never copies anything: tests read the files where they are.
"""

from __future__ import annotations

from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "testdata"
"""May be absent; use ``shared`` and ``shared_files``."""


def available() -> bool:
    """Whether the shared test data is there, for parametrising; a test itself calls ``shared``."""
    return FOLDER.is_dir()


def shared(relative: str) -> Path:
    """The file or folder at this place in the shared test data; skips the test when it is absent."""
    path = FOLDER / relative
    if not path.exists():
        pytest.skip(f"shared test data is absent: {relative or 'the whole folder'}")
    return path


def shared_files(pattern: str) -> list[Path]:
    """All files that match, sorted, such as ``dicom/**/*.dcm``; skips the test when there is none."""
    found = sorted(path for path in FOLDER.glob(pattern) if path.is_file()) if available() else []
    if not found:
        pytest.skip(f"shared test data is absent: {pattern}")
    return found
