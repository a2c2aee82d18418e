"""The portal shows what came on a disc as such: who brought it, the note, and what is missing."""

from __future__ import annotations

from pathlib import Path

from beeldbrug.model.account import Role
from beeldbrug.node.app.compose import side_reception
from beeldbrug.node.stores.carrier.open import open_carrier
from beeldbrug.node.usecases.intake.listing import list_carrier
from beeldbrug.node.usecases.intake.take import Brought, choose, take_in
from tests.contract.node.given import A
from tests.contract.node.intake.desk import files
from tests.contract.node.portal.conftest import House


def test_a_row_says_that_it_came_on_a_disc(house: House, tmp_path: Path) -> None:
    made = files(tmp_path / "disc", 3)
    made[0].write_bytes(made[0].read_bytes()[:-1])
    with open_carrier(tmp_path / "disc") as carrier, side_reception(house.base) as receiving:
        listing = list_carrier(carrier)
        brought = Brought(A, "Ziekenhuis A", "cli:balie", "Kliniek Zuid", "per post", partly=True)
        take_in(receiving, carrier, listing, *choose(listing, None, ()), brought)
    browser = house.signed_in("balie", Role.IMAGE_DESK)
    (row,) = browser.post("/exchanges/search", {}).json()["rows"]
    assert (row["route"], row["note"], row["missing"], row["other"]["name"]) == ("disc", "per post", 1, "Kliniek Zuid")
    assert (row["state"], row["total"], row["reason"]["code"]) == ("verified", 2, "disc-incomplete")
    assert "answer" not in row["may"] and "refuse" in row["may"]
    one = browser.get(f"/exchanges/{row['id']}").json()
    assert (one["route"], one["note"], one["missing"]) == ("disc", "per post", 1)
    assert browser.get(f"/exchanges/{row['id']}/history").status == 200
