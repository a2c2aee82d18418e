"""What the portal tells and takes at the desk: series, who is busy, the rest of an import, and undoing it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from beeldbrug.model.account import Role
from beeldbrug.model.exchange import State
from beeldbrug.model.identity import PatientNumber
from beeldbrug.model.importing import Code, Left, Order, OrderForm
from beeldbrug.node.app.compose import side_reception
from beeldbrug.node.ports.ordering import Asked, MadeOrder, OrderState
from beeldbrug.node.stores.carrier.open import open_carrier
from beeldbrug.node.usecases.imports.chosen import written
from beeldbrug.node.usecases.intake.listing import list_carrier
from beeldbrug.node.usecases.intake.take import Brought, choose, take_in
from tests.contract.node.given import A
from tests.contract.node.intake.desk import files
from tests.contract.node.portal.browser import Browser
from tests.contract.node.portal.conftest import House


@pytest.fixture
def arrived(house: House, tmp_path: Path) -> str:
    """An arrival that waits at the desk; its path in the API."""
    files(tmp_path / "disc", 3)
    with open_carrier(tmp_path / "disc") as carrier, side_reception(house.base) as receiving:
        listing = list_carrier(carrier)
        take_in(
            receiving, carrier, listing, *choose(listing, None, ()), Brought(A, "Ziekenhuis A", "cli:balie", "K", "")
        )
    with house.vault.read() as tx:
        return f"/exchanges/{tx.exchanges.listing(A)[0].id}"


def imported(house: House, arrived: str, left: int) -> None:
    """As after an import that left out so many series."""
    id = arrived.rpartition("/")[2]
    with house.vault.write() as tx:
        number = written(PatientNumber("7001", "Elders"))
        tx.exchanges.update(
            id, house.clock.now(), state=State.IMPORTED, imported_at=house.clock.now(), imported=3, local_number=number
        )
        tx.plans.count(A, id, Left(1, left, 3 * left))


def code(browser: Browser, path: str, body: object) -> str:
    return str(browser.post(path, body).json()["code"])


def test_a_claim_is_shown_to_colleagues_keeps_them_off_and_finds_the_own_cases(house: House, arrived: str) -> None:
    els, jan = house.signed_in("els", Role.IMAGE_DESK), house.signed_in("jan", Role.IMAGE_DESK)
    assert els.post(f"{arrived}/claim", {}).json()["busy"]["own"] is True
    busy = jan.get(arrived).json()["busy"]
    assert (busy["name"], busy["own"]) == ("Els", False)
    assert code(jan, f"{arrived}/claim", {}) == "desk-taken"
    assert code(jan, f"{arrived}/import", {"number": "7001"}) == "desk-taken"
    assert code(jan, f"{arrived}/refuse", {"reason": "not-needed"}) == "desk-taken"
    assert len(els.post("/exchanges/search", {"owner": "mine", "oldest": True}).json()["rows"]) == 1
    assert jan.post("/exchanges/search", {"owner": "mine"}).json()["rows"] == []
    assert jan.post(f"{arrived}/claim", {"take_over": True}).json()["busy"]["own"] is True
    assert jan.post(f"{arrived}/release", None).json()["busy"] is None


def test_series_and_orders_are_told_and_an_order_that_is_gone_is_not_taken(house: House, arrived: str) -> None:
    order = Order("B-1", description="Import CT", modality="CT", start="20261123")
    house.portal = replace(house.portal, orders=lambda exchange, number: [order] if number.value == "7001" else [])
    els = house.signed_in("els", Role.IMAGE_DESK)
    told = els.get(f"{arrived}/import").json()
    assert [(one["instances"], one["left_out"]) for one in told["series"]] == [(3, False)] and told["undone"] is None
    (shown,) = els.post(f"{arrived}/orders", {"number": "7001"}).json()["orders"]
    assert shown == {"accession_number": "B-1", "description": "Import CT", "modality": "CT", "start": "20261123"}
    assert code(els, f"{arrived}/import", {"number": "7001", "order": "B-2"}) == "order-gone"
    assert code(els, f"{arrived}/import", {"number": "7001", "series": []}) == "no-series"
    uid = told["series"][0]["uid"]
    assert els.post(f"{arrived}/import", {"number": "7001", "series": [uid], "order": "B-1"}).status == 200
    with house.vault.read() as tx:
        plan = tx.plans.get(A, arrived.rpartition("/")[2])
    assert plan.order == order and plan.within == {uid}


def test_an_import_is_undone_and_said_to_be_out_of_the_pacs(house: House, arrived: str) -> None:
    els = house.signed_in("els", Role.IMAGE_DESK)
    imported(house, arrived, 0)
    row = els.get(arrived).json()
    assert "undo-import" in row["may"] and "import-rest" not in row["may"]
    assert code(els, f"{arrived}/import-rest", {"series": ["1.2"]}) == "nothing-left-out"
    assert code(els, f"{arrived}/undo-import", {"why": "so"}) == "undo-why-unknown"
    row = els.post(f"{arrived}/undo-import", {"why": "wrong-patient"}).json()
    assert (row["state"], row["reason"]["code"]) == ("failed", "import-undone")
    assert "confirm-removed" in row["may"] and not {"import", "refuse"} & set(row["may"])
    undone = els.get(f"{arrived}/import").json()["undone"]
    assert (undone["number"], undone["why"], undone["removed"]) == ("7001 · Elders", "wrong-patient", None)
    row = els.post(f"{arrived}/confirm-removed", None).json()
    assert row["reason"]["code"] == "undone-and-removed" and "refuse" in row["may"]


def test_who_may_not_import_is_told_of_none_of_it(house: House, arrived: str) -> None:
    officer = house.signed_in("privacy", Role.PRIVACY_OFFICER)
    assert officer.get(f"{arrived}/import").status == 403
    assert officer.post(f"{arrived}/claim", {}).status == 403


def test_the_desk_sees_that_an_order_is_made_and_how_it_stands(house: House, arrived: str) -> None:
    house.portal = replace(house.portal, orders=lambda exchange, number: [], makes_orders=lambda urgency: True)
    els = house.signed_in("jan", Role.IMAGE_DESK)
    assert els.post(f"{arrived}/orders", {"number": "7001"}).json() == {"orders": [], "makes": True}
    assert els.get(f"{arrived}/import").json()["order"] is None
    id, now = arrived.rpartition("/")[2], house.clock.now()
    code = Code("IMP", "L", "Import")
    asked = Asked(
        OrderForm.ORM, "NW", "", "B1", "BB1", now, "7001", "ZHA", "", "", "", "", code, "CT", "1.2", False, ""
    )
    order, number = Order("BB1"), PatientNumber("7001")
    made = MadeOrder(id, "ris", OrderState.REFUSED, asked, order, number, True, b"MSH", now, now, b"", "hl7-error")
    with house.vault.write() as tx:
        tx.made_orders.put(A, made)
        tx.exchanges.update(id, now, reason_code="order-refused")
    shown = els.get(f"{arrived}/import").json()["order"]
    assert (shown["accession_number"], shown["state"], shown["reason"]) == ("BB1", "refused", "hl7-error")
    assert els.post(f"{arrived}/import", {"number": ""}).status == 200
    assert els.get(f"{arrived}/import").json()["order"]["state"] == "asked"
    with house.vault.read() as tx:
        row = tx.exchanges.get(A, id)
    assert row is not None and row.reason_code == "chosen-at-desk", "the number that a human chose stands"
