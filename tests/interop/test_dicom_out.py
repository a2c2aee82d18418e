"""Ways out by DICOM, to DCMTK's storescp: over TLS, refused without the right authority, told what was refused."""

from __future__ import annotations

from pathlib import Path

from pydicom import dcmread

from beeldbrug.model.exchange import Route, State
from beeldbrug.node.ports.partners import Way
from beeldbrug.node.ports.work import WorkKind
from beeldbrug.node.usecases.deliver.again import deliver_again
from tests.contract.node.exchange.house import A, FakePacs, House, alerts
from tests.interop.sending_house import again, delivered, is_delivered, send, sending_house, study
from tests.peers.certificates import Authority, make_authority
from tests.peers.dcmtk import StartStoreScp, StoreScp

SLICES = 4


def start(storescp: StartStoreScp, authority: Authority) -> StoreScp:
    """A partner's system that speaks TLS only, and wants to see our certificate."""
    certificate, key = authority.issue("localhost")
    options = ("+tls", str(key), str(certificate), "+cf", str(authority.certificate), "-rc", "+xa", "+uf")
    return storescp(ae="NOORD", options=options)


def way(server: StoreScp, authority: Authority, **changes: object) -> Way:
    certificate, key = authority.issue("beeldbrug")
    fields: dict[str, object] = {
        "ae_title": "NOORD",
        "host": "localhost",
        "port": server.port,
        "tls_ca": str(authority.certificate),
        "tls_certificate": str(certificate),
        "tls_key": str(key),
    }
    return Way(Route.DICOM, **(fields | changes))  # type: ignore[arg-type]  # as the test wants it


def test_a_study_gets_into_the_partners_system_over_tls(storescp: StartStoreScp, tmp_path: Path) -> None:
    authority = make_authority(tmp_path / "authority")
    server, datasets = start(storescp, authority), study(SLICES)
    with sending_house(tmp_path, way(server, authority)) as house:
        exchange = send(house, datasets)
        assert is_delivered(exchange, SLICES) and exchange.verified is None and not alerts(house)
        kept = {dcmread(path).SOPInstanceUID: path.read_bytes() for path in server.received()}
        assert all(kept[uid].endswith(content) for _, uid, _, content in datasets)


def test_a_system_with_a_certificate_of_somebody_else_gets_nothing(storescp: StartStoreScp, tmp_path: Path) -> None:
    authority, other = make_authority(tmp_path / "authority"), make_authority(tmp_path / "other", "Somebody else")
    server = start(storescp, authority)
    with sending_house(tmp_path, way(server, authority, tls_ca=str(other.certificate))) as house:
        exchange = send(house, study(1))
        assert exchange.state is State.SENDING and exchange.done == 0 and not server.received()
        assert alerts(house) == [exchange.reason_code] and exchange.reason_code


def _fake(house: House, pacs: FakePacs) -> None:
    """The partner's system in memory, to answer as no storescp can be told to."""

    class Outlets:
        def dicom(self, way: Way, contexts: object) -> object:
            return pacs.associate(())

    object.__setattr__(house.steps[WorkKind.DELIVER], "outlets", Outlets())


def test_what_was_refused_is_told_and_a_repeat_offers_only_that(tmp_path: Path) -> None:
    datasets, pacs = study(SLICES), FakePacs()
    bad = datasets[1][1]
    pacs.bad[bad] = 0xC000
    with sending_house(tmp_path, Way(Route.DICOM, ae_title="X", host="h", port=1, plain=True)) as house:
        _fake(house, pacs)
        exchange = send(house, datasets)
        assert exchange.state is State.FAILED and exchange.reason_code == "partner-refused"
        assert (exchange.done, exchange.missing) == (SLICES - 1, 1) and alerts(house) == ["partner-refused"]
        pacs.bad.clear()
        pacs.offered.clear()
        with house.database.write() as tx:
            deliver_again(tx, exchange, "arts", house.clock.now())
        house.run()
        assert pacs.offered == [bad]
        assert is_delivered(house.exchange(), SLICES) and not alerts(house)


def test_a_system_without_room_is_waited_for_and_gets_nothing_twice(tmp_path: Path) -> None:
    datasets, pacs = study(SLICES), FakePacs(room=2)
    with sending_house(tmp_path, Way(Route.DICOM, ae_title="X", host="h", port=1, plain=True)) as house:
        _fake(house, pacs)
        assert send(house, datasets).state is State.SENDING and alerts(house) == ["partner-full"]
        assert len(delivered(house, house.exchange())) == 2
        pacs.room = None
        assert is_delivered(again(house), SLICES) and not alerts(house)
        assert all(len(copies) == 1 for copies in pacs.taken.values())


def test_a_partner_that_was_taken_off_the_list_gets_nothing_more(tmp_path: Path) -> None:
    with sending_house(tmp_path, Way(Route.DICOM, ae_title="X", host="h", port=1, plain=True)) as house:
        _fake(house, FakePacs(room=0))
        send(house, study(1))
        with house.database.write() as tx:
            tx.partners.delete(A, "regio-noord")
        exchange = again(house)
        assert exchange.state is State.FAILED and exchange.reason_code == "partner-gone"
        late = send(house, study(1))
        assert late.state is State.PARKED and late.reason_code == "receiver-unknown"
