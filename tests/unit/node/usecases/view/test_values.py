"""Values, documents and frames that the node opens itself."""

from __future__ import annotations

import numpy as np
import pydicom
import pytest
from pydicom.data import get_testdata_file

from beeldbrug.model.errors import NotFound, Unsupported
from beeldbrug.model.exchange import State
from tests.ingest import AWAY, HOME, add_exchange
from tests.unit.node.usecases.view.conftest import EXCHANGE, STUDY, Views, received, slice_file

PDF = b"%PDF-1.4\n" + b"x" * 200_000


def keep(views: Views, *files: bytes) -> list[int]:
    add_exchange(views.bench.vault, EXCHANGE, HOME, STUDY, State.VERIFIED)
    ingest = views.bench.ingest(EXCHANGE)
    for data in files:
        ingest.add(data)
    ingest.close()
    return ingest.ids


def test_a_value_too_large_for_the_metadata_is_there_by_its_address(views: Views) -> None:
    bits = bytes(range(256)) * 16
    keep(views, slice_file(1))
    data = slice_file(2)
    dataset = pydicom.dcmread(pydicom.filebase.DicomBytesIO(data))
    dataset.add_new(0x60003000, "OW", bits)
    buffer = pydicom.filebase.DicomBytesIO()
    dataset.save_as(buffer, enforce_file_format=True)
    ingest = views.bench.ingest(EXCHANGE)
    ingest.add(buffer.getvalue())
    ingest.close()
    line = views.plan(views.bench.scope(), received())[2]
    address = line["metadata"]["60003000"]["BulkDataURI"]
    assert address == f"/base/{line['id']}/values/60003000"
    found = views.viewing.value(views.bench.scope(), received(), line["id"], "60003000")
    assert b"".join(found.chunks) == bits
    part = views.viewing.value(views.bench.scope(), received(), line["id"], "60003000", 10, 20)
    assert (b"".join(part.chunks), part.length, part.whole) == (bits[10:20], 10, len(bits))


@pytest.mark.parametrize(
    ("content", "media_type"), [(PDF, "application/pdf"), (b"<html>" * 9, "application/octet-stream")]
)
def test_a_document_is_a_pdf_only_when_it_is_one(views: Views, content: bytes, media_type: str) -> None:
    data = slice_file(1, EncapsulatedDocument=content, MIMETypeOfEncapsulatedDocument="application/pdf")
    (row,) = keep(views, data)
    found = views.viewing.document(views.bench.scope(), received(), row)
    assert found.media_type == media_type
    assert b"".join(found.chunks)[: len(content)] == content


def test_values_of_another_exchange_or_organisation_are_not_there(views: Views) -> None:
    (row,) = keep(views, slice_file(1))
    views.receive(1, "cd" * 16)
    with pytest.raises(NotFound):
        views.viewing.value(views.bench.scope(), received("cd" * 16), row, "00280010")
    with pytest.raises(NotFound):
        views.viewing.frame(views.bench.scope(organisation=AWAY), received(), row, 1)
    with pytest.raises(NotFound):
        views.viewing.value(views.bench.scope(), received(), row, "00990099")


@pytest.mark.parametrize(
    "name",
    [
        "CT_small.dcm",
        "MR_small_bigendian.dcm",
        "MR_small_RLE.dcm",
        "image_dfl.dcm",
        "JPEG2000.dcm",
        "SC_rgb_jpeg_dcmtk.dcm",
    ],
)
def test_the_node_decodes_what_pydicom_decodes(views: Views, name: str) -> None:
    path = get_testdata_file(name)
    (row,) = keep_study(views, str(path))
    found = views.viewing.frame(views.bench.scope(), received(), row, 1)
    wanted = pydicom.dcmread(str(path)).pixel_array
    array = np.frombuffer(found.data, f"<{found.kind}{found.bits // 8}").reshape(wanted.shape)
    assert np.abs(array.astype(int) - wanted.astype(int)).max() <= (3 if "jpeg" in name else 0)


def test_a_frame_that_is_not_there_and_a_stream_that_is_none_are_refused(views: Views) -> None:
    (row,) = keep(views, slice_file(1))
    with pytest.raises(NotFound):
        views.viewing.frame(views.bench.scope(), received(), row, 2)
    with pytest.raises(NotFound):
        views.viewing.video(views.bench.scope(), received(), row)
    dataset = pydicom.dcmread(str(get_testdata_file("JPEG2000.dcm")))
    dataset.StudyInstanceUID, dataset.SOPInstanceUID = STUDY, STUDY + ".9"
    dataset.PixelData = pydicom.encaps.encapsulate([b"\xff\x4f\xff\x51" + b"nonsense" * 8])
    buffer = pydicom.filebase.DicomBytesIO()
    dataset.save_as(buffer)
    ingest = views.bench.ingest(EXCHANGE)
    ingest.add(buffer.getvalue())
    ingest.close()
    with pytest.raises(Unsupported):
        views.viewing.frame(views.bench.scope(), received(), ingest.ids[0], 1)


def keep_study(views: Views, path: str) -> list[int]:
    dataset = pydicom.dcmread(path, stop_before_pixels=True)
    add_exchange(views.bench.vault, EXCHANGE, HOME, str(dataset.StudyInstanceUID), State.VERIFIED)
    ingest = views.bench.ingest(EXCHANGE)
    with open(path, "rb") as file:
        ingest.add(file.read())
    ingest.close()
    return ingest.ids
