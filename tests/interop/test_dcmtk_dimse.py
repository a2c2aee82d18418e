"""DCMTK as storage SCU and SCP, as verification SCU, over TCP and TLS (PS3.4 annexes A and B, PS3.15 B.9)."""

from __future__ import annotations

import subprocess
from io import BytesIO
from pathlib import Path

import pytest
from pydicom import dcmread
from pydicom.data import get_testdata_file

from beeldbrug.model.errors import Denied, Unavailable
from beeldbrug.node.ports.pacs import Application
from beeldbrug.node.protocols.dimse.limits import Limits
from beeldbrug.node.protocols.dimse.listener import Listener
from beeldbrug.node.protocols.dimse.store_scu import StoreScu, echo
from beeldbrug.node.protocols.dimse.tls import ClientCertificates, ServerTls
from tests.interop.dimse_peers import (
    AE,
    ENVIRONMENT,
    MemoryReception,
    command,
    free_port,
    listening,
    load,
    make_instance,
    run,
    storescp,
)
from tests.peers.certificates import Authority, make_authority

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


def example(name: str) -> Path:
    path = get_testdata_file(name, download=False)
    if path is None:
        pytest.skip(f"{name} is not in this version of pydicom")
    return Path(path)


def application(port: int, ae: str = "STORESCP", **changes: str) -> Application:
    return Application(ae, "127.0.0.1", port, AE, timeout=20.0, **changes)


def test_echo_is_answered() -> None:
    reception = MemoryReception()
    with listening(reception) as listener:
        result = run("echoscu", "-aec", AE, "--repeat", 5, "127.0.0.1", listener.port)
        assert result.returncode == 0, result.stderr
        assert reception.await_ends(1) == [True]
    assert reception.echoes == 5
    assert reception.peers[0].called_ae == AE
    assert reception.peers[0].calling_ae == "ECHOSCU"
    assert reception.peers[0].address == "127.0.0.1"


def test_128_contexts_of_38_syntaxes_are_answered() -> None:
    with listening(MemoryReception()) as listener:
        result = run("echoscu", "-pts", 38, "-ppc", 128, "127.0.0.1", listener.port)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("option", SYNTAX_OPTIONS)
def test_every_syntax_that_storescu_proposes_is_taken(option: str) -> None:
    path = example(SYNTAX_OPTIONS[option])
    original = dcmread(path)
    reception = MemoryReception()
    with listening(reception) as listener:
        result = run("storescu", option, "-R", "-aec", AE, "127.0.0.1", listener.port, path)
        assert result.returncode == 0, result.stderr
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


def test_dcmsend_and_four_storescu_at_once_lose_nothing(tmp_path: Path) -> None:
    for number in range(1, 26):
        make_instance(tmp_path, number)
    reception = MemoryReception()
    with listening(reception) as listener:
        sending = [command("storescu"), "-R", "+sd", "127.0.0.1", str(listener.port), str(tmp_path)]
        senders = [subprocess.Popen(sending, env=ENVIRONMENT) for _ in range(4)]
        result = run("dcmsend", "+sd", "127.0.0.1", listener.port, tmp_path)
        assert [sender.wait(60) for sender in senders] == [0, 0, 0, 0]
        assert result.returncode == 0, result.stderr
        assert all(reception.await_ends(5))
    assert len(reception.kept) == 125
    assert len({kept.data for kept in reception.kept if kept.request.instance_uid == "2.25.771"}) == 1


def test_one_refused_instance_does_not_stop_the_others(tmp_path: Path) -> None:
    for number in range(1, 6):
        make_instance(tmp_path, number)
    full = Unavailable("disk-full", "The spool's disk is full.", "Free some space.")
    reception = MemoryReception(
        refuse_commit=lambda request: full if request.instance_uid == "2.25.772" else None,
        refuse_begin=lambda request: full if request.instance_uid == "2.25.774" else None,
    )
    with listening(reception) as listener:
        result = run("storescu", "-v", "-nh", "-R", "+sd", "127.0.0.1", listener.port, tmp_path)
        assert reception.await_ends(1) == [True]
    assert len(reception.kept) == 3
    assert (result.stdout + result.stderr).lower().count("refused: outofresources") == 2


def test_unknown_called_ae_is_rejected_with_its_reason() -> None:
    denied = Denied("called-ae-unknown", "No such AE title here.")
    with listening(MemoryReception(refuse_peer=lambda peer: denied)) as listener:
        result = run("echoscu", "-aec", "NOBODY", "127.0.0.1", listener.port)
    assert "Called AE Title Not Recognized" in result.stderr


