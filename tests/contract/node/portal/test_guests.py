"""One network address cannot try upload links without end."""

from __future__ import annotations

from dataclasses import replace

from beeldbrug.node.app.link_settings import UploadLinks
from beeldbrug.node.app.portal import make_portal
from tests.contract.node.portal.conftest import House


def test_after_so_many_codes_the_address_waits_and_then_goes_on(house: House) -> None:
    changed = house.base.settings.model_copy(update={"upload_links": UploadLinks(tries=5)})
    house.base = replace(house.base, settings=changed)
    house.portal = make_portal(house.base)
    stranger = house.browser()
    guess = {"token": "x" * 43, "code": "12345678"}
    codes = [stranger.post("/link/open", guess).code for _ in range(6)]
    assert codes[5] == "link-address-limit" and "link-address-limit" not in codes[:5]
    house.clock.at += 601
    assert stranger.post("/link/open", guess).code == codes[0]
