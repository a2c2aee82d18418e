"""A whole node that others store on by STOW-RS: dicomweb-client, Orthanc, curl and bare sockets; an own system that
sends under a rule, and a partner who brings studies. Killed in the middle, nothing that was answered for is lost."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pydicom
import pytest
import requests
from dicomweb_client.api import DICOMwebClient
from requests.exceptions import HTTPError

from beeldbrug.kit.ports import free_port
from beeldbrug.model.exchange import Direction, Route, State
from beeldbrug.node.ports.records import ExchangeRow
from beeldbrug.node.usecases.read.part10 import read_original
from beeldbrug.node.usecases.read.places import Places
from tests.contract.node.exchange.small import new_uid
from tests.contract.node.intake.desk import files
from tests.e2e.processes import Program
from tests.peers.orthanc import StartOrthanc, dicomweb_plugin
from tests.peers.processes import run, tool, wait_until
from tests.unit.cli.runs import URA, Node, make_node

pytestmark = pytest.mark.timeout(300)

MORE = """
[stow]
quiet_seconds = 1
idle_seconds = 5

[[stow.partners]]
account = "kliniek"
name = "Kliniek West"
organisation = "00000003"
"""

FAILED, STORED, OTHER, REASON, INSTANCE = "00081198", "00081199", "0008119A", "00081197", "00081155"
BOUNDARY = "grens-van-deel"


@dataclass
class House:
    """The node, running, with a token for its rule and one of its partner."""

    node: Node
    program: Program
    port: int
    sends: str = ""
    brings: str = ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/dicomweb"

    def exchanges(self, study: str = "") -> list[ExchangeRow]:
        with self.node.base() as base, base.database.read() as tx:
            return [row for row in tx.exchanges.listing(URA) if study in ("", row.study_uid)]

    def one(self, study: str) -> ExchangeRow:
        (row,) = self.exchanges(study)
        return row

    def originals(self, study: str) -> list[bytes]:
        """Everything of a study that the vault gives back."""
        with self.node.base() as base:
            with base.database.read() as tx:
                rows = [row for row in tx.exchanges.listing(URA) if row.study_uid == study]
                members = [one.instance for row in rows for one in tx.exchanges.members(row.id)]
                found = tx.instances.get(URA, members)
            places = Places(base.sources, URA)
            return [b"".join(bytes(one) for one in read_original(base.sources, places, one)) for one in found]

    def post(self, body: bytes, token: str, path: str = "/studies", **headers: str) -> tuple[int, Any]:
        """POST a whole body; status and JSON."""
        given = {
            "Authorization": f"Bearer {token}",
            "Content-Type": f'multipart/related; type="application/dicom"; boundary={BOUNDARY}',
            "Accept": "application/dicom+json",
        } | {name.replace("_", "-"): value for name, value in headers.items()}
        reply = requests.post(self.url + path, data=body, headers=given, timeout=120)
        return reply.status_code, reply.json()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("stow-node")
    node = make_node(folder)
    web = free_port()
    text = node.settings.read_text().replace("11119", str(free_port())).replace("8459", str(web))
    node.settings.write_text(text + MORE)
    program = Program("node", node.settings, folder / "node.log")
    program.start()
    made = House(node, program, web)
    made.sends = node.run("token", "create", "--user", "scanner", "--sends", "NAAR_B").json["token"]
    made.brings = node.run("token", "create", "--user", "west", "--brings", "kliniek").json["token"]
    try:
        yield made
    finally:
        program.stop()


def multipart(*contents: bytes, boundary: str = BOUNDARY, end: bytes = b"--\r\n") -> bytes:
    head = f"--{boundary}\r\nContent-Type: application/dicom\r\n\r\n".encode()
    return b"".join([*(head + one + b"\r\n" for one in contents), b"--", boundary.encode(), end])


def study(folder: Path, count: int = 3, **more: Any) -> tuple[str, list[bytes]]:
    uid = new_uid()
    return uid, [path.read_bytes() for path in files(folder, count, uid=uid, **more)]


def uid_of(data: bytes) -> str:
    return str(pydicom.dcmread(BytesIO(data), stop_before_pixels=True).SOPInstanceUID)


def uids(answer: Any, tag: str) -> list[str]:
    return [one[INSTANCE]["Value"][0] for one in answer.get(tag, {}).get("Value", [])]


def reasons(answer: Any, tag: str) -> list[int]:
    return [one[REASON]["Value"][0] for one in answer.get(tag, {}).get("Value", [])]


def test_an_own_system_sends_under_its_rule_and_every_file_is_kept_byte_for_byte(house: House, tmp_path: Path) -> None:
    uid, made = study(tmp_path / "a")
    client = DICOMwebClient(house.url, headers={"Authorization": f"Bearer {house.sends}"})
    answer = client.store_instances([pydicom.dcmread(BytesIO(one)) for one in made])
    assert [one.ReferencedSOPInstanceUID for one in answer.ReferencedSOPSequence] == [uid_of(one) for one in made]
    wait_until(lambda: house.one(uid).total == 3, "all are there")
    row = house.one(uid)
    assert (row.direction, row.rule, row.terms.receiver.organisation) == (Direction.OUT, "NAAR_B", "00000002")
    other, made = study(tmp_path / "b")
    status, told = house.post(multipart(*made), house.sends)
    assert (status, uids(told, STORED)) == (200, [uid_of(one) for one in made])
    assert sorted(house.originals(other)) == sorted(made), "preamble and meta information too"
    status, _ = house.post(multipart(*made), house.sends, f"/studies/{other}")
    assert (status, house.one(other).total) == (200, 3), "the same once more is success, and nothing twice"
    received, *_ = [one for one in house.node.events("receive") if one.study_uid == other]
    assert (received.actor, received.details["called_ae"]) == ("scanner", "NAAR_B")


def test_a_partners_study_becomes_one_arrival_of_his_and_he_reads_nothing(house: House, tmp_path: Path) -> None:
    uid, made = study(tmp_path / "p", 5)
    for one in made:  # as clients do that send one by one
        assert house.post(multipart(one), house.brings, f"/studies/{uid}")[0] == 200
    wait_until(lambda: any(row.state is State.VERIFIED for row in house.exchanges(uid)), "it is an arrival", 60)
    row = house.one(uid)
    assert (row.route, row.terms.sender.name, row.terms.sender.organisation) == (Route.STOW, "Kliniek West", "00000003")
    assert sorted(house.originals(uid)) == sorted(made)
    client = DICOMwebClient(house.url, headers={"Authorization": f"Bearer {house.brings}"})
    with pytest.raises(HTTPError, match="403"):
        client.search_for_studies()
    assert house.node.events("stow-stored")
    assert not [path for path in (house.node.folder / "data" / "stow").rglob("*.dcm")]


def test_other_content_under_the_same_uid_is_never_an_overwrite(house: House, tmp_path: Path) -> None:
    uid, (first, *_) = study(tmp_path / "o", 1)
    other = first[:-1] + bytes([first[-1] ^ 1])
    assert house.post(multipart(first, other), house.sends)[0] == 200
    assert sorted(house.originals(uid)) == sorted([first, other])
    with house.node.base() as base, base.database.read() as tx:
        assert "same-uid-other-content" in {one.code for one in tx.alerts.open(URA)}
    uid, (first, *_) = study(tmp_path / "op", 1)
    house.post(multipart(first), house.brings)
    wait_until(lambda: len(house.exchanges(uid)) == 1, "an arrival", 60)
    house.post(multipart(first[:-1] + bytes([first[-1] ^ 1])), house.brings)
    wait_until(lambda: len(house.exchanges(uid)) == 2, "an arrival of its own, for a human", 60)


def test_what_cannot_be_stored_is_named_beside_what_was(house: House, tmp_path: Path) -> None:
    uid, made = study(tmp_path / "s")
    broken = made[1][:-100]
    status, told = house.post(multipart(made[0], broken, b"no image", made[2]), house.sends)
    assert status == 202
    assert uids(told, STORED) == [uid_of(made[0]), uid_of(made[2])]
    assert uids(told, FAILED) == [uid_of(made[1])]
    assert reasons(told, FAILED) == [0xC000]
    assert reasons(told, OTHER) == [0xC000]
    assert house.one(uid).total == 2
    other, wrong = study(tmp_path / "w", 1)
    for token in (house.sends, house.brings):
        status, told = house.post(multipart(*wrong), token, f"/studies/{uid}")
        assert (status, reasons(told, FAILED)) == (409, [0xA900]), "of another study than the path says"
    assert not house.exchanges(other)


def test_the_answer_is_xml_where_the_client_asks_for_it(house: House, tmp_path: Path) -> None:
    _, made = study(tmp_path / "x", 1)
    body = tmp_path / "body"
    body.write_bytes(multipart(*made, b"no image"))
    media = f'Content-Type: multipart/related; type="application/dicom"; boundary={BOUNDARY}'
    headers = [media, "Accept: application/dicom+xml", f"Authorization: Bearer {house.sends}"]
    arguments = [part for one in headers for part in ("-H", one)]
    done = run([tool("curl", "curl"), "-sS", *arguments, "--data-binary", f"@{body}", house.url + "/studies"])
    tree = ElementTree.fromstring(done.output)  # noqa: S314 - our own answer
    space = "{http://dicom.nema.org/PS3.19/models/NativeDICOM}"
    found = {one.attrib["keyword"]: one for one in tree.iter(space + "DicomAttribute")}
    assert found["ReferencedSOPInstanceUID"].findtext(space + "Value") == uid_of(made[0])
    assert found["OtherFailuresSequence"] is not None
    assert found["FailureReason"].findtext(space + "Value") == str(0xC000)


@pytest.mark.parametrize(
    ("media", "status"),
    [
        ("application/dicom", 415),
        ('multipart/related; type="application/dicom+json"; boundary=x', 415),
        ('multipart/related; type="application/dicom+xml"; boundary=x', 415),
        ('multipart/form-data; type="application/dicom"; boundary=x', 415),
        ('multipart/related; type="application/dicom"', 400),
        (f'multipart/related; type="application/dicom"; boundary={"x" * 201}', 400),
    ],
)
def test_what_is_not_taken_is_refused_loudly(house: House, media: str, status: int) -> None:
    found, told = house.post(b"{}", house.sends, Content_Type=media)
    assert found == status
    assert told["code"] == ("stow-media-type" if status == 415 else "multipart-malformed")


def test_only_a_token_for_it_stores(house: House, tmp_path: Path) -> None:
    _, made = study(tmp_path / "t", 1)
    reads = house.node.run("token", "create", "--user", "a", "--role", "01.015").json["token"]
    assert house.post(multipart(*made), reads)[1]["code"] == "token-cannot-store"
    assert house.post(multipart(*made), "unknown")[0] == 401
    assert house.post(multipart(*made), house.sends, "/studies/1.2/series")[0] == 405
    assert house.post(b"", house.sends)[0] == 400
    assert house.post(multipart(), house.sends)[0] == 400
    for wrong in (("--sends", "NERGENS"), ("--brings", "niemand")):
        assert house.node.run("token", "create", "--user", "a", *wrong).code != 0


def test_a_body_cut_off_anywhere_stores_only_what_was_whole(house: House, tmp_path: Path) -> None:
    uid, made = study(tmp_path / "c", 2, size=200)
    body = multipart(*made)
    second = body.index(b"--" + BOUNDARY.encode(), 10)
    end = body.rindex(b"--" + BOUNDARY.encode())
    cuts = [0, 5, 40, second - 10, second - 1, second, second + 20, second + 100, end - 1, end, end + 10]
    for cut in cuts:
        status, told = house.post(body[:cut], house.sends)
        whole = [] if cut < second + len(BOUNDARY) + 4 else [uid_of(made[0])]
        assert uids(told, STORED) == whole, cut
        assert status == (202 if whole else 400), cut
    status, told = house.post(body, house.sends)
    assert (status, len(uids(told, STORED)), house.one(uid).total) == (200, 2, 2)


def test_a_boundary_inside_an_image_does_not_end_it(house: House, tmp_path: Path) -> None:
    uid, (one,) = study(tmp_path / "i", 1)
    inside = one[:-2000] + (b"\r\n--%bx" % BOUNDARY.encode()).ljust(2000, b"-")
    status, _ = house.post(multipart(inside), house.sends)
    assert (status, house.originals(uid)) == (200, [inside])


def test_a_hundred_thousand_tiny_parts_are_refused_soon(house: House) -> None:
    status, told = house.post(multipart(*[b"x"] * 100_000), house.sends)
    assert (status, told["code"]) == (413, "stow-unreadable")


def test_a_client_that_falls_silent_is_let_go(house: House, tmp_path: Path) -> None:
    uid, made = study(tmp_path / "q", 2)
    with Sending(house, house.sends) as sending:
        sending.chunk(multipart(*made)[: -len(made[1])])
        assert sending.status() == 408
    assert house.one(uid).total == 1, "the first was whole and stays"


class Sending:
    """A request whose body goes in chunks, at the test's own pace."""

    def __init__(self, house: House, token: str) -> None:
        self.socket = socket.create_connection(("127.0.0.1", house.port), 10)
        self.socket.settimeout(30)
        media = f'multipart/related; type="application/dicom"; boundary={BOUNDARY}'
        head = f"POST /dicomweb/studies HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\nContent-Type: {media}"
        self.socket.sendall(f"{head}\r\nTransfer-Encoding: chunked\r\n\r\n".encode())

    def __enter__(self) -> Sending:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def chunk(self, data: bytes) -> None:
        self.socket.sendall(b"%x\r\n%b\r\n" % (len(data), data))

    def status(self) -> int:
        return int(self.socket.recv(65536).split(b" ")[1])


