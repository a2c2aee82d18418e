"""The peers themselves work as the other tests rely on: they start, answer, keep apart, and stop."""

from __future__ import annotations

from pathlib import Path

import obstore
import psycopg
import pydicom.data
import pytest
from obstore.store import S3Store
from sqlalchemy import text

from beeldbrug.kit import sql
from tests.peers.age import Age
from tests.peers.dcmtk import Dcmtk, StartStoreScp
from tests.peers.orthanc import StartOrthanc
from tests.peers.postgres import Postgres
from tests.peers.processes import wait_until
from tests.peers.s3 import S3

CT = Path(str(pydicom.data.get_testdata_file("CT_small.dcm", download=False)))


def test_dcmtk_stores_into_storescp(dcmtk: Dcmtk, storescp: StartStoreScp) -> None:
    scp = storescp(ae="ARCHIVE")
    done = dcmtk("storescu", "-v", "-aec", "ARCHIVE", "127.0.0.1", str(scp.port), CT)
    assert done.code == 0, done.output
    wait_until(lambda: len(scp.received()) == 1, "storescp wrote nothing")


def test_orthanc_takes_gives_finds_and_sends(orthanc: StartOrthanc, dcmtk: Dcmtk, storescp: StartStoreScp) -> None:
    scp = storescp(ae="OTHER")
    pacs = orthanc(ae="PACS_A", modalities={"other": ("OTHER", "127.0.0.1", scp.port)})
    assert dcmtk("echoscu", "-aec", "PACS_A", "127.0.0.1", str(pacs.dicom_port)).code == 0
    assert dcmtk("storescu", "-aec", "PACS_A", "127.0.0.1", str(pacs.dicom_port), CT).code == 0
    (instance,) = pacs.ids()
    assert pydicom.dcmread(CT).PixelData in pacs.file(instance)
    assert len(pacs.find({"PatientID": "1CT1"})) == 1 and pacs.find({"PatientID": "none"}) == []
    assert pacs.send("other", [instance])["InstancesCount"] == 1 and len(scp.received()) == 1
    pacs.clear()
    assert pacs.ids() == []
    pacs.know("late", ("LATE", "127.0.0.1", 1))
    assert "late" in pacs.client.request("GET", "/modalities").json()


def test_databases_are_empty_and_apart(postgres: Postgres) -> None:
    first, second = postgres.create(), postgres.create()
    engine = sql.open_engine(first)
    with sql.writing(engine) as connection:
        connection.execute(text("create table t (a int)"))
    engine.dispose()
    with psycopg.connect(second) as connection_, pytest.raises(psycopg.errors.UndefinedTable):
        connection_.execute("select * from t")
    postgres.drop(first)
    postgres.drop(second)


def test_s3_creates_once_and_reads_ranges(s3: S3) -> None:
    store = S3Store(**s3.options(s3.create()))
    obstore.put(store, "a/b", b"0123456789", mode="create")
    with pytest.raises(obstore.exceptions.AlreadyExistsError):
        obstore.put(store, "a/b", b"other", mode="create")
    assert bytes(obstore.get_range(store, "a/b", start=2, length=3)) == b"234"
    assert [item["path"] for page in obstore.list(store) for item in page] == ["a/b"]


def test_age_opens_what_it_sealed(age: Age, tmp_path: Path) -> None:
    recipient = age.new_key(tmp_path / "key")
    (tmp_path / "plain").write_bytes(b"one")
    age.seal(recipient, tmp_path / "plain", tmp_path / "sealed")
    assert age.open(tmp_path / "key", tmp_path / "sealed", tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == b"one"
    age.new_key(tmp_path / "other")
    assert not age.open(tmp_path / "other", tmp_path / "sealed", tmp_path / "out2")
