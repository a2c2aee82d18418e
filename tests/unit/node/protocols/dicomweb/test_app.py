"""The service answers as PS3.18 and its own conformance statement say."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pydicom
import pytest
from pydicom.uid import ExplicitVRBigEndian, JPEG2000Lossless

from beeldbrug.model.errors import Kind
from beeldbrug.model.exchange import State
from beeldbrug.node.ports.records import SegmentState
from beeldbrug.node.protocols.dicomweb import conformance
from beeldbrug.node.protocols.dicomweb.answer import BrokenOff
from beeldbrug.node.protocols.dicomweb.app import HANDLERS
from beeldbrug.node.protocols.dicomweb.routes import ROUTES
from beeldbrug.node.protocols.dicomweb.status import STATUS_BY_KIND
from beeldbrug.node.usecases.read.places import Places
from tests.ingest import AWAY, HOME, NOW, Bench, add_exchange, add_token
from tests.instances import STUDY, make
from tests.unit.node.protocols.dicomweb.calls import TOKEN, Get

PARCEL = "ab" * 16
OTHER = "".join(("an", "other"))
SERIES, INSTANCE = STUDY + ".1", STUDY + ".1.1"
OF_SERIES = f"/studies/{STUDY}/series/{SERIES}"
OF_INSTANCE = f"{OF_SERIES}/instances/{INSTANCE}"
DICOM_PARTS = 'multipart/related; type="application/dicom"; transfer-syntax=*'
OCTET_PARTS = 'multipart/related; type="application/octet-stream"; transfer-syntax=*'


def test_every_route_has_a_handler_and_every_kind_a_status() -> None:
    assert {route.action for route in ROUTES} == set(HANDLERS)
    assert set(STATUS_BY_KIND) == set(Kind)


def test_the_conformance_statement_is_the_one_that_the_tables_make() -> None:
    page = Path(__file__).resolve().parents[5] / "docs" / "conformance" / "dicomweb.md"
    assert page.read_text() == conformance.statement()


@pytest.mark.parametrize("path", ["/studies", f"/studies/{STUDY}", OF_INSTANCE, f"{OF_INSTANCE}/frames/1"])
def test_without_a_live_token_there_is_nothing(bench: Bench, get: Get, path: str) -> None:
    bench.ingest().add(make())
    add_token(bench.vault, "ended", HOME, expires=NOW - 1)
    for token in ("", "guess", "ended"):
        reply = get(path, token=token)
        assert (reply.status, reply.headers["www-authenticate"]) == (401, 'Bearer realm="beeldbrug"')
        assert reply.json["remedy"]


def test_a_token_in_the_url_is_not_taken(bench: Bench, get: Get) -> None:
    bench.ingest().add(make())
    assert get(f"/studies/{STUDY}", token="", query=f"access_token={TOKEN}").status == 401
    assert get("/studies", query=f"access_token={TOKEN}").status == 400


@pytest.mark.parametrize("change", [{"organisation": AWAY}, {"organisation": HOME, "studies": ("2.25.7",)}])
def test_outside_the_scope_every_resource_is_absent(bench: Bench, get: Get, change: dict[str, object]) -> None:
    bench.ingest().add(make())
    add_token(bench.vault, OTHER, **change)  # type: ignore[arg-type]  # keywords of one call
    for path in (f"/studies/{STUDY}", OF_SERIES, OF_INSTANCE):
        for resource in ("", "/metadata"):
            assert get(path + resource, token=OTHER).status == 404
    for resource in ("/frames/1", "/bulkdata/7FE00010"):
        reply = get(OF_INSTANCE + resource, token=OTHER)
        assert reply.status == 404
        assert STUDY.encode() not in reply.body
    for path in ("/studies", "/series", "/instances", f"/studies/{STUDY}/series", f"{OF_SERIES}/instances"):
        assert get(path, token=OTHER).status == 204


def test_a_withdrawn_exchange_is_absent_at_once(bench: Bench, get: Get) -> None:
    add_exchange(bench.vault, PARCEL, HOME, STUDY, State.VERIFIED)
    bench.ingest(PARCEL).add(make())
    assert get(f"{OF_INSTANCE}/frames/1").status == 200
    with bench.vault.write() as transaction:
        transaction.exchanges.update(PARCEL, NOW, state=State.WITHDRAWN, withdrawn=NOW)
    assert get(f"{OF_INSTANCE}/frames/1").status == 404
    assert get("/studies").status == 204


def test_a_study_comes_in_parts_each_the_file_that_was_received(bench: Bench, get: Get) -> None:
    ingest = bench.ingest()
    files = [make(number, fill=number, size=64) for number in (1, 2, 3)]
    for file in files:
        ingest.add(file)
    for path in (f"/studies/{STUDY}", OF_SERIES):
        reply = get(path, accept=DICOM_PARTS)
        assert (reply.status, reply.whole) == (200, True)
        assert [body for _, body in reply.parts] == files
        assert reply.parts[0][0] == "application/dicom; transfer-syntax=1.2.840.10008.1.2.1"
        assert int(reply.headers["content-length"]) == len(reply.body)
        assert reply.headers["cache-control"] == "private, no-store"
        head = get(path, accept=DICOM_PARTS, method="HEAD")
        assert (head.status, head.body, head.headers["content-length"]) == (200, b"", reply.headers["content-length"])


def test_one_instance_comes_single_when_that_is_asked(bench: Bench, get: Get) -> None:
    bench.ingest().add(make())
    reply = get(OF_INSTANCE, accept="application/dicom")
    assert (reply.status, reply.body) == (200, make())
    assert reply.headers["content-type"] == "application/dicom; transfer-syntax=1.2.840.10008.1.2.1"
    assert get(OF_INSTANCE, query="accept=application/dicom").body == make()
    assert get(OF_INSTANCE).headers["content-type"].startswith("multipart/related")
    assert get(f"/studies/{STUDY}", accept="application/dicom").status == 406


def test_another_transfer_syntax_is_refused_with_a_reason(bench: Bench, get: Get) -> None:
    bench.ingest().add(make(syntax=JPEG2000Lossless))
    reply = get(OF_INSTANCE, accept='multipart/related; type="application/dicom"; transfer-syntax=1.2.840.10008.1.2.1')
    assert (reply.status, reply.json["code"]) == (406, "transfer-syntax-not-stored")
    reply = get(f"{OF_INSTANCE}/frames/1", accept='multipart/related; type="application/octet-stream"')
    assert (reply.status, reply.json["code"]) == (406, "transfer-syntax-not-stored")
    assert get(f"{OF_INSTANCE}/frames/1", accept="image/png").json["code"] == "media-type-not-offered"


def test_frames_come_in_parts_or_single(bench: Bench, get: Get) -> None:
    bench.ingest().add(make(frames=3))
    pixels = pydicom.dcmread(BytesIO(make(frames=3))).PixelData
    frames = [pixels[start : start + 512] for start in (0, 512, 1024)]
    reply = get(f"{OF_INSTANCE}/frames/3,1", accept=OCTET_PARTS)
    assert reply.parts == [
        ("application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1", frames[2]),
        ("application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1", frames[0]),
    ]
    assert get(f"{OF_INSTANCE}/frames/2", accept="application/octet-stream").body == frames[1]
    assert get(f"{OF_INSTANCE}/frames/4").status == 404
    assert get(f"{OF_INSTANCE}/frames/0").status == 400


def test_long_answers_of_frames_stream_and_are_whole(bench: Bench, get: Get) -> None:
    bench.ingest().add(make(frames=20, size=512))
    reply = get(f"{OF_INSTANCE}/frames/" + ",".join(map(str, range(1, 21))), accept=OCTET_PARTS)
    assert reply.whole and int(reply.headers["content-length"]) == len(reply.body)
    assert b"".join(body for _, body in reply.parts) == pydicom.dcmread(BytesIO(make(frames=20, size=512))).PixelData


def test_compressed_frames_have_the_media_type_of_their_syntax(bench: Bench, get: Get) -> None:
    bench.ingest().add(make(frames=2, syntax=JPEG2000Lossless))
    for accept, media in (("", "image/jp2"), ('multipart/related; type="image/jp2"', "image/jp2"), (OCTET_PARTS, None)):
        reply = get(f"{OF_INSTANCE}/frames/2", accept=accept)
        ((content_type, body),) = reply.parts
        assert content_type == f"{media or 'application/octet-stream'}; transfer-syntax={JPEG2000Lossless}"
        assert body.startswith(b"\xff\x4f\xff\x51")


def test_big_endian_frames_come_in_little_endian(bench: Bench, get: Get) -> None:
    bench.ingest().add(make(syntax=ExplicitVRBigEndian))
    stored = pydicom.dcmread(BytesIO(make(syntax=ExplicitVRBigEndian))).PixelData
    given = get(f"{OF_INSTANCE}/frames/1", accept="application/octet-stream").body
    assert given[::2] == stored[1::2] and given[1::2] == stored[::2]


def test_metadata_is_dicom_json_with_uris_that_resolve(bench: Bench, get: Get) -> None:
    bench.ingest().add(make(EncapsulatedDocument=bytes(100_000)))
    for path in (f"/studies/{STUDY}", OF_SERIES, OF_INSTANCE):
        reply = get(path + "/metadata")
        assert (reply.status, reply.headers["content-type"]) == (200, "application/dicom+json")
        (instance,) = reply.json
        assert instance["00100010"]["Value"] == [{"Alphabetic": "Vries^Jan"}]
        uri = instance["00420011"]["BulkDataURI"]
        root = "https://node.example:8443/dicomweb"
        assert uri == f"{root}{OF_INSTANCE}/bulkdata/00420011"
        ((_, body),) = get(uri.removeprefix(root)).parts
        assert body == bytes(100_000)


def test_bulk_data_can_be_asked_by_range(bench: Bench, get: Get) -> None:
    bench.ingest().add(make(size=300))
    pixels = pydicom.dcmread(BytesIO(make(size=300))).PixelData
    path = f"{OF_INSTANCE}/bulkdata/7FE00010"
    reply = get(path, accept="application/octet-stream", range="bytes=70000-70999")
    assert (reply.status, reply.body) == (206, pixels[70_000:71_000])
    assert reply.headers["content-range"] == f"bytes 70000-70999/{len(pixels)}"
    assert get(path, accept="application/octet-stream", range="bytes=-5").body == pixels[-5:]
    assert get(path, accept="application/octet-stream", range="bytes=179990-999999").body == pixels[179_990:]
    assert get(path, accept="application/octet-stream", range="bytes=1-2,5-6").body == pixels
    assert get(path, accept="application/octet-stream").headers["accept-ranges"] == "bytes"
    assert get(path, range="bytes=999999-").status == 416
    assert get(f"{OF_INSTANCE}/bulkdata/00420011").status == 404


def test_encapsulated_pixel_data_as_bulk_data_is_its_frames(bench: Bench, get: Get) -> None:
    bench.ingest().add(make(frames=3, syntax=JPEG2000Lossless))
    reply = get(f"{OF_INSTANCE}/bulkdata/7FE00010")
    assert [content_type for content_type, _ in reply.parts] == [f"image/jp2; transfer-syntax={JPEG2000Lossless}"] * 3


def test_searches_give_the_attributes_of_their_level(bench: Bench, get: Get) -> None:
    bench.ingest().add(make(TimezoneOffsetFromUTC="+0100", PatientComments="none", StationName="CT1"))
    (study,) = get("/studies", query="PatientName=vries*&ModalitiesInStudy=CT&limit=5").json
    assert study["00201208"] == {"vr": "IS", "Value": [1]}
    assert study["00081190"]["Value"] == [f"https://node.example:8443/dicomweb/studies/{STUDY}"]
    assert "00104000" not in study
    (study,) = get("/studies", query="includefield=PatientComments").json
    assert study["00104000"]["Value"] == ["none"]
    (study,) = get("/studies", query="includefield=all").json
    assert study["00080201"]["Value"] == ["+0100"] and "00280010" not in study and "7FE00010" not in study
    (series,) = get(f"/studies/{STUDY}/series", query="includefield=StationName").json
    assert series["00081010"]["Value"] == ["CT1"] and series["00080060"]["Value"] == ["CT"]
    (series,) = get("/series", query="Modality=CT").json
    assert series["00100020"]["Value"] == ["999990019"]
    for path in (f"{OF_SERIES}/instances", f"/studies/{STUDY}/instances", "/instances"):
        (instance,) = get(path).json
        assert instance["00280010"]["Value"] == [16]
        assert instance["00080018"]["Value"] == [INSTANCE]
        assert instance["00081190"]["Value"] == [f"https://node.example:8443/dicomweb{OF_INSTANCE}"]
    assert "00080060" in get("/instances").json[0]


def test_searches_say_what_they_left_out_or_did_not_do(bench: Bench, get: Get) -> None:
    for number in range(3):
        bench.ingest().add(make(study=f"2.25.{number}", series=f"2.25.{number}.1"))
    first = get("/studies", query="limit=2&fuzzymatching=true")
    assert len(first.json) == 2 and len(first.warnings) == 2
    assert len(get("/studies", query="limit=2&offset=2").json) == 1
    assert get("/studies", query="PatientID=1").status == 204
    assert get("/studies", query="PatientAge=1").status == 400
    assert get("/studies", query="StudyDate=yesterday").status == 400
    assert get("/studies", accept="application/dicom+xml").status == 406
    assert get("/studies", query="%ff=1").status == 400


def test_a_study_under_way_says_so(bench: Bench, get: Get) -> None:
    add_exchange(bench.vault, PARCEL, HOME, STUDY, State.ARRIVING)
    here, wanted = bench.ingest(PARCEL), bench.ingest(PARCEL)
    here.add(make(1))
    wanted.add(make(2))
    wanted.close(SegmentState.WANTED)
    with bench.vault.write() as transaction:
        transaction.exchanges.bump(PARCEL, NOW, total=540, done=312)
    reply = get(f"/studies/{STUDY}")
    assert (reply.status, len(reply.parts)) == (206, 1)
    assert reply.warnings == [
        '299 beeldbrug "arriving 312 of 540"',
        '299 beeldbrug "1 instances are not here yet and were left out"',
    ]
    assert len(get(f"/studies/{STUDY}/metadata").json) == 2
    reply = get(f"{OF_SERIES}/instances/{SERIES}.2/frames/1")
    assert (reply.status, reply.json["code"], reply.headers["retry-after"]) == (503, "still-arriving", "2")
    assert get("/studies").warnings == ['299 beeldbrug "arriving 312 of 540"']


def test_an_answer_that_turns_out_damaged_is_broken_off(
    bench: Bench, get: Get, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest = bench.ingest()
    for number in (1, 2):
        ingest.add(make(number, size=600))
    right = Places.read
    calls: list[object] = []

    def altered(self: Places, place: object) -> object:
        calls.append(place)
        chunks = right(self, place)  # type: ignore[arg-type]  # handed on
        return chunks if len(calls) % 2 else (bytes(len(chunk)) for chunk in chunks)

    monkeypatch.setattr(Places, "read", altered)
    with pytest.raises(BrokenOff) as caught:
        get(f"/studies/{STUDY}")
    assert not str(caught.value)
    calls.append("the next is altered")
    reply = get(f"{OF_SERIES}/instances/{SERIES}.1")
    assert (reply.status, reply.json["code"]) == (403, "instance-changed")


def test_what_is_not_offered_is_refused_aloud(bench: Bench, get: Get) -> None:
    bench.ingest().add(make())
    for resource in ("/rendered", "/thumbnail", "/frames/1/rendered"):
        assert get(OF_INSTANCE + resource).json["code"] == "rendering-not-offered"
    reply = get("/studies", method="POST")
    assert (reply.status, reply.headers["allow"]) == (405, "GET, HEAD, POST")
    assert get("/nothing").status == 404
    assert get("/studies/1.2'--").status == 400
    assert get("/studies", accept="nonsense").status == 400
