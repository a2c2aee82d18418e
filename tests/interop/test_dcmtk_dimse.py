"""DCMTK as storage SCU and SCP, as verification SCU, over TCP and TLS (PS3.4 annexes A and B, PS3.15 B.9)."""

from __future__ import annotations

import os
import socket
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path

import pytest
from pydicom import dcmread
from pydicom.data import get_testdata_file

from beeldbrug.kit.ports import free_port
from beeldbrug.kit.slots import Slots
from beeldbrug.model.errors import Denied, Unavailable
from beeldbrug.node.ports.pacs import Application
from beeldbrug.node.protocols.dimse.limits import Limits
from beeldbrug.node.protocols.dimse.listener import Listener, listen
from beeldbrug.node.protocols.dimse.pdu import ProposedContext
from beeldbrug.node.protocols.dimse.sop_classes import VERIFICATION
from beeldbrug.node.protocols.dimse.store_scu import IMPLICIT_LITTLE_ENDIAN, StoreScu, echo, open_association
from beeldbrug.node.protocols.dimse.tls import ClientCertificates, ServerTls
from tests.instances import load, make_file
from tests.peers.certificates import Authority, make_authority
from tests.peers.dcmtk import Dcmtk, StartStoreScp
from tests.peers.processes import running, tool, wait_until
from tests.reception import AE, MemoryReception, listening

SYNTAX_OPTIONS = {
    "-xi": "MR_small_implicit.dcm",
    "-xe": "CT_small.dcm",
    "-xb": "MR_small_bigendian.dcm",
    "-xd": "image_dfl.dcm",
    "-xs": "SC_rgb_jpeg_gdcm.dcm",
    "-xy": "SC_rgb_dcmtk_+eb+cy+np.dcm",
    "-xx": "JPEG-lossy.dcm",
    "-xv": "MR_small_jp2klossless.dcm",
    "-xw": "JPEG2000.dcm",
    "-xt": "MR_small_jpeg_ls_lossless.dcm",
    "-xr": "MR_small_RLE.dcm",
}
"""Proposed syntaxes of storescu, with a file of pydicom's own package that has one of them."""


AS_SENT = "+B"
"""Has storescp write datasets exactly as they came."""


def example(name: str) -> Path:
    path = get_testdata_file(name, download=False)
    if path is None:
        pytest.skip(f"{name} is not in this version of pydicom")
    return Path(path)


def application(port: int, ae: str = "STORESCP", **changes: str) -> Application:
    return Application(ae, "127.0.0.1", port, AE, timeout=20.0, **changes)


def test_echo_is_answered(dcmtk: Dcmtk) -> None:
    reception = MemoryReception()
    with listening(reception) as listener:
        result = dcmtk("echoscu", "-aec", AE, "--repeat", 5, "127.0.0.1", listener.port)
        assert result.code == 0, result.output
        assert reception.await_ends(1) == [True]
    assert reception.echoes == 5
    assert reception.peers[0].called_ae == AE
    assert reception.peers[0].calling_ae == "ECHOSCU"
    assert reception.peers[0].address == "127.0.0.1"


def test_128_contexts_of_38_syntaxes_are_answered(dcmtk: Dcmtk) -> None:
    with listening(MemoryReception()) as listener:
        result = dcmtk("echoscu", "-pts", 38, "-ppc", 128, "127.0.0.1", listener.port)
    assert result.code == 0, result.output


@pytest.mark.parametrize("option", SYNTAX_OPTIONS)
def test_every_syntax_that_storescu_proposes_is_taken(dcmtk: Dcmtk, option: str) -> None:
    path = example(SYNTAX_OPTIONS[option])
    original = dcmread(path)
    reception = MemoryReception()
    with listening(reception) as listener:
        result = dcmtk("storescu", option, "-R", "-aec", AE, "127.0.0.1", listener.port, path)
        assert result.code == 0, result.output
        assert reception.await_ends(1) == [True]
    (kept,) = reception.kept
    assert kept.request.transfer_syntax == original.file_meta.TransferSyntaxUID
    assert kept.request.sop_class == original.SOPClassUID
    received = dcmread(BytesIO(load_like(path, kept.data)))
    assert received.SOPInstanceUID == original.SOPInstanceUID
    assert received.PixelData == original.PixelData


def load_like(path: Path, data: bytes) -> bytes:
    """The file's preamble and meta information before another dataset."""
    raw = path.read_bytes()
    return raw[: 144 + int.from_bytes(raw[140:144], "little")] + data