def test_one_association_too_many_is_told_so() -> None:
    reception = MemoryReception()
    with listening(reception, Limits(associations=0, close_seconds=1.0)) as listener:
        result = run("echoscu", "127.0.0.1", listener.port)
    assert "Local Limit Exceeded" in result.stderr
    assert reception.peers == []


def test_abort_by_the_sender_ends_unclean() -> None:
    reception = MemoryReception()
    with listening(reception) as listener:
        run("echoscu", "--abort", "127.0.0.1", listener.port)
        assert reception.await_ends(1) == [False]


# ---------------------------------------------------------------- TLS


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return make_authority(tmp_path / "authority")


def secured(authority: Authority, clients: ClientCertificates) -> ServerTls:
    certificate, key = authority.issue("localhost")
    return ServerTls(str(certificate), str(key), str(authority.certificate), clients)


def test_tls_with_a_client_certificate_names_the_caller(authority: Authority, tmp_path: Path) -> None:
    path = make_instance(tmp_path)
    certificate, key = authority.issue("ct-scanner")
    reception = MemoryReception()
    with listening(reception, tls=secured(authority, ClientCertificates.REQUIRED)) as listener:
        tls = ("+tls", key, certificate, "+cf", authority.certificate)
        result = run("storescu", *tls, "-R", "127.0.0.1", listener.port, path)
        assert result.returncode == 0, result.stderr
        assert reception.await_ends(1) == [True]
    (kept,) = reception.kept
    assert kept.data == load(path).data
    assert kept.peer.tls
    assert len(kept.peer.certificate) == 64
    assert "ct-scanner" in kept.peer.certificate_subject


def test_tls_without_a_client_certificate_only_where_it_is_optional(authority: Authority) -> None:
    anonymous = ("+tla", "+cf", authority.certificate)
    reception = MemoryReception()
    with listening(reception, tls=secured(authority, ClientCertificates.REQUIRED)) as listener:
        assert run("echoscu", *anonymous, "127.0.0.1", listener.port).returncode != 0
        assert run("echoscu", "127.0.0.1", listener.port).returncode != 0
    assert reception.peers == []
    with listening(reception, tls=secured(authority, ClientCertificates.OPTIONAL)) as listener:
        result = run("echoscu", *anonymous, "127.0.0.1", listener.port)
        assert result.returncode == 0, result.stderr
    assert reception.peers[0].tls
    assert reception.peers[0].certificate == ""


def test_certificate_of_a_stranger_is_refused(authority: Authority, tmp_path: Path) -> None:
    certificate, key = make_authority(tmp_path / "stranger").issue("ct-scanner")
    reception = MemoryReception()
    with listening(reception, tls=secured(authority, ClientCertificates.REQUIRED)) as listener:
        tls = ("+tls", key, certificate, "+cf", authority.certificate)
        assert run("echoscu", *tls, "127.0.0.1", listener.port).returncode != 0
    assert reception.peers == []


def test_we_store_over_tls_with_our_certificate(authority: Authority, tmp_path: Path) -> None:
    peer, peer_key = authority.issue("localhost")
    ours, our_key = authority.issue("beeldbrug")
    instance = load(make_instance(tmp_path))
    folder = tmp_path / "received"
    folder.mkdir()
    with storescp(folder, "+tls", str(peer_key), str(peer), "+cf", str(authority.certificate)) as port:
        files = {"tls_ca": str(authority.certificate), "tls_certificate": str(ours), "tls_key": str(our_key)}
        with StoreScu(application(port, **files), [(instance.sop_class, instance.syntax)]) as scu:
            outcome = scu.store(instance.sop_class, instance.uid, instance.syntax, [instance.data])
        assert outcome.accepted
        with pytest.raises(Unavailable) as caught:
            echo(application(port))
        assert caught.value.code in {"connection-lost", "peer-silent", "peer-faulty"}
    (stored,) = folder.iterdir()
    assert stored.read_bytes().endswith(instance.data)


# ---------------------------------------------------------------- storescp


@pytest.mark.parametrize("chunk", [1000, 16372, 1_000_000])
@pytest.mark.parametrize("most", [4096, 131072])
def test_storescp_gets_every_byte_whatever_the_chunks(tmp_path: Path, chunk: int, most: int) -> None:
    instance = load(make_instance(tmp_path, pixels=64 * 4096))
    chunks = [instance.data[start : start + chunk] for start in range(0, len(instance.data), chunk)]
    folder = tmp_path / "received"
    folder.mkdir()
    with (
        storescp(folder, "-pdu", str(most)) as port,
        StoreScu(application(port), [(instance.sop_class, instance.syntax)]) as scu,
    ):
        outcome = scu.store(instance.sop_class, instance.uid, instance.syntax, chunks, ("MOVER", 7))
        assert outcome.accepted
    (stored,) = folder.iterdir()
    raw = stored.read_bytes()
    assert raw[144 + int.from_bytes(raw[140:144], "little") :] == instance.data


