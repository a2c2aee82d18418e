"""Signed out, expired, or without a connection: nothing of a patient stays on screen or in what the browser keeps."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import expect

from beeldbrug.model.exchange import State
from beeldbrug.node.app.signing import make_signing
from tests.e2e.conftest import KNOWN
from tests.e2e.portal.api import sign_in
from tests.e2e.portal.conftest import Reach
from tests.e2e.portal.hand import Hand, wait_painted
from tests.e2e.studies import make_study
from tests.e2e.world import World

pytestmark = pytest.mark.timeout(300)

PATIENT = KNOWN[6]
TRACES = ("Boogaard", "Fenna", "20150614", "14-06-2015", "4507734", "999991139", "Geheime vraag")

KEPT = """async () => JSON.stringify({
  html: document.documentElement.outerHTML,
  title: document.title,
  local: {...localStorage},
  session: {...sessionStorage},
  databases: await indexedDB.databases(),
  caches: await Promise.all((await caches.keys()).map(async (name) =>
    [name, (await (await caches.open(name)).keys()).map((one) => one.url)])),
  cookies: document.cookie,
  name: window.name,
  state: history.state,
  workers: (await navigator.serviceWorker?.getRegistrations() ?? []).length,
})"""


def _remains(one: Hand) -> list[str]:
    """What of the patient is still there, in the page, its storage and the titles and addresses of its history."""
    kept = json.loads(one.page.evaluate(KEPT))
    session = one.page.context.new_cdp_session(one.page)
    history: dict[str, Any] = session.send("Page.getNavigationHistory")
    text = json.dumps([kept, history], ensure_ascii=False)
    found = [trace for trace in TRACES if trace in text]
    stores = [name for name in ("local", "session", "databases", "caches", "workers") if kept[name]]
    return found + [f"{name}: {kept[name]}" for name in stores]


def _at_picture(world: World, hand: Reach, login: str, description: str) -> Hand:
    """The list with the name typed into it, and then the picture, measured."""
    one = hand(world.b, login)
    row = one.look_for("Boogaard", description)
    assert "Boogaard" in json.dumps(one.page.evaluate("() => document.documentElement.outerHTML"))
    one.click_in(row, "list/Openen")
    wait_painted(one.page)
    assert set(_remains(one)) & set(TRACES), "the search for traces finds nothing where there is something"
    return one


def test_nothing_of_a_patient_remains(world: World, hand: Reach, language: str) -> None:
    description = f"CT buik {language}"
    study = make_study(PATIENT, 3, rows=(128,), description=description)
    world.send(study, "OVERLEG_B")
    world.wait_state(world.b, study[0].study_uid, State.VERIFIED, State.SEEN)
    _expired(world, hand, description)
    _without_connection(world, hand, description)
    _signed_out_in_the_list(world, hand, description)


def _expired(world: World, hand: Reach, description: str) -> None:
    """The session ends at the server, as at its time limit; the page finds out by itself."""
    one = _at_picture(world, hand, "verlopen", description)
    account = sign_in(world.b, "verlopen").account
    with world.b.vault.database.write() as tx:
        tx.sessions.end_of(make_signing(world.b.vault).organisation, account.id)
    one.press("ArrowDown")
    expect(one.page.get_by_text("Boogaard")).to_have_count(0, timeout=60_000)
    one.look("session-expired")
    assert _remains(one) == []


def _without_connection(world: World, hand: Reach, description: str) -> None:
    """Offline the page says so; signing out works all the same."""
    one = hand(world.b, "arts")
    one.look_for("Boogaard", description)
    one.page.context.set_offline(True)
    world.b.program.kill("web")  # an answer that had begun is not cut off by going offline
    expect(one.page.get_by_role("status").filter(has_text="Beeldbrug")).to_be_visible(timeout=60_000)
    one.look("no-connection")
    one.click("button", "Account van {0}", _0="Dienstdoend radioloog")
    one.click("menuitem", "Afmelden")
    one.reads("U bent afgemeld. Op dit scherm is niets achtergebleven.")
    assert _remains(one) == []
    world.b.program.wait_ready()


def _signed_out_in_the_list(world: World, hand: Reach, description: str) -> None:
    """Out of the picture, back on the list, signed out; the browser's button back brings nothing back."""
    one = _at_picture(world, hand, "balie", description)
    one.click("button", "Terug naar de lijst")
    one.sees("heading", "list/Ontvangen")
    one.click("button", "Account van {0}", _0="Beeldenbalie")
    one.click("menuitem", "Afmelden")
    one.reads("U bent afgemeld. Op dit scherm is niets achtergebleven.")
    assert _remains(one) == []
    one.page.go_back()
    one.page.go_forward()
    one.sees("button", "Aanmelden")
    assert _remains(one) == []
