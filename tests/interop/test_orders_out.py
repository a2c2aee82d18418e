"""An import asks a RIS for its order over MLLP (the server of the package ``hl7``), and bears the number it gives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from beeldbrug.model.exchange import State, Urgency
from beeldbrug.node.app.outgoing import make_outgoing
from beeldbrug.node.usecases.desk.undo import undo_import
from tests.contract.node.exchange.house import A, B, House, at_b, authority, rule_to_b, run_both, the_patient
from tests.contract.node.exchange.memory_hub import MemoryHub
from tests.contract.node.exchange.memory_ris import MAKING, RIS
from tests.contract.node.exchange.small import dataset, decoded, encoded, new_uid
from tests.peers.mllp import MllpPeer, mllp_peer

ANNA = the_patient()


def numbering(message: Any) -> list[str]:
    """What a RIS answers that numbers by itself."""
    control, placer = message.segment("MSH")[10], message.segment("ORC")[2]
    head = f"MSH|^~\\&|RIS|ZHB|BEELDBRUG||20261123||ORR^O02^ORR_O02|R1|P|2.5\rMSA|AA|{control}\r"
    return [f"{head}ORC|OK|{placer}|R-77^RIS\rOBR|1|{placer}|R-77^RIS\r"]


@pytest.fixture
def ris() -> Iterator[MllpPeer]:
    with mllp_peer(numbering, encoding="utf-8") as peer:
        yield peer


@pytest.fixture
def houses(tmp_path: Path, ris: MllpPeer) -> Iterator[tuple[House, House]]:
    root, hub = authority(), MemoryHub()
    a = House(A, tmp_path / "a", root, hub, (replace(rule_to_b(), urgency=Urgency.ROUTINE),))
    b = House(B, tmp_path / "b", root, hub)
    b.pacs.known = [at_b(ANNA)]
    b.making, b.outgoing = replace(MAKING, from_reply=True), make_outgoing()
    b.ris_peer = replace(RIS, host="127.0.0.1", port=ris.port)
    b.wire()
    yield a, b
    a.close()
    b.close()


def test_the_ris_gets_the_order_and_its_cancellation_and_its_number_stands_in_the_pacs(
    houses: tuple[House, House], ris: MllpPeer
) -> None:
    a, b = houses
    uid = new_uid()
    a.receive([encoded(dataset(ANNA, uid, f"{uid}.1", f"{uid}.1.1", 1, bytes(512)))])
    run_both(a, b)
    assert b.exchange().state is State.IMPORTED
    assert {decoded(one[-1]).AccessionNumber for one in b.pacs.taken.values()} == {"R-77"}
    assert ris.value("MSH", 9) == "ORM^O01^ORM_O01" and ris.value("ORC", 1) == "NW"
    assert ris.value("ZDS", 1).startswith(uid)
    undo_import(b.database, B, b.exchange().id, "wrong-patient", 7, "els", b.clock.now())
    b.run()
    assert ris.value("ORC", 1) == "CA" and ris.value("ORC", 2) == "BB00000001^BEELDBRUG"
    assert len(ris.received) == 2