def test_dcmsend_and_four_storescu_at_once_lose_nothing(dcmtk: Dcmtk, tmp_path: Path) -> None:
    files = tmp_path / "files"
    files.mkdir()
    for number in range(1, 26):
        make_file(files, number)
    reception = MemoryReception()
    with listening(reception) as listener, ExitStack() as stack:
        sending = [tool("storescu", "dcmtk"), "-R", "+sd", "127.0.0.1", str(listener.port), str(files)]
        senders = [stack.enter_context(running(sending, tmp_path / f"{number}.log")) for number in range(4)]
        result = dcmtk("dcmsend", "+sd", "127.0.0.1", listener.port, files)
        assert [sender.wait(60) for sender in senders] == [0, 0, 0, 0]
        assert result.code == 0, result.output
        assert all(reception.await_ends(5))
    assert len(reception.kept) == 125
    assert len({kept.data for kept in reception.kept if kept.request.instance_uid == "2.25.771"}) == 1


def test_one_refused_instance_does_not_stop_the_others(dcmtk: Dcmtk, tmp_path: Path) -> None:
    for number in range(1, 6):
        make_file(tmp_path, number)
    full = Unavailable("disk-full", "The spool's disk is full.", "Free some space.")
    reception = MemoryReception(
        refuse_commit=lambda request: full if request.instance_uid == "2.25.772" else None,
        refuse_begin=lambda request: full if request.instance_uid == "2.25.774" else None,
    )
    with listening(reception) as listener:
        result = dcmtk("storescu", "-v", "-nh", "-R", "+sd", "127.0.0.1", listener.port, tmp_path)
        assert reception.await_ends(1) == [True]
    assert len(reception.kept) == 3
    assert result.output.lower().count("refused: outofresources") == 2


def test_unknown_called_ae_is_rejected_with_its_reason(dcmtk: Dcmtk) -> None:
    denied = Denied("called-ae-unknown", "No such AE title here.")
    with listening(MemoryReception(refuse_peer=lambda peer: denied)) as listener:
        result = dcmtk("echoscu", "-aec", "NOBODY", "127.0.0.1", listener.port)
    assert "Called AE Title Not Recognized" in result.output


def test_one_association_too_many_is_told_so(dcmtk: Dcmtk) -> None:
    reception = MemoryReception()
    with listening(reception, Limits(associations=0, close_seconds=1.0)) as listener:
        result = dcmtk("echoscu", "127.0.0.1", listener.port)
    assert "Local Limit Exceeded" in result.output
    assert reception.peers == []


def test_abort_by_the_sender_ends_unclean(dcmtk: Dcmtk) -> None:
    reception = MemoryReception()
    with listening(reception) as listener:
        dcmtk("echoscu", "--abort", "127.0.0.1", listener.port)
        assert reception.await_ends(1) == [False]


# ---------------------------------------------------------------- TLS


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return make_authority(tmp_path / "authority")


def secured(authority: Authority, clients: ClientCertificates) -> ServerTls:
    certificate, key = authority.issue("localhost")
    return ServerTls(str(certificate), str(key), str(authority.certificate), clients)


def test_tls_with_a_client_certificate_names_the_caller(dcmtk: Dcmtk, authority: Authority, tmp_path: Path) -> None:
    path = make_file(tmp_path)
    certificate, key = authority.issue("ct-scanner")
    reception = MemoryReception()
    with listening(reception, tls=secured(authority, ClientCertificates.REQUIRED)) as listener:
        tls = ("+tls", key, certificate, "+cf", authority.certificate)
        result = dcmtk("storescu", *tls, "-R", "127.0.0.1", listener.port, path)
        assert result.code == 0, result.output
        assert reception.await_ends(1) == [True]
    (kept,) = reception.kept
    assert kept.data == load(path).data
    assert kept.peer.tls
    assert len(kept.peer.certificate) == 64
    assert "ct-scanner" in kept.peer.certificate_subject


def test_tls_without_a_client_certificate_only_where_it_is_optional(dcmtk: Dcmtk, authority: Authority) -> None:
    anonymous = ("+tla", "+cf", authority.certificate)
    reception = MemoryReception()
    with listening(reception, tls=secured(authority, ClientCertificates.REQUIRED)) as listener:
        assert dcmtk("echoscu", *anonymous, "127.0.0.1", listener.port).code != 0
        assert dcmtk("echoscu", "127.0.0.1", listener.port).code != 0
    assert reception.peers == []
    with listening(reception, tls=secured(authority, ClientCertificates.OPTIONAL)) as listener:
        result = dcmtk("echoscu", *anonymous, "127.0.0.1", listener.port)
        assert result.code == 0, result.output
    assert reception.peers[0].tls
    assert reception.peers[0].certificate == ""


