"""Frames from the pixel line, opened and decoded in a real browser, are those that other software decodes."""

from __future__ import annotations

import hashlib
import time
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from playwright.sync_api import Browser, Page

from beeldbrug.model.exchange import State
from tests.e2e.portal.expected import Expected, expected
from tests.e2e.portal.page import built_page, call, signed_in
from tests.e2e.portal.viewing_node import ViewingNode, viewing_node
from tests.shared_data import FOLDER, shared

SERIES = ("dicom/series/ct-28", "dicom/series/mr-36-with-ko", "dicom/series/pet-10-with-ko")
SINGLE = ("dicom/syntax/**/*", "dicom/modality/*", "dicom/series/us-xa-with-ko/*", "dicom/odd/*", "deid/*.dcm")


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ViewingNode]:
    site = built_page(tmp_path_factory.mktemp("page"))
    with viewing_node(tmp_path_factory.mktemp("node"), site) as made:
        yield made


@pytest.fixture(scope="module")
def page(node: ViewingNode, chromium: Browser) -> Iterator[Page]:
    with signed_in(chromium, node.url, node.session()) as made:
        yield made


def with_pixels() -> list[Path]:
    """Files of the shared test data that hold pictures."""
    found = [path for pattern in SINGLE for path in sorted(FOLDER.glob(pattern)) if path.is_file()]
    return [path for path in found if _has_picture(path)]


def _is_dicom(path: Path) -> bool:
    try:
        return "SOPInstanceUID" in pydicom.dcmread(path, stop_before_pixels=True)
    except (pydicom.errors.InvalidDicomError, EOFError):
        return False


def _has_picture(path: Path) -> bool:
    try:
        dataset = pydicom.dcmread(path, stop_before_pixels=True)
    except (pydicom.errors.InvalidDicomError, EOFError):
        return False
    return "Rows" in dataset and "SOPInstanceUID" in dataset and str(dataset.get("Modality")) != "SEG"


def opened(node: ViewingNode, files: list[Path]) -> str:
    """A new exchange with these files."""
    first = pydicom.dcmread(files[0], stop_before_pixels=True, force=True)
    exchange = node.exchange(str(first.get("StudyInstanceUID", "")))
    ingest = node.ingest(exchange)
    for path in files:
        ingest.add(path.read_bytes())
    ingest.close()
    return exchange


def source(exchange: str) -> dict[str, str]:
    return {"kind": "exchange", "id": exchange}


def fault(page: Page, study: str, shown: dict[str, Any], wanted: Expected) -> str:
    """What is wrong with an image, or nothing."""
    kind = np.dtype(shown["type"].removesuffix("Array").lower())
    limits = np.finfo(kind) if kind.kind == "f" else np.iinfo(kind)
    exact = wanted.values if kind.kind == "f" else np.clip(np.round(wanted.values), limits.min, limits.max)
    if hashlib.sha256(np.ascontiguousarray(exact.astype(kind)).tobytes()).hexdigest() == shown["sha256"]:
        return ""
    data = np.frombuffer(b64decode(call(page, "samples", study, shown["sop"], shown["frame"])), kind)
    if data.size != exact.size:
        return f"{data.size} samples for {exact.size}"
    worst = np.abs(data.astype(np.float64) - exact.reshape(-1).astype(np.float64)).max()
    return "" if worst <= wanted.tolerance else f"differs by {worst}, allowed {wanted.tolerance}"


