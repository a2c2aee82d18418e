"""dicomweb-client, which is not ours, searches and retrieves from a running service (PS3.18)."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pydicom
import pytest
from dicomweb_client.api import DICOMwebClient
from pydicom.dataset import Dataset
from pydicom.uid import JPEG2000Lossless
from requests.exceptions import HTTPError

from beeldbrug.dicom.phantom.patients import PATIENTS
from beeldbrug.dicom.phantom.study import Kind, write_study
from tests.ingest import AWAY
from tests.instances import PYDICOM_FILES, make
from tests.interop.reading_process import ReadingNode, reading_node


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReadingNode]:
    with reading_node(tmp_path_factory.mktemp("reading")) as running:
        yield running


@pytest.fixture(scope="module")
def phantom(node: ReadingNode, tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    """A made CT of the head with its report, half of it in the store and half still in the spool."""
    folder = tmp_path_factory.mktemp("phantom")
    write_study(Kind.CT_HEAD, PATIENTS[0], folder, slices=6)
    files = [path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()]
    stored, open_ = node.ingest(), node.ingest()
    for number, data in enumerate(files):
        (stored if number % 2 else open_).add(data)
    stored.close()
    return files


@pytest.fixture(scope="module")
def client(node: ReadingNode) -> DICOMwebClient:
    return DICOMwebClient(node.url, headers=node.token("client"))


def read(data: bytes) -> Dataset:
    return pydicom.dcmread(BytesIO(data))


def test_the_client_finds_studies_series_and_instances(client: DICOMwebClient, phantom: list[bytes]) -> None:
    datasets = [read(data) for data in phantom]
    study = datasets[0].StudyInstanceUID
    (found,) = client.search_for_studies(
        search_filters={"PatientID": datasets[0].PatientID, "ModalitiesInStudy": "CT"}, fields=["StudyDescription"]
    )
    assert found["0020000D"]["Value"] == [study]
    assert found["00201208"]["Value"] == [len(datasets)]
    assert str(datasets[0].PatientName) in found["00100010"]["Value"][0].values()
    series = client.search_for_series(study)
    assert {item["0020000E"]["Value"][0] for item in series} == {dataset.SeriesInstanceUID for dataset in datasets}
    instances = client.search_for_instances(study)
    assert {item["00080018"]["Value"][0] for item in instances} == {dataset.SOPInstanceUID for dataset in datasets}
    assert client.search_for_studies(search_filters={"PatientID": "nobody"}) == []
    pages = [client.search_for_instances(study, limit=2, offset=offset) for offset in range(0, len(datasets), 2)]
    assert [item for page in pages for item in page] == instances


def test_the_client_retrieves_study_series_instance_and_metadata(client: DICOMwebClient, phantom: list[bytes]) -> None:
    datasets = {dataset.SOPInstanceUID: dataset for dataset in map(read, phantom)}
    one = next(iter(datasets.values()))
    study, series = one.StudyInstanceUID, one.SeriesInstanceUID
    retrieved = client.retrieve_study(study)
    assert {dataset.SOPInstanceUID: dataset for dataset in retrieved} == datasets
    of_series = client.retrieve_series(study, series)
    assert {d.SOPInstanceUID for d in of_series} == {
        uid for uid, dataset in datasets.items() if dataset.SeriesInstanceUID == series
    }
    assert client.retrieve_instance(study, series, one.SOPInstanceUID) == one
    for metadata in (
        client.retrieve_study_metadata(study),
        client.retrieve_series_metadata(study, series),
        [client.retrieve_instance_metadata(study, series, one.SOPInstanceUID)],
    ):
        for instance in metadata:
            known = datasets[instance["00080018"]["Value"][0]]
            again = Dataset.from_json(instance, bulk_data_uri_handler=lambda *_: b"")
            assert again.PatientName == known.PatientName
            assert again.get("Rows") == known.get("Rows")


def test_the_client_retrieves_frames_and_bulk_data(client: DICOMwebClient, phantom: list[bytes]) -> None:
    picture = next(dataset for dataset in map(read, phantom) if "PixelData" in dataset and not encapsulated(dataset))
    names = (picture.StudyInstanceUID, picture.SeriesInstanceUID, picture.SOPInstanceUID)
    (frame,) = client.retrieve_instance_frames(*names, [1])
    assert frame == picture.PixelData[: len(frame)]
    (same,) = client.retrieve_instance_frames(*names, [1], media_types=("application/octet-stream",))
    assert same == frame
    metadata = client.retrieve_instance_metadata(*names)
    (pixels,) = client.retrieve_bulkdata(metadata["7FE00010"]["BulkDataURI"])
    assert pixels == picture.PixelData
    (part,) = client.retrieve_bulkdata(metadata["7FE00010"]["BulkDataURI"], byte_range=(1000, 1999))
    assert part == picture.PixelData[1000:2000]


def encapsulated(dataset: Dataset) -> bool:
    return bool(dataset.file_meta.TransferSyntaxUID.is_encapsulated)


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("JPEG2000.dcm", "image/jp2"),
        ("SC_rgb_jpeg_gdcm.dcm", "image/jpeg"),
        ("MR_small_jpeg_ls_lossless.dcm", "image/jls"),
        ("MR_small_RLE.dcm", "image/dicom-rle"),
    ],
)
def test_the_client_retrieves_compressed_frames_by_media_type(
    node: ReadingNode, client: DICOMwebClient, name: str, media_type: str
) -> None:
    data = (PYDICOM_FILES / name).read_bytes()
    node.ingest().add(data)
    dataset = read(data)
    names = (dataset.StudyInstanceUID, dataset.SeriesInstanceUID, dataset.SOPInstanceUID)
    wanted = next(pydicom.encaps.generate_frames(dataset.PixelData, number_of_frames=1))
    for media_types in (None, (media_type,), ((media_type, str(dataset.file_meta.TransferSyntaxUID)),)):
        assert client.retrieve_instance_frames(*names, [1], media_types=media_types) == [wanted]
    with pytest.raises(HTTPError, match="406"):
        client.retrieve_instance_frames(*names, [1], media_types=("application/octet-stream",))


def test_the_client_sees_nothing_outside_its_token(node: ReadingNode, phantom: list[bytes]) -> None:
    picture = read(phantom[0])
    names = (picture.StudyInstanceUID, picture.SeriesInstanceUID, picture.SOPInstanceUID)
    for token, changes in (("away", {"organisation": AWAY}), ("narrow", {"studies": ("2.25.1",)})):
        client = DICOMwebClient(node.url, headers=node.token(token, **changes))
        assert client.search_for_studies() == []
        for deed in (client.retrieve_instance, client.retrieve_instance_metadata):
            with pytest.raises(HTTPError, match="404"):
                deed(*names)
    client = DICOMwebClient(node.url, headers={"Authorization": "Bearer guess"})
    with pytest.raises(HTTPError, match="401"):
        client.search_for_studies()


def test_nothing_of_a_patient_is_in_the_log(node: ReadingNode, client: DICOMwebClient) -> None:
    node.ingest().add(make(study="2.25.777", series="2.25.777.1", name="Geheim^Test", syntax=JPEG2000Lossless))
    client.retrieve_study("2.25.777")
    client.search_for_studies(search_filters={"PatientName": "Geheim*"})
    lines = Path(node.log).read_text()
    assert "Geheim" not in lines and "2.25.777" not in lines and "/studies" not in lines
