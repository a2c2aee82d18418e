"""Orders that we make, judged by HAPI's model of the standard: ORM^O01, OMG^O19, OMI^O23."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from beeldbrug.model.importing import Code, OrderForm
from beeldbrug.node.app.outgoing import make_outgoing
from beeldbrug.node.ports.messages import Peer
from beeldbrug.node.ports.ordering import Asked
from beeldbrug.node.protocols.hl7.order import OrderWriter
from tests.peers.hapi import Hapi, HapiRis, hapi, hapi_ris

__all__ = ["hapi"]

WRITER = OrderWriter(ZoneInfo("Europe/Amsterdam"))
UID = "2.25." + "9" * 38
ASKED = Asked(
    form=OrderForm.OMI,
    control="NW",
    status="SC",
    control_id="ABCDEF0123456789ABCD",
    placer="BB00000000000001",
    when=1_795_400_000.0,
    number="7001",
    authority="ZKH-B",
    bsn="999990019",
    name="Vriës^Els^Anna^van",
    birth_date="19700201",
    sex="F",
    code=Code("IMPCTTH", "L", "Import CT thorax"),
    modality="CT",
    study_uid=UID,
    urgent=True,
    sender="Ziekenhuis A",
    issuer="RIS-ZHB",
)


@pytest.fixture(scope="module")
def ris(hapi: Hapi, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HapiRis]:
    with hapi_ris(hapi, tmp_path_factory.mktemp("hapi") / "ris") as one:
        yield one


@pytest.mark.parametrize("form", list(OrderForm))
def test_hapi_finds_nothing_wrong_in_an_order_and_its_cancellation(ris: HapiRis, form: OrderForm) -> None:
    before = len(ris.received())
    peer = Peer("ris", "127.0.0.1", ris.port, character_set="UNICODE UTF-8", version="2.5")
    asked = replace(ASKED, form=form)
    for content in (WRITER.write(peer, asked), WRITER.cancel(peer, asked, "C1", asked.when + 60)):
        assert make_outgoing().send(peer, content).accepted
    assert sorted(set(ris.faults())) == []
    order, cancelled = ris.received()[before:]
    assert (str(order.segment("ORC")[1]), str(cancelled.segment("ORC")[1])) == ("NW", "CA")
    if form is OrderForm.OMI:
        ipc = order.segment("IPC")
        assert str(ipc[1]) == "BB00000000000001^RIS-ZHB" and str(ipc[3]) == UID
        assert (str(ipc[2]), str(ipc[4]), str(ipc[5])) == ("BB00000000000001", "BB00000000000001", "CT")
        assert str(ipc[6]) == "IMPCTTH^Import CT thorax^L" and "ZDS" not in {str(one[0]) for one in order}
    else:
        assert str(order.segment("ZDS")[1]).startswith(UID)
