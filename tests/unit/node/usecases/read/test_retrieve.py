"""What is read back is what was received: whole files, frames and single values, of every transfer syntax."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import numpy
import pydicom
import pytest
from pydicom.encaps import generate_frames
from pydicom.uid import ExplicitVRBigEndian, JPEG2000Lossless

from beeldbrug.model.errors import BeeldbrugError, Denied, NotFound, Unsupported
from beeldbrug.node.ports.records import OWN
from beeldbrug.node.usecases.read.bulk import Value
from beeldbrug.node.usecases.read.frames import shifted
from beeldbrug.node.usecases.read.places import Places
from beeldbrug.node.usecases.read.words import swapped
from tests.ingest import HOME, Bench, bench_in
from tests.instances import STUDY, make, real_files

SERIES, INSTANCE = STUDY + ".1", STUDY + ".1.1"
REAL = real_files()


def read(bench: Bench, study: str, series: str, instance: str) -> bytes:
    found = bench.reading.retrieve(bench.scope(), study, series, instance)
    return b"".join(bench.reading.read_file(found, found.files[0]))


@pytest.fixture(scope="module")
def shared_bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """One vault for all real files: making one takes longer than reading from it."""
    with bench_in(tmp_path_factory.mktemp("vault")) as bench:
        yield bench


def frames_of(bench: Bench, index: object, numbers: list[int], swap: bool = False) -> list[bytes]:
    names = (index.study_uid, index.series_uid, index.instance_uid)  # type: ignore[attr-defined]  # InstanceIndex
    found = bench.reading.frames(bench.scope(), *names, numbers)
    read_ = [b"".join(bench.reading.read_frame(found, position, swap)) for position in range(len(numbers))]
    assert [len(frame) for frame in read_] == found.lengths
    return read_


@pytest.mark.parametrize("path", REAL, ids=lambda path: f"{path.parent.name}/{path.name}")
@pytest.mark.parametrize("stored", [False, True], ids=["spool", "store"])
def test_every_real_file_comes_back_byte_for_byte_with_the_frames_that_pydicom_finds(
    shared_bench: Bench, path: Path, stored: bool
) -> None:
    bench = shared_bench
    with bench.vault.write() as transaction:
        transaction.instances.delete_origin(HOME, OWN)
    ingest = bench.ingest()
    data = path.read_bytes()
    try:
        cut = ingest.add(data)
    except BeeldbrugError:
        pytest.skip("refused with a reason: not an instance")
    if stored:
        ingest.close()
    index = cut.index
    if not index.study_uid or not index.series_uid:
        pytest.skip("no identifiers to ask for it by")
    given = read(bench, index.study_uid, index.series_uid, index.instance_uid)
    assert given == data if cut.part10 else given.endswith(data)
    names = (index.study_uid, index.series_uid, index.instance_uid)
    (metadata,) = bench.reading.describe(bench.scope(), *names, "").instances
    assert metadata["00080018"]["Value"] == [index.instance_uid]
    wanted = expected_frames(path)
    if wanted:
        assert frames_of(bench, index, list(range(1, len(wanted) + 1))) == wanted


def expected_frames(path: Path) -> list[bytes]:
    """Frames as pydicom finds them; nothing where the file is odd enough that pydicom guesses too."""
    dataset = pydicom.dcmread(path, force=True)
    syntax = dataset.file_meta.get("TransferSyntaxUID") if "file_meta" in dataset.__dict__ else None
    if "PixelData" not in dataset or syntax is None or syntax.is_private:
        return []
    declared = str(dataset.get("NumberOfFrames") or 1)
    if not declared.isdecimal():
        return []
    count = int(declared)
    if syntax.is_encapsulated:
        return list(generate_frames(dataset.PixelData, number_of_frames=count))
    bits = dataset.Rows * dataset.Columns * dataset.SamplesPerPixel * dataset.BitsAllocated
    if dataset.PhotometricInterpretation == "YBR_FULL_422":
        bits = bits * 2 // 3
    if len(dataset.PixelData) not in (-(-count * bits // 8), -(-count * bits // 8) + 1):
        return []
    if bits % 8:
        return [shifted(dataset.PixelData, frame * bits, bits) for frame in range(count)]
    return [dataset.PixelData[frame * bits // 8 : (frame + 1) * bits // 8] for frame in range(count)]


def test_the_real_files_cover_every_class_of_transfer_syntax() -> None:
    if len(REAL) < 100:
        pytest.skip("shared test data is absent: dicom")
    names = {path.name for path in REAL}
    assert {"image_dfl.dcm", "MR_small_bigendian.dcm", "liver.dcm"} <= names


def test_a_bare_dataset_gets_file_meta_before_it(bench: Bench) -> None:
    dataset = bare(make())
    bench.ingest().add(dataset, "1.2.840.10008.1.2.1")
    data = read(bench, STUDY, SERIES, INSTANCE)
    assert data[128:132] == b"DICM" and data.endswith(dataset)
    found = bench.reading.retrieve(bench.scope(), STUDY)
    assert found.files[0].size == len(data)


def bare(data: bytes) -> bytes:
    """A file without preamble and file meta information."""
    length = int.from_bytes(data[140:144], "little")
    return data[144 + length :]


def test_only_the_records_of_a_frame_are_read(bench: Bench) -> None:
    ingest = bench.ingest()
    index = ingest.add(make(frames=300, size=64)).index
    bench.spool.reads.clear()
    assert len(frames_of(bench, index, [150])[0]) == 64 * 64 * 2
    assert sum(length for *_, length in bench.spool.reads) < 5 * 17 * 1024


def test_frames_come_in_the_order_asked_and_unknown_ones_are_not_found(bench: Bench) -> None:
    index = bench.ingest().add(make(frames=4, syntax=JPEG2000Lossless)).index
    one, three = frames_of(bench, index, [1, 3])
    assert frames_of(bench, index, [3, 1]) == [three, one]
    for number in (0, 5):
        with pytest.raises(NotFound, match="frame-not-found"):
            frames_of(bench, index, [number])


def test_big_endian_words_are_swapped_on_demand(bench: Bench) -> None:
    little = make(frames=2)
    index = bench.ingest().add(make(frames=2, syntax=ExplicitVRBigEndian)).index
    pixels = pydicom.dcmread(BytesIO(little)).PixelData
    stored = frames_of(bench, index, [2])[0]
    assert frames_of(bench, index, [2], swap=True)[0] == swapped(stored, 2)
    value = bench.reading.bulk(bench.scope(), STUDY, SERIES, INSTANCE, "7FE00010")
    assert isinstance(value, Value)
    whole = b"".join(bench.reading.read_bulk(value, 0, value.length))
    raw = pydicom.dcmread(BytesIO(make(frames=2, syntax=ExplicitVRBigEndian))).PixelData
    assert whole == numpy.frombuffer(raw, ">u2").astype("<u2").tobytes()
    assert b"".join(bench.reading.read_bulk(value, 3, 10)) == whole[3:13]
    assert len(pixels) == len(whole)


def test_words_that_do_not_fit_are_refused() -> None:
    with pytest.raises(Unsupported, match="frame-not-in-words"):
        swapped(b"abc", 2)
    assert swapped(b"abcdefgh", 4) == b"dcbahgfe"


def test_a_changed_record_is_never_given_out(bench: Bench) -> None:
    ingest = bench.ingest()
    index = ingest.add(make(size=300)).index
    for segment in bench.spool.held.values():
        segment.data[len(segment.data) // 2] ^= 1
    with pytest.raises(Denied, match="seal-broken"):
        read(bench, STUDY, SERIES, INSTANCE)
    with pytest.raises(Denied, match="seal-broken"):
        frames_of(bench, index, [1])


def test_a_whole_instance_that_is_not_the_one_received_breaks_off_before_its_end(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = make(size=300)
    bench.ingest().add(data)
    right = Places.read

    def altered(self: Places, place: object) -> object:
        return (bytes(len(chunk)) for chunk in right(self, place))  # type: ignore[arg-type]  # handed on

    monkeypatch.setattr(Places, "read", altered)
    found = bench.reading.retrieve(bench.scope(), STUDY)
    given = bytearray()
    with pytest.raises(Denied, match="instance-changed"):
        for chunk in bench.reading.read_file(found, found.files[0]):
            given += chunk
    assert len(given) < len(data)


def test_every_bulk_data_uri_of_the_metadata_can_be_retrieved(bench: Bench) -> None:
    long = bytes(range(256)) * 300
    data = make(EncapsulatedDocument=long, RedPaletteColorLookupTableData=long[:4096])
    bench.ingest().add(data)
    (metadata,) = bench.reading.describe(bench.scope(), STUDY, SERIES, INSTANCE, "x").instances
    uris = {tag: value["BulkDataURI"] for tag, value in metadata.items() if "BulkDataURI" in value}
    assert set(uris) == {"00420011", "00281201", "7FE00010"}
    wanted = {"00420011": long, "00281201": long[:4096]}
    for tag, uri in uris.items():
        path = uri.partition("/bulkdata/")[2]
        value = bench.reading.bulk(bench.scope(), STUDY, SERIES, INSTANCE, path)
        assert isinstance(value, Value)
        given = b"".join(bench.reading.read_bulk(value, 0, value.length))
        assert given == wanted.get(tag, given) and len(given) == value.length
        assert b"".join(bench.reading.read_bulk(value, 5, 70)) == given[5:75]


@pytest.mark.parametrize("path", ["00100010/0/00100020", "00420011", "nonsense", "00081140/7/00081150"])
def test_a_path_that_leads_nowhere_is_not_found(bench: Bench, path: str) -> None:
    bench.ingest().add(make())
    with pytest.raises(NotFound):
        bench.reading.bulk(bench.scope(), STUDY, SERIES, INSTANCE, path)


def test_frames_that_begin_within_a_byte_are_shifted() -> None:
    bits = [1, 0, 1, 1, 0, 0, 1, 0, 1, 1, 1, 0]
    packed = numpy.packbits(bits, bitorder="little").tobytes()
    second = numpy.packbits(bits[5:10], bitorder="little").tobytes()
    assert shifted(packed, 5, 5) == second
