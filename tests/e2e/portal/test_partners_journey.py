"""The administrator puts a partner with a real SFTP server on the list, tries it, and reads in a file; the desk sends
again what stood still."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from beeldbrug.model.exchange import CARRIED, Direction, Route, State
from beeldbrug.node.policy.fingerprint import fingerprints
from beeldbrug.node.ports.partners import Delivery, Partner, Way
from tests.contract.node import given
from tests.e2e.portal.conftest import Reach
from tests.e2e.world import World
from tests.peers.sftp_server import StartSftp, sftp_folder, start_sftp

__all__ = ["sftp_folder", "start_sftp"]

pytestmark = pytest.mark.timeout(300)


def test_a_partner_is_added_with_a_confirmed_key_tried_and_changed_by_a_file(
    world: World, hand: Reach, language: str, start_sftp: StartSftp
) -> None:
    server = start_sftp()
    name, id = f"Kliniek Zuid {language}", f"kliniek-zuid-{language}"
    one = hand(world.a, "beheer", "/beheer/partners")
    one.sees("heading", "admin/Partners")
    one.click("button", "Partner toevoegen")
    dialog = one.find("dialog", "Partner toevoegen")
    one.fill("admin/Naam", name)
    expect(one.field("Korte naam")).to_have_value(id)
    one.fill("Afdelingen en locaties", "SEH, Hoofdgebouw\nRadiologie")
    one.fill("admin/Adres of naam", "127.0.0.1")
    one.fill("admin/Poort", str(server.port))
    one.fill("Gebruiker bij de partner", server.user)
    one.fill("Map bij de partner", str(server.inbox))
    one.fill("Bestand met onze sleutel", str(server.folder / "client"))
    one.click("button", "Verbinding proberen")
    expect(dialog.get_by_role("alert")).to_be_visible()  # without the server's key there is nothing to try
    one.click("button", "Sleutel bij de server ophalen")
    (fingerprint,) = fingerprints((server.folder / "host.pub").read_text())
    expect(dialog.get_by_text(fingerprint)).to_be_visible()
    one.click("button", "Verbinding proberen")
    expect(dialog.get_by_role("status").filter(has_text=" ms")).to_be_visible()
    assert server.files() == {}
    one.look("partner-form")
    one.click("button", "admin/Opslaan", dialog)
    row = one.page.get_by_role("row").filter(has_text=name)
    expect(row.get_by_text(fingerprint)).to_be_visible()
    one.touch(row.get_by_role("button", name=one.say("{0} proberen", _0=name)))
    expect(row.get_by_role("status").filter(has_text=" ms")).to_be_visible()
    one.look("partners")

    listed = [
        {"id": id, "name": name, "ura": "00000055", "ways": [{"kind": "disc"}]},
        {"id": f"ambu-{language}", "name": f"Ambulance {language}", "ways": [{"kind": "disc"}]},
    ]
    with one.page.expect_file_chooser() as chooser:
        one.click("button", "Bestand inlezen")
    content = json.dumps(listed).encode()
    chooser.value.set_files({"name": "partners.json", "mimeType": "application/json", "buffer": content})
    told = one.find("dialog", "Wat dit bestand wijzigt")
    changed = told.get_by_role("row").filter(has_text=name)
    expect(changed).to_contain_text(one.say("admin/wegen"))
    expect(told.get_by_role("row").filter(has_text=f"Ambulance {language}")).to_contain_text(one.say("admin/nieuw"))
    one.look("partner-file")
    told.locator("button[type=submit]").click()
    expect(told).to_be_hidden()
    expect(row.get_by_text("00000055")).to_be_visible()
    one.touch(row.get_by_role("button", name=one.say("{0} verwijderen", _0=name)))
    one.click("button", "admin/Verwijderen", one.find("dialog", "Partner verwijderen"))
    expect(row).to_be_hidden()


def test_what_stood_still_is_told_on_the_list_and_sent_again_from_the_outbox(
    world: World, hand: Reach, language: str
) -> None:
    partner, ura = f"oost-{language}", world.a.site.ura
    id = ("f" if language == "nl" else "e") * 31 + "1"
    now = world.a.vault.clock.now()
    way = Way(Route.SFTP, host="127.0.0.1", port=9, user="in", key="/nowhere", host_key="ssh-ed25519 AAAA")
    new = given.exchange(
        id, ura, peer=f"partner:{partner}", state=State.FAILED, route=Route.SFTP, created=now, expires=now + 1e6
    )
    with world.a.vault.database.write() as tx:
        tx.partners.put(Partner(ura, partner, f"Ziekenhuis Oost {language}", ways=(way,)))
        tx.exchanges.add(new)
        tx.exchanges.update(id, now, first_part=now, reason_code="partner-refused", description=f"CT oost {language}")
        tx.exchanges.bump(id, now, total=3, done=2)
        tx.deliveries.note(ura, id, Delivery(10**9, 0xC000, "", now))
    assert new.direction is Direction.OUT and new.peer != CARRIED
    admin = hand(world.a, "beheer", "/beheer/partners")
    row = admin.page.get_by_role("row").filter(has_text=f"Ziekenhuis Oost {language}")
    expect(row).to_contain_text(admin.say("Opnieuw versturen kan bij Verzonden."))

    desk = hand(world.a, "balie", "/verzonden")
    line = desk.row(f"CT oost {language}")
    desk.click_in(line, "list/Opnieuw versturen")
    dialog = desk.find("dialog", "list/Opnieuw versturen")
    expect(dialog).to_contain_text("2")
    desk.look("deliver-again")
    desk.click("button", "list/Opnieuw versturen", dialog)
    expect(dialog).to_be_hidden()
    assert "deliver-again" in world.a.events(id)
    with world.a.vault.database.write() as tx:  # nobody has to wait for what is not there
        tx.exchanges.update(id, now, state=State.WITHDRAWN, withdrawn=now)
        tx.alerts.clear(ura, id, None, now)
        tx.partners.delete(ura, partner)
