"""Signing in as people do, in Chromium: account name, password, code; and no barrier on the way or on the list."""

from __future__ import annotations

import secrets
import time

import pyotp
import pytest
from playwright.sync_api import expect

from beeldbrug.model.account import Factor, FactorKind, Role
from beeldbrug.node.app.signing import make_signing
from beeldbrug.node.usecases.accounts.create import NewAccount, create_account
from beeldbrug.node.usecases.sign_in.password import hash_password
from tests.e2e.portal.conftest import Visit
from tests.e2e.portal.hand import faults
from tests.e2e.world import World

PASSWORD = "een zin die niemand raadt"  # noqa: S105 - of the tests

pytestmark = pytest.mark.timeout(300)


def _engage(world: World, login: str) -> str:
    """An account with both factors at B; the authenticator's secret."""
    signing = make_signing(world.b.vault)
    new = NewAccount(login, "Dokter Journey", (Role.CLINICIAN,), "Radiologie")
    account = create_account(signing, new, "test", hash_password(PASSWORD, login))
    secret = pyotp.random_base32()
    factor = Factor(secrets.token_hex(16), account.id, FactorKind.TOTP, "test", secret.encode(), created=time.time())
    with world.b.vault.database.write() as tx:
        tx.factors.add(account.organisation, factor)
    return secret


def test_somebody_signs_in_with_a_second_factor_sees_the_list_and_signs_out(world: World, visit: Visit) -> None:
    secret = _engage(world, "journey")
    page = visit(world.b)
    page.get_by_label("Accountnaam").fill("journey")
    page.get_by_label("Wachtwoord", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_text("code", exact=False).first).to_be_visible()
    page.keyboard.type(pyotp.TOTP(secret).now())
    expect(page.get_by_role("heading", name="Ontvangen", exact=True)).to_be_visible()
    page.get_by_role("button", name="Dokter Journey").click()
    page.get_by_role("menuitem", name="Afmelden").click()
    expect(page.get_by_label("Accountnaam")).to_be_visible()
    assert page.context.cookies() == []
    assert page.evaluate("() => localStorage.length + sessionStorage.length") == 0


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_nothing_bars_the_way_in(world: World, visit: Visit, axe: str, language: str, phone: bool) -> None:
    page = visit(world.b, language=language, phone=phone)
    expect(page.get_by_role("textbox").first).to_be_visible()
    assert faults(page, axe) == []


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_nothing_bars_the_list(world: World, visit: Visit, axe: str, dark: bool, phone: bool) -> None:
    page = visit(world.b, "arts", dark=dark, phone=phone)
    expect(page.get_by_role("heading", name="Ontvangen", exact=True)).to_be_visible()
    assert faults(page, axe) == []
