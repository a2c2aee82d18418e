"""The first run in the browser as the administrator walks it; passkeys; and the way back in with a code."""

from __future__ import annotations

from collections.abc import Iterator

import pyotp
import pytest
from playwright.sync_api import expect

from beeldbrug.node.app.signing import make_signing
from beeldbrug.node.usecases.sign_in.recover import recovery_token
from beeldbrug.node.usecases.sign_in.set_up import setup_token
from tests.e2e.archive import Archive
from tests.e2e.portal.conftest import Reach
from tests.e2e.portal.hand import Hand
from tests.e2e.world import End, World, build_world

pytestmark = pytest.mark.timeout(300)

PASSWORD = "een zin die niemand raadt"  # noqa: S105 - of the tests
OTHER = "nog een zin die niemand raadt"
NAME = "Johanna Visser"


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Two hospitals' nodes on their first run, without a hub; one for each language."""
    folder = tmp_path_factory.mktemp("fresh")
    world = build_world(folder, Archive(folder / "nobody", 0), ports=(1, 1))
    try:
        for end in (world.a, world.b):
            end.program.more["BEELDBRUG_NODE_WEB__PUBLIC_URL"] = _url(end)
            end.program.start(wait=False)
        for end in (world.a, world.b):
            end.program.wait_ready()
        yield world
    finally:
        world.stop()


def _url(end: End) -> str:
    """By a name: a passkey belongs to a domain, never to an IP address."""
    return f"http://localhost:{end.site.web_port}"


def _secret(hand: Hand) -> str:
    """The key below the drawing, as somebody without a camera types it over."""
    shown = hand.page.locator("code").inner_text()
    return shown.replace(" ", "")


def _code(secret: str) -> str:
    return pyotp.TOTP(secret).now()


def _keep_codes(hand: Hand) -> list[str]:
    """Read the recovery codes and go on."""
    hand.find("checkbox", "Ik heb de codes op een veilige plek bewaard.").check()
    codes = hand.page.get_by_role("main").get_by_role("listitem").all_inner_texts()
    hand.click("button", "Verder")
    return codes


def _authenticator(hand: Hand) -> None:
    """A fingerprint reader in this browser (WebAuthn, CDP)."""
    session = hand.page.context.new_cdp_session(hand.page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def _sign_in(hand: Hand, password: str) -> None:
    hand.fill("Accountnaam", "johanna")
    hand.fill("Wachtwoord", password)
    hand.click("button", "Aanmelden")


def _sign_out(hand: Hand) -> None:
    hand.click("button", "Account van {0}", _0=NAME)
    hand.click("menuitem", "Afmelden")
    hand.reads("U bent afgemeld. Op dit scherm is niets achtergebleven.")


def test_from_the_first_token_to_a_passkey_and_back_in_after_all_was_lost(
    fresh: World, hand: Reach, language: str
) -> None:
    end = fresh.a if language == "nl" else fresh.b
    token = setup_token(make_signing(end.vault))
    one = hand(end, path=f"/setup#{token}", host="localhost")
    one.reads("De eenmalige code is uit de link overgenomen.")
    assert one.page.url.endswith("/setup"), "the token stays in the address"
    one.fill("Uw naam", NAME)
    one.fill("Accountnaam", "johanna")
    one.fill("Wachtwoord", PASSWORD)
    one.look("setup")
    one.click("button", "setup/Account maken")

    one.sees("heading", "Tweede stap instellen")
    expect(one.find("img", "QR-code voor de authenticator-app")).to_be_visible()
    one.look("enrol")
    code = _code(_secret(one))
    one.fill("Code van 6 cijfers", code)
    one.sees("button", "Afdrukken")
    one.look("recovery-codes")
    recovery = _keep_codes(one)
    one.sees("heading", "admin/Toestand")

    _add_passkey(one)
    _sign_out(one)
    one.look("signed-out")
    _sign_in(one, PASSWORD)
    one.sees("button", "Passkey gebruiken")
    one.look("second-factor-passkey")
    one.click("button", "Passkey gebruiken")
    one.sees("heading", "Tweede stap")

    _sign_out(one)
    _sign_in(one, PASSWORD)
    one.click("button", "Herstelcode gebruiken")
    one.fill("Herstelcode", recovery[0])
    one.look("second-factor-recovery")
    one.click("button", "Verder")
    one.sees("heading", "Tweede stap")
    _sign_out(one)
    _lose_all(one, end)


def _add_passkey(one: Hand) -> None:
    _authenticator(one)
    one.click("button", "Account van {0}", _0=NAME)
    one.look("account-menu")
    one.click("menuitem", "Mijn account")
    one.sees("heading", "Tweede stap")
    one.look("account")
    one.click("button", "Tweede stap toevoegen")
    one.page.get_by_text(one.say("Passkey"), exact=True).last.click()
    one.fill("Hoe noemt u dit apparaat?", "Werkplek echo")
    one.look("passkey")
    one.click("button", "Passkey maken")
    expect(one.page.get_by_text("Werkplek echo")).to_be_visible()


def _lose_all(one: Hand, end: End) -> None:
    """Password and second steps are lost: the administrator's link gives new ones, once."""
    signing = make_signing(end.vault)
    with end.vault.database.read() as tx:
        account = tx.accounts.by_login(signing.organisation, "johanna")
    assert account is not None
    token = recovery_token(signing, account, "test")
    link = f"{_url(end)}/recover"
    one.page.goto(f"{link}#{token}")
    one.sees("heading", "Weer toegang krijgen")
    expect(one.field("Eenmalige herstelcode")).to_have_value(token)
    assert one.page.url == link, "the code stays in the address"
    one.fill("Nieuw wachtwoord", OTHER)
    one.look("recover")
    one.click("button", "Wachtwoord instellen")
    one.sees("heading", "Tweede stap instellen")
    one.fill("Code van 6 cijfers", _code(_secret(one)))
    _keep_codes(one)
    one.sees("heading", "admin/Toestand")
    _sign_out(one)
    _sign_in(one, PASSWORD)
    expect(one.page.get_by_role("alert").first).to_be_visible()
    one.look("sign-in-refused")
    one.page.goto(f"{link}#{token}")
    one.fill("Nieuw wachtwoord", OTHER)
    one.click("button", "Wachtwoord instellen")
    expect(one.page.get_by_role("alert").first).to_be_visible()
    one.look("recover-used")