def test_certificate_of_a_stranger_is_refused(dcmtk: Dcmtk, authority: Authority, tmp_path: Path) -> None:
    certificate, key = make_authority(tmp_path / "stranger").issue("ct-scanner")
    reception = MemoryReception()
    with listening(reception, tls=secured(authority, ClientCertificates.REQUIRED)) as listener:
        tls = ("+tls", key, certificate, "+cf", authority.certificate)
        assert dcmtk("echoscu", *tls, "127.0.0.1", listener.port).code != 0
    assert reception.peers == []


def test_we_store_over_tls_with_our_certificate(storescp: StartStoreScp, authority: Authority, tmp_path: Path) -> None:
    peer, peer_key = authority.issue("localhost")
    ours, our_key = authority.issue("beeldbrug")
    instance = load(make_file(tmp_path))
    peers = storescp(options=[AS_SENT, "+tls", str(peer_key), str(peer), "+cf", str(authority.certificate)])
    files = {"tls_ca": str(authority.certificate), "tls_certificate": str(ours), "tls_key": str(our_key)}
    with StoreScu(application(peers.port, **files), [(instance.sop_class, instance.syntax)]) as scu:
        outcome = scu.store(instance.sop_class, instance.uid, instance.syntax, [instance.data])
    assert outcome.accepted
    with pytest.raises(Unavailable) as caught:
        echo(application(peers.port))
    assert caught.value.code in {"connection-lost", "peer-silent", "peer-faulty"}
    (stored,) = peers.received()
    assert stored.read_bytes().endswith(instance.data)


# ---------------------------------------------------------------- storescp


@pytest.mark.parametrize("chunk", [1000, 16372, 1_000_000])
@pytest.mark.parametrize("most", [4096, 131072])
def test_storescp_gets_every_byte_whatever_the_chunks(
    storescp: StartStoreScp, tmp_path: Path, chunk: int, most: int
) -> None:
    instance = load(make_file(tmp_path, size=512))
    chunks = [instance.data[start : start + chunk] for start in range(0, len(instance.data), chunk)]
    peer = storescp(options=[AS_SENT, "-pdu", str(most)])
    with StoreScu(application(peer.port), [(instance.sop_class, instance.syntax)]) as scu:
        outcome = scu.store(instance.sop_class, instance.uid, instance.syntax, chunks, ("MOVER", 7))
        assert outcome.accepted
    (stored,) = peer.received()
    raw = stored.read_bytes()
    assert raw[144 + int.from_bytes(raw[140:144], "little") :] == instance.data


@pytest.mark.parametrize("name", sorted(SYNTAX_OPTIONS.values()))
def test_storescp_gets_every_syntax_byte_for_byte(storescp: StartStoreScp, name: str) -> None:
    instance = load(example(name))
    peer = storescp(options=[AS_SENT, "+xa"])
    with StoreScu(application(peer.port), [(instance.sop_class, instance.syntax)]) as scu:
        outcome = scu.store(instance.sop_class, instance.uid, instance.syntax, [instance.data])
        assert outcome.accepted, outcome
    (stored,) = peer.received()
    padding = bytes(len(instance.data) % 2)  # a deflated dataset is even on the wire
    assert stored.read_bytes().endswith(instance.data + padding)


def test_a_syntax_the_peer_does_not_take_is_said_so(storescp: StartStoreScp) -> None:
    instance = load(example("JPEG2000.dcm"))
    private = ("1.2.3.4.5", "1.2.840.10008.1.2.1")
    peer = storescp(options=[AS_SENT, "+xi"])
    with StoreScu(application(peer.port), [(instance.sop_class, instance.syntax), private]) as scu:
        assert scu.store(instance.sop_class, instance.uid, instance.syntax, []).reason == "syntax-not-accepted"
        assert scu.store(private[0], "1.2.3", private[1], []).reason in {"class-not-accepted", "syntax-not-accepted"}
        assert scu.store("1.2.3", "1.2.3", private[1], []).reason == "context-not-proposed"


