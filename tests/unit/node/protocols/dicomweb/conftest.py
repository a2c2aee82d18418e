"""The service on a fresh vault, called without a server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from beeldbrug.node.protocols.dicomweb.app import dicomweb_app
from tests.ingest import HOME, Bench, add_token, bench_in
from tests.unit.node.protocols.dicomweb.calls import TOKEN, Get, caller


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with bench_in(tmp_path) as made:
        add_token(made.vault, TOKEN, HOME)
        yield made


@pytest.fixture
def get(bench: Bench) -> Get:
    """``get(path, accept=..., token=..., method=..., range=..., query=...)`` below /dicomweb."""
    return caller(dicomweb_app(bench.reading))
