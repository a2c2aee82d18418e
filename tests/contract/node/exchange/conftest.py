"""Two hospitals, A and B, with a hub in memory between them; B's PACS knows the patient."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from beeldbrug.dicom.phantom.patients import HOSPITAL_B
from beeldbrug.node.policy.rules import GeneralRule, ImportRule
from tests.contract.node.exchange.house import A, B, House, at_b, authority, rule_to_b, the_patient
from tests.contract.node.exchange.memory_hub import MemoryHub


@pytest.fixture
def hub() -> MemoryHub:
    """An empty hub."""
    return MemoryHub()


@pytest.fixture
def houses(tmp_path: Path, hub: MemoryHub) -> Iterator[tuple[House, House]]:
    """A and B."""
    root = authority()
    a = House(A, tmp_path / "a", root, hub, (rule_to_b(), GeneralRule("BEELDBRUG", A)))
    b = House(B, tmp_path / "b", root, hub, import_rule=ImportRule(B, HOSPITAL_B.name))
    b.pacs.known.append(at_b(the_patient()))
    yield a, b
    a.close()
    b.close()
