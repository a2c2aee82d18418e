"""A fresh node for each test, and a made study as files."""

from __future__ import annotations

from pathlib import Path

import pytest

from beeldbrug.dicom.phantom.patients import PATIENTS
from beeldbrug.dicom.phantom.study import Kind, write_study
from tests.unit.cli.runs import Node, copy_node, make_node


@pytest.fixture(scope="session")
def made_node(tmp_path_factory: pytest.TempPathFactory) -> Node:
    """Made once; nobody runs anything on it."""
    return make_node(tmp_path_factory.mktemp("node"))


@pytest.fixture
def node(made_node: Node, tmp_path: Path) -> Node:
    """Without hub and PACS, and nothing in its vault."""
    return copy_node(made_node, tmp_path / "node")


@pytest.fixture(scope="session")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small study of three instances."""
    folder = tmp_path_factory.mktemp("study")
    write_study(Kind.CT_HEAD, PATIENTS[0], folder, slices=3, thin_slices=0, documents=False)
    return folder
