"""Orthanc as sender, as receiver, as archive for C-FIND and C-MOVE (PS3.4 annexes B and C)."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from pydicom import dcmread
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_file_meta_info
from pydicom.uid import UID

from beeldbrug.model.identity import Patient, PatientNumber
from beeldbrug.node.ports.pacs import Application
from beeldbrug.node.protocols.dimse.pacs import DimsePacs
from beeldbrug.node.protocols.dimse.query import STUDY_ROOT, QueryScu
from tests.interop.dimse_peers import AE, MemoryReception, Orthanc, listening, load, make_instance, orthanc

FILES = ("CT_small.dcm", "MR_small_RLE.dcm", "JPEG2000.dcm", "SC_rgb_jpeg_gdcm.dcm")


def application(peer: Orthanc) -> Application:
    return Application(peer.ae, "127.0.0.1", peer.dicom_port, AE)


def test_what_we_store_in_orthanc_comes_back_to_us_with_every_value(tmp_path: Path) -> None:
    paths = [get_testdata_file(name, download=False) for name in FILES]
    files = [Path(path) for path in paths if path is not None] + [make_instance(tmp_path, 1)]
    if len(files) < 3:
        pytest.skip("this version of pydicom brings too few files")
    instances = {instance.uid: instance for instance in map(load, files)}
    reception = MemoryReception()
    with listening(reception) as listener, orthanc(tmp_path / "pacs", {"node": (AE, listener.port)}) as peer:
        pacs = DimsePacs(application(peer))
        assert pacs.echo() > 0
        with pacs.associate([(one.sop_class, one.syntax) for one in instances.values()]) as association:
            for one in instances.values():
                assert association.store(one.sop_class, one.uid, one.syntax, [one.data]).accepted
        identifiers = peer.get("/instances")
        assert len(identifiers) == len(instances)
        assert {peer.get(f"/instances/{one}/simplified-tags")["SOPInstanceUID"] for one in identifiers} == set(
            instances
        )
        result = peer.post("/modalities/node/store", {"Resources": identifiers, "Synchronous": True})
        assert result["FailedInstancesCount"] == 0
    assert all(reception.ends)
    for kept in reception.kept:
        sent = instances.pop(kept.request.instance_uid)
        assert kept.request.transfer_syntax == sent.syntax
        assert values(kept.data, sent.syntax) == values(sent.data, sent.syntax)
    assert not instances


def values(data: bytes, syntax: str) -> Dataset:
    """The dataset without what Orthanc writes anew: padding and group lengths."""
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = UID(syntax)
    buffer = DicomBytesIO()
    write_file_meta_info(buffer, meta, enforce_standard=False)
    dataset = dcmread(BytesIO(bytes(128) + b"DICM" + buffer.getvalue() + data))
    for tag in [tag for tag in dataset.keys() if tag.element == 0 or tag == 0xFFFCFFFC]:  # noqa: SIM118  iterating a dataset gives elements, not tags
        del dataset[tag]
    return dataset


def test_orthanc_is_searched_and_moves_to_us(tmp_path: Path) -> None:
    instance = load(make_instance(tmp_path))
    reception = MemoryReception()
    with listening(reception) as listener, orthanc(tmp_path / "pacs", {"node": (AE, listener.port)}) as peer:
        peer.post("/instances", (tmp_path / "00001.dcm").read_bytes())
        pacs = DimsePacs(application(peer))
        by_number = list(pacs.find_patients(Patient(number=PatientNumber("P0001"))))
        by_name = list(pacs.find_patients(Patient(name="PROEF^J", birth_date="19700102")))
        assert list(pacs.find_patients(Patient(number=PatientNumber("NOBODY")))) == []
        identifier = Dataset()
        identifier.QueryRetrieveLevel, identifier.StudyInstanceUID = "STUDY", "2.25.76"
        progress = list(QueryScu(application(peer)).move(STUDY_ROOT, identifier, AE))
    assert [record.patient.name for record in by_number] == ["Proef^Jansje"]
    assert by_number == by_name
    assert progress[-1].status == 0
    assert [kept.data for kept in reception.kept] == [instance.data]