@pytest.mark.parametrize("name", sorted(SYNTAX_OPTIONS.values()))
def test_storescp_gets_every_syntax_byte_for_byte(tmp_path: Path, name: str) -> None:
    instance = load(example(name))
    with (
        storescp(tmp_path, "+xa") as port,
        StoreScu(application(port), [(instance.sop_class, instance.syntax)]) as scu,
    ):
        outcome = scu.store(instance.sop_class, instance.uid, instance.syntax, [instance.data])
        assert outcome.accepted, outcome
    (stored,) = tmp_path.iterdir()
    padding = bytes(len(instance.data) % 2)  # a deflated dataset is even on the wire
    assert stored.read_bytes().endswith(instance.data + padding)


def test_a_syntax_the_peer_does_not_take_is_said_so(tmp_path: Path) -> None:
    instance = load(example("JPEG2000.dcm"))
    private = ("1.2.3.4.5", "1.2.840.10008.1.2.1")
    with (
        storescp(tmp_path, "+xi") as port,
        StoreScu(application(port), [(instance.sop_class, instance.syntax), private]) as scu,
    ):
        assert scu.store(instance.sop_class, instance.uid, instance.syntax, []).reason == "syntax-not-accepted"
        assert scu.store(private[0], "1.2.3", private[1], []).reason in {"class-not-accepted", "syntax-not-accepted"}
        assert scu.store("1.2.3", "1.2.3", private[1], []).reason == "context-not-proposed"


def test_more_than_128_contexts_take_more_associations(tmp_path: Path) -> None:
    instance = load(make_instance(tmp_path))
    folder = tmp_path / "received"
    folder.mkdir()
    pairs = [(f"1.2.840.10008.5.1.4.1.1.{number}", instance.syntax) for number in range(3000, 3200)]
    wanted = (instance.sop_class, instance.syntax)
    with storescp(folder) as port, StoreScu(application(port), [*pairs, wanted]) as scu:
        assert scu.store(instance.sop_class, instance.uid, instance.syntax, [instance.data]).accepted
    assert len(list(folder.iterdir())) == 1


@pytest.mark.parametrize("option", ["--abort-after", "--abort-during", "--refuse"])
def test_a_peer_that_aborts_or_refuses_is_unavailable(tmp_path: Path, option: str) -> None:
    instance = load(make_instance(tmp_path, pixels=64 * 40960))
    pairs = [(instance.sop_class, instance.syntax)]
    with storescp(tmp_path, option) as port, pytest.raises(Unavailable), StoreScu(application(port), pairs) as scu:
        scu.store(instance.sop_class, instance.uid, instance.syntax, [instance.data])
        scu.store(instance.sop_class, instance.uid, instance.syntax, [instance.data])


def test_a_peer_slower_than_the_time_allowed_is_unavailable(tmp_path: Path) -> None:
    instance = load(make_instance(tmp_path))
    with storescp(tmp_path, "--sleep-during", "3") as port:
        slow = Application("STORESCP", "127.0.0.1", port, AE, timeout=0.5)
        with pytest.raises(Unavailable) as caught, StoreScu(slow, [(instance.sop_class, instance.syntax)]) as scu:
            scu.store(instance.sop_class, instance.uid, instance.syntax, [instance.data])
    assert caught.value.code == "peer-silent"


def test_a_port_that_is_no_dicom_is_unavailable() -> None:
    with pytest.raises(Unavailable) as caught:
        echo(application(free_port()))
    assert caught.value.code == "peer-unreachable"


def test_echo_to_storescp(tmp_path: Path) -> None:
    with storescp(tmp_path) as port:
        assert 0 < echo(application(port)) < 10


def test_two_listeners_share_one_port() -> None:
    receptions = [MemoryReception(), MemoryReception()]
    first = Listener("127.0.0.1", 0, None, receptions[0], Limits(close_seconds=0.5), reuse_port=True)
    first.start()
    second = Listener("127.0.0.1", first.port, None, receptions[1], Limits(close_seconds=0.5), reuse_port=True)
    second.start()
    try:
        for _ in range(40):
            assert echo(application(first.port)) < 10
            if all(reception.echoes for reception in receptions):
                break
    finally:
        first.stop(0.5)
        second.stop(0.5)
    assert all(reception.echoes for reception in receptions)


def test_a_port_in_use_is_unavailable() -> None:
    with listening(MemoryReception()) as listener, pytest.raises(Unavailable) as caught:
        Listener("127.0.0.1", listener.port, None, MemoryReception(), Limits()).start()
    assert caught.value.code == "dimse-port-unusable"