def test_memory_does_not_grow_with_an_instance(house: House, tmp_path: Path) -> None:
    large = pydicom.dcmread(BytesIO(study(tmp_path / "m", 1)[1][0]))
    large.Rows, large.Columns = 8192, 64 * 2**20 // 8192 * 8 // large.BitsAllocated
    large.PixelData = bytes(64 * 2**20)
    written = BytesIO()
    large.save_as(written)
    one = written.getvalue()
    web = _process(house, "web")
    house.post(multipart(*study(tmp_path / "m0", 1)[1]), house.sends)
    before = _peak(web)
    for token in (house.sends, house.brings):
        assert house.post(multipart(one), token)[0] == 200
    assert _peak(web) - before < 40 * 1024, "KiB, for 64 MiB in each"


def _process(house: House, name: str) -> int:
    children = Path(f"/proc/{house.program.pid}/task/{house.program.pid}/children").read_text().split()
    for pid in map(int, children):
        if name in Path(f"/proc/{pid}/comm").read_text() or name in Path(f"/proc/{pid}/cmdline").read_text():
            return pid
    raise AssertionError(f"no process {name}")


def _peak(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


@pytest.mark.parametrize("who", ["sends", "brings"])
def test_killed_in_the_middle_nothing_that_was_answered_for_is_lost(house: House, tmp_path: Path, who: str) -> None:
    uid, made = study(tmp_path / "k", 60)
    token, safe = getattr(house, who), list[bytes]()

    def send(ones: Sequence[bytes]) -> None:
        for one in ones:
            try:
                if house.post(multipart(one), token)[0] == 200:
                    safe.append(one)
            except Exception:
                return

    sending = threading.Thread(target=send, args=(made,))
    sending.start()
    wait_until(lambda: len(safe) >= 20, "some are safe", 60, 0.002)
    house.program.kill()
    sending.join(60)
    kept = list(safe)
    house.program.start()
    wait_until(lambda: bool(house.exchanges(uid)), "it is there", 60)

    def all_there() -> bool:
        return set(kept) <= set(house.originals(uid))

    wait_until(all_there, "all that was answered for is there", 60)
    assert house.post(multipart(*made), token)[0] == 200, "a client sends it all once more"
    wait_until(lambda: sorted(house.originals(uid)) == sorted(made), "all of it, nothing twice", 60)


def test_orthanc_sends_a_study_by_stow(house: House, orthanc: StartOrthanc, tmp_path: Path) -> None:
    server = {
        "Url": house.url,
        "HttpHeaders": {"Authorization": f"Bearer {house.brings}"},
        "HasDelete": False,
    }
    peer = orthanc(ae="WEST", Plugins=[dicomweb_plugin()], DicomWeb={"Enable": True, "Servers": {"node": server}})
    uid, made = study(tmp_path / "orthanc", 4)
    ids = []
    for number, one in enumerate(made):
        path = tmp_path / f"{number}.dcm"
        path.write_bytes(one)
        ids.append(peer.put(path))
    content = {"Resources": ids, "Synchronous": True}
    peer.client.request("POST", "/dicom-web/servers/node/stow", content=content)
    wait_until(lambda: any(row.state is State.VERIFIED for row in house.exchanges(uid)), "it is an arrival", 60)
    assert sorted(house.originals(uid)) == sorted(peer.file(one) for one in ids)


def test_no_log_line_names_anybody(house: House) -> None:
    assert house.program.log.read_text()
    for line in house.program.log.read_text().splitlines():
        if line.startswith("{"):
            assert "program fault" not in json.loads(line)["event"], line
    assert "1.2.826" not in house.program.log.read_text()