def test_more_than_128_contexts_take_more_associations(storescp: StartStoreScp, tmp_path: Path) -> None:
    instance = load(make_file(tmp_path))
    peer = storescp(options=[AS_SENT])
    pairs = [(f"1.2.840.10008.5.1.4.1.1.{number}", instance.syntax) for number in range(3000, 3200)]
    wanted = (instance.sop_class, instance.syntax)
    with StoreScu(application(peer.port), [*pairs, wanted]) as scu:
        assert scu.store(instance.sop_class, instance.uid, instance.syntax, [instance.data]).accepted
    assert len(peer.received()) == 1


@pytest.mark.parametrize("option", ["--abort-after", "--abort-during", "--refuse"])
def test_a_peer_that_aborts_or_refuses_is_unavailable(storescp: StartStoreScp, tmp_path: Path, option: str) -> None:
    instance = load(make_file(tmp_path, size=1620))
    pairs = [(instance.sop_class, instance.syntax)]
    peer = storescp(options=[AS_SENT, option])
    with pytest.raises(Unavailable), StoreScu(application(peer.port), pairs) as scu:
        scu.store(instance.sop_class, instance.uid, instance.syntax, [instance.data])
        scu.store(instance.sop_class, instance.uid, instance.syntax, [instance.data])


def test_a_peer_slower_than_the_time_allowed_is_unavailable(storescp: StartStoreScp, tmp_path: Path) -> None:
    instance = load(make_file(tmp_path))
    peer = storescp(options=[AS_SENT, "--sleep-during", "3"])
    slow = Application("STORESCP", "127.0.0.1", peer.port, AE, timeout=0.5)
    with pytest.raises(Unavailable) as caught, StoreScu(slow, [(instance.sop_class, instance.syntax)]) as scu:
        scu.store(instance.sop_class, instance.uid, instance.syntax, [instance.data])
    assert caught.value.code == "peer-silent"


def test_a_port_that_is_no_dicom_is_unavailable() -> None:
    with pytest.raises(Unavailable) as caught:
        echo(application(free_port()))
    assert caught.value.code == "peer-unreachable"


def test_echo_to_storescp(storescp: StartStoreScp) -> None:
    assert 0 < echo(application(storescp().port)) < 10


def test_two_listeners_share_one_port_and_are_served_in_turn() -> None:
    receptions = [MemoryReception(), MemoryReception()]
    shared = listen("127.0.0.1", 0)
    listeners = [
        Listener("", 0, None, one, Limits(close_seconds=0.5), socket.socket(fileno=os.dup(shared.fileno())))
        for one in receptions
    ]
    for one in listeners:
        one.start()
    try:
        for _ in range(20):
            assert echo(application(listeners[0].port)) < 10
        listeners[0].stop(0.5)
        before = receptions[1].echoes
        assert echo(application(listeners[1].port)) < 10, "one that stops does not stop the other"
        assert receptions[1].echoes == before + 1
    finally:
        for one in listeners:
            one.stop(0.5)
        shared.close()
    assert all(5 <= reception.echoes <= 16 for reception in receptions)


def has_room(there: Application) -> bool:
    """Whether it takes an association now: it hears of an end a moment after the one who released."""
    try:
        echo(there)
    except Unavailable as error:
        assert error.code == "peer-busy"
        return False
    return True


def test_the_limit_on_associations_holds_for_all_listeners_together(tmp_path: Path) -> None:
    shared = listen("127.0.0.1", 0)
    slots = Slots(tmp_path / "slots")
    limits = Limits(close_seconds=0.5, associations=3, associations_per_address=3)
    listeners = [
        Listener("", 0, None, MemoryReception(), limits, socket.socket(fileno=os.dup(shared.fileno())), slots)
        for _ in range(2)
    ]
    for one in listeners:
        one.start()
    there = application(listeners[0].port)
    wanted = [ProposedContext(1, VERIFICATION, (IMPLICIT_LITTLE_ENDIAN,))]
    try:
        with ExitStack() as held:
            for _ in range(3):
                held.enter_context(open_association(there, wanted, Limits()))
            with pytest.raises(Unavailable) as caught:
                open_association(there, wanted, Limits())
            assert caught.value.code == "peer-busy"
        wait_until(lambda: has_room(there), "what has ended makes room", 10)
    finally:
        for one in listeners:
            one.stop(0.5)
        shared.close()


def test_a_port_in_use_is_unavailable() -> None:
    with listening(MemoryReception()) as listener, pytest.raises(Unavailable) as caught:
        Listener("127.0.0.1", listener.port, None, MemoryReception(), Limits()).start()
    assert caught.value.code == "dimse-port-unusable"