@pytest.mark.parametrize("path", with_pixels(), ids=lambda path: path.name)
def test_a_browser_shows_every_pixel_as_other_software_decodes_it(node: ViewingNode, page: Page, path: Path) -> None:
    try:
        first = expected(path, 1)
    except Exception as error:
        pytest.skip(f"nothing to compare with: {type(error).__name__}")
    study = call(page, "open", source(opened(node, [path])))
    try:
        images = call(page, "images", study)
        assert images, call(page, "state", study)
        for shown in [images[0], images[len(images) // 2], images[-1]]:
            wanted = first if shown["frame"] == 1 else expected(path, shown["frame"])
            assert fault(page, study, shown, wanted) == "", (shown, call(page, "state", study)["fault"])
    finally:
        call(page, "close", study)


@pytest.mark.parametrize("folder", SERIES)
def test_a_whole_series_comes_out_pixel_by_pixel(node: ViewingNode, page: Page, folder: str) -> None:
    readable = [path for path in sorted(shared(folder).iterdir()) if _is_dicom(path)]
    files = {str(pydicom.dcmread(path).SOPInstanceUID): path for path in readable}
    study = call(page, "open", source(opened(node, list(files.values()))))
    call(page, "wait", study, "complete")
    for shown in call(page, "images", study):
        if folder.endswith("pet-10-with-ko"):
            continue  # rescaled to SUV, which the unit tests check
        assert fault(page, study, shown, expected(files[shown["sop"]], 1)) == ""
    state = call(page, "state", study)
    assert sum(one["images"] for one in state["series"]) == sum(_has_picture(path) for path in files.values())
    call(page, "close", study)


def test_nothing_is_left_after_signing_out(node: ViewingNode, chromium: Browser) -> None:
    files = sorted(shared("dicom/series/ct-28").iterdir())
    with signed_in(chromium, node.url, node.session()) as page:
        before = call(page, "left")
        study = call(page, "open", source(opened(node, files)))
        call(page, "images", study)
        assert call(page, "left")["cached"] > 0
        call(page, "signOut")
        assert call(page, "left") == before
        state = call(page, "state", study)
        assert (state["state"], state["header"], state["series"]) == ("signed-out", None, [])


def test_a_study_opens_while_it_is_still_arriving(node: ViewingNode, page: Page) -> None:
    files = sorted(shared("dicom/series/ct-28").iterdir())
    exchange = node.exchange(str(pydicom.dcmread(files[0]).StudyInstanceUID), State.ARRIVING)
    ingest = node.ingest(exchange)
    for path in files[:10]:
        ingest.add(path.read_bytes())
    waiting = [ingest.add_header(path.read_bytes()) for path in files[10:]]
    study = call(page, "open", source(exchange))
    page.wait_for_function("(study) => window.pixels.state(study).series[0]?.images === 28", arg=study)
    state = call(page, "state", study)
    assert (state["state"], state["progress"]["here"], state["progress"]["total"]) == ("arriving", 10, 28)
    assert (state["series"][0]["images"], state["series"][0]["here"]) == (28, 10)
    with node.vault.write() as transaction:
        for _, new, row in waiting:
            transaction.instances.complete(row, new)
        transaction.exchanges.update(exchange, time.time(), state=State.VERIFIED)
    ingest.close()
    call(page, "wait", study, "complete")
    shown = call(page, "images", study)
    files_by_uid = {str(pydicom.dcmread(path).SOPInstanceUID): path for path in files}
    assert len(shown) == 28
    assert all(fault(page, study, one, expected(files_by_uid[one["sop"]], 1)) == "" for one in shown)
    call(page, "close", study)


def test_a_study_that_is_withdrawn_leaves_the_screen(node: ViewingNode, page: Page) -> None:
    exchange = opened(node, sorted(shared("dicom/series/ct-28").iterdir())[:3])
    with node.vault.write() as transaction:
        transaction.exchanges.update(exchange, time.time(), state=State.ARRIVING)
    study = call(page, "open", source(exchange))
    with node.vault.write() as transaction:
        transaction.exchanges.update(exchange, time.time(), state=State.WITHDRAWN, withdrawn=time.time())
    call(page, "wait", study, "withdrawn")
    state = call(page, "state", study)
    assert (state["header"], state["series"]) == (None, [])


def test_sealed_bytes_that_were_changed_are_refused(node: ViewingNode, page: Page) -> None:
    path = shared("dicom/syntax/wg04/CT2_UNC")
    exchange = opened(node, [path])
    study = call(page, "open", source(exchange), False)

    def spoilt(route: Any) -> None:
        answer = route.fetch()
        body = bytearray(answer.body())
        body[len(body) // 2] ^= 1
        route.fulfill(response=answer, body=bytes(body))

    page.context.route("**/api/v1/sealed/**", spoilt)
    try:
        assert call(page, "refusal", study) == "seal-broken"
    finally:
        page.context.unroute("**/api/v1/sealed/**")
        call(page, "close", study)
