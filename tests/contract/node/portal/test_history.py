"""The history of an exchange tells who did it by name: a colleague, the other hospital, or what the trail has."""

from __future__ import annotations

from beeldbrug.node.usecases.audit_event import of_exchange
from tests.contract.node import given
from tests.contract.node.given import NOW, PARCEL, A, B
from tests.contract.node.portal.conftest import House


def test_people_and_hospitals_are_named(house: House) -> None:
    browser = house.signed_in("johanna")
    with house.vault.write() as tx:
        tx.exchanges.add(given.exchange())
        row = tx.exchanges.get(A, PARCEL)
        assert row is not None
        for at, actor in enumerate(("johanna", B, "node", "somebody-gone", "00000009")):
            tx.audit.append(of_exchange(row, "sent", "C", "success", NOW + at, actor=actor))
    deeds = browser.get(f"/exchanges/{PARCEL}/history").json()["deeds"]
    assert [deed["actor"] for deed in deeds if deed["event"] == "sent"] == [
        "Johanna",
        "Ziekenhuis B",
        "node",
        "somebody-gone",
        "00000009",
    ]
