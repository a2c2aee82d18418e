"""Partners without Beeldbrug and discs over the portal's API, on both engines: chosen, decided, handed out."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from pyrage.passphrase import decrypt

from beeldbrug.dicom.phantom.patients import PATIENTS
from beeldbrug.model.account import Role
from beeldbrug.model.exchange import Route, State
from beeldbrug.node.app.base import Base
from beeldbrug.node.app.compose import make_trust
from beeldbrug.node.app.partners import partner_steps
from beeldbrug.node.app.ways import open_ways
from beeldbrug.node.ports.partners import Door, Partner, Way
from beeldbrug.node.ports.work import WorkKind
from beeldbrug.node.usecases.send.decide import Decide
from beeldbrug.node.usecases.sending.gather import GatherStep
from tests.contract.node.given import A
from tests.contract.node.portal.browser import Browser
from tests.contract.node.portal.conftest import House
from tests.contract.node.portal.test_saving import lay
from tests.e2e.studies import Made, make_study

NORTH = Partner(
    A,
    "noord",
    "Ziekenhuis Noord",
    doors=(Door("Hoofdlocatie", "SEH"), Door("Polikliniek")),
    ways=(
        Way(Route.SFTP, "Hoofdlocatie", "sftp.example", 22, "in", "/key", "ssh-ed25519 AAAA"),
        Way(Route.DISC, "Hoofdlocatie"),
    ),
)
CARRIED = {"organisation": "partner:disc", "name": "", "location": "", "department": "", "person": "Mevrouw De Boer"}


def order(made: list[Made], receiver: dict[str, str], **terms: str) -> dict[str, Any]:
    receiver = {"name": "", "location": "", "department": "", "person": "", "phone": "", **receiver}
    study = {"study_uid": made[0].study_uid, "source": "node", "modalities": ["CT"]}
    return {"bundle": "b" * 32, "studies": [study], "terms": {"receiver": receiver, **terms}}


def work(base: Base, exchange: str) -> None:
    """What the worker does with it: gather, decide, look whether it is complete."""
    now, database = base.clock.now, base.database
    gather = GatherStep(A, database, base.sources, None, None, "Q", now)  # type: ignore[arg-type]  # of the node alone
    gather.step(exchange)
    with database.read() as tx:
        row = tx.exchanges.get(A, exchange)
    assert row is not None
    Decide(database, make_trust(base, open_ways(base))).decide(row, now())
    partner_steps(A, database, base.sources, now, lambda _: 0.0)[A, WorkKind.DELIVER].step(exchange)


def shown(browser: Browser, exchange: str) -> dict[str, Any]:
    found: dict[str, Any] = browser.get(f"/exchanges/{exchange}").json()
    return found


def test_partners_stand_among_the_recipients_with_their_doors_and_way(house: House) -> None:
    with house.vault.write() as tx:
        tx.partners.put(NORTH)
    book = house.signed_in("anna").get("/sending/recipients").json()
    ways = {one["organisation"]: one["way"] for one in book["partners"]}
    assert ways == {"partner:noord": "sftp", "partner:disc": "disc"}
    doors = [(one["party"]["name"], one["party"]["location"], one["party"]["department"]) for one in book["doors"]]
    assert doors == [("Ziekenhuis Noord", "Hoofdlocatie", "SEH"), ("Ziekenhuis Noord", "Polikliniek", "")]
    own = house.signed_in("ada", Role.ADMINISTRATOR).get("/addresses/partners").json()
    assert own["partners"] == []


def test_policy_knows_partners_their_locations_and_what_goes_by_disc_alone(house: House) -> None:
    made = make_study(PATIENTS[0], 1)
    lay(house, made)
    with house.vault.write() as tx:
        tx.partners.put(NORTH)
    browser = house.signed_in("anna")

    def said(organisation: str, location: str = "", **terms: str) -> tuple[str, str]:
        body = order(made, {"organisation": organisation, "location": location}, **terms)
        answer = browser.post("/sending/check", body).json()
        return answer["effect"], answer["reasons"][0]["code"]

    assert said("partner:noord", "Hoofdlocatie") == ("permit", "consent-presumed")
    assert said("partner:noord", "Polikliniek") == ("park", "receiver-unknown")
    assert said("partner:nobody") == ("park", "receiver-unknown")
    assert said("partner:disc", ground="patient-carries") == ("permit", "patient-asked")
    assert said("partner:noord", "Hoofdlocatie", ground="patient-carries") == ("deny", "not-by-push")


def test_a_disc_is_downloaded_once_it_is_ready_and_that_is_on_record(house: House) -> None:
    made = make_study(PATIENTS[0], 2)
    lay(house, made)
    browser = house.signed_in("anna")
    sent = browser.post("/sending", order(made, CARRIED, ground="patient-carries"))
    assert sent.status == 200, sent.body
    used = browser.get("/sending/recipients").json()["recipients"]
    assert [one["party"]["person"] for one in used] == [""], "these rows are not sealed, and it may be the patient"
    exchange = sent.json()["exchanges"][0]["id"]
    assert browser.get(f"/exchanges/{exchange}/disc").code == "disc-not-ready"
    house.clock.at += 60
    work(house.base, exchange)
    row = shown(browser, exchange)
    assert (row["state"], row["route"]) == ("sending", "disc") and "hand-out" in row["may"]
    answer = browser.get(f"/exchanges/{exchange}/disc?language=en")
    assert answer.status == 200 and exchange[:8] in answer.header("content-disposition")
    with zipfile.ZipFile(io.BytesIO(answer.body)) as archive:
        assert archive.testzip() is None
        images = [archive.read(name) for name in archive.namelist() if name.startswith("DICOM/")]
        assert b"Medical images" in archive.read("README.TXT")
    assert sorted(image[-len(one.dataset) :] for image, one in zip(images, made, strict=True)) == sorted(
        one.dataset for one in made
    )
    assert (shown(browser, exchange)["state"], shown(browser, exchange)["done"]) == ("delivered", 2)
    with house.vault.read() as tx:
        told = [(event.event, event.actor) for _, event in tx.audit.events(A, exchange=exchange)]
        state = tx.exchanges.get(A, exchange)
    assert ("disclose", "anna") in told and ("delivered", "anna") in told
    assert state is not None and state.state is State.DELIVERED
    assert browser.post(f"/exchanges/{exchange}/withdraw", {"reason": ""}).code == "delivered-for-good"


def test_who_may_not_send_gets_no_disc(house: House) -> None:
    made = make_study(PATIENTS[0], 1)
    lay(house, made)
    sent = house.signed_in("anna").post("/sending", order(made, CARRIED, ground="patient-carries"))
    exchange = sent.json()["exchanges"][0]["id"]
    officer = house.signed_in("fons", Role.PRIVACY_OFFICER)
    assert officer.get(f"/exchanges/{exchange}/disc").status == 403
    assert house.browser().get(f"/exchanges/{exchange}/disc").status == 401


def ready(house: House) -> tuple[Browser, str]:
    """A disc that can be handed out, and who may."""
    lay(house, made := make_study(PATIENTS[0], 2))
    browser = house.signed_in("anna")
    sent = browser.post("/sending", order(made, CARRIED, ground="patient-carries"))
    exchange = str(sent.json()["exchanges"][0]["id"])
    house.clock.at += 60
    work(house.base, exchange)
    return browser, exchange


def test_a_disc_is_sealed_with_a_passphrase_that_no_url_and_no_record_holds(house: House) -> None:
    browser, exchange = ready(house)
    passphrase = "vier groene fietsen"  # noqa: S105 - of the test
    given = browser.post(f"/exchanges/{exchange}/disc/seal", {"passphrase": f" {passphrase} "}).json()
    assert given["name"] == f"beeldbrug-{exchange[:8]}.zip.age" and passphrase not in str(given)
    answer = browser.get(f"/exchanges/{exchange}/disc?ticket={given['ticket']}")
    assert answer.status == 200 and given["name"] in answer.header("content-disposition")
    assert answer.body.startswith(b"age-encryption.org/v1\n-> scrypt ") and b"DICOM" not in answer.body
    opened = decrypt(answer.body, passphrase)
    with zipfile.ZipFile(io.BytesIO(opened)) as archive:
        assert archive.testzip() is None and "DICOMDIR" in archive.namelist()
    assert browser.get(f"/exchanges/{exchange}/disc?ticket={given['ticket']}").code == "disc-ticket-over"
    with house.vault.read() as tx:
        events = [event for _, event in tx.audit.events(A, exchange=exchange)]
    (disclosed,) = [event for event in events if event.event == "disclose"]
    assert disclosed.details["sealed"] is True and passphrase not in str(events)


def test_a_ticket_of_another_opens_nothing_and_a_weak_passphrase_gets_none(house: House) -> None:
    browser, exchange = ready(house)
    path = f"/exchanges/{exchange}/disc"
    assert browser.post(f"{path}/seal", {"passphrase": "te kort"}).code == "passphrase-short"
    name = PATIENTS[0].surname
    assert browser.post(f"{path}/seal", {"passphrase": f"{name} {name} {name}"}).code == "passphrase-easy"
    ticket = browser.post(f"{path}/seal", {"passphrase": "vier groene fietsen"}).json()["ticket"]
    other = house.signed_in("jan")
    assert other.get(f"{path}?ticket={ticket}").code == "disc-ticket-over"
    assert browser.get(f"{path}?ticket={ticket}").code == "disc-ticket-over", "whoever tried it has used it up"
    assert browser.get(f"{path}?ticket=").code == "disc-ticket-over", "it never goes out open instead"
    assert shown(browser, exchange)["state"] == "sending", "nothing left"
    officer = house.signed_in("fons", Role.PRIVACY_OFFICER)
    assert officer.post(f"{path}/seal", {"passphrase": "vier groene fietsen"}).status == 403
