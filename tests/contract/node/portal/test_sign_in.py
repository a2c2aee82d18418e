"""Signing in through the portal's API: two steps, lock-out, time-out, recovery, first run, and what never gets in."""

from __future__ import annotations

import pytest

from beeldbrug.model.account import Role, TicketKind
from beeldbrug.model.errors import Conflict
from beeldbrug.node.protocols.notices.hook import Hook
from beeldbrug.node.protocols.notices.notify import Notices
from beeldbrug.node.usecases.read.scope import hash_token
from beeldbrug.node.usecases.sign_in.recover import recovery_token
from beeldbrug.node.usecases.sign_in.set_up import setup_token
from beeldbrug.node.usecases.sweep import SweepStep
from tests.contract.node.given import A
from tests.contract.node.portal.conftest import PASSWORD, House


def _events(house: House, event: str) -> list[tuple[str, str, dict[str, object]]]:
    with house.vault.read() as tx:
        return [(one.actor, one.outcome, dict(one.details)) for _, one in tx.audit.events(A, event=event)]


def test_password_and_code_together_open_the_portal(house: House) -> None:
    browser = house.signed_in("johanna")
    me = browser.get("/me").json()
    assert (me["login"], me["roles"], me["assurance"]) == ("johanna", ["clinician"], 2)
    assert browser.get("/start").json()["session"]["login"] == "johanna"
    assert [outcome for _, outcome, _ in _events(house, "sign-in")] == ["success"]


def test_a_password_alone_opens_nothing(house: House) -> None:
    house.engage("johanna")
    browser = house.browser()
    answer = browser.post("/sign-in", {"login": "johanna", "password": PASSWORD})
    assert answer.json() == {"next": "second-factor", "methods": ["totp"]}
    assert browser.get("/me").status == 401
    assert browser.post("/exchanges/search", {}).status == 401
    assert browser.post("/me/totp").status == 401


def test_the_session_of_before_the_second_factor_is_worth_nothing_afterwards(house: House) -> None:
    house.engage("johanna")
    browser = house.browser()
    browser.post("/sign-in", {"login": "johanna", "password": PASSWORD})
    before = dict(browser.cookies)
    browser.post("/sign-in/totp", {"code": house.code()})
    assert browser.cookies != before
    browser.cookies = before
    assert browser.get("/me").status == 401


@pytest.mark.parametrize(("login", "password"), [("johanna", "not the right one"), ("nobody", PASSWORD), ("", "")])
def test_what_was_wrong_is_not_said(house: House, login: str, password: str) -> None:
    house.engage("johanna")
    answer = house.browser().post("/sign-in", {"login": login, "password": password})
    assert (answer.status, answer.code) == (401, "sign-in-refused")
    assert "set-cookie" not in dict(answer.headers)


def test_what_was_typed_as_an_account_name_is_not_on_record(house: House) -> None:
    house.browser().post("/sign-in", {"login": "my secret password", "password": ""})
    assert _events(house, "sign-in") == [("unknown", "failure", {"method": "password"})]


def test_after_five_wrong_tries_the_right_password_waits_too(house: House) -> None:
    house.engage("johanna")
    browser = house.browser()
    for _ in range(5):
        assert browser.post("/sign-in", {"login": "johanna", "password": "wrong"}).code == "sign-in-refused"
    right = {"login": "johanna", "password": PASSWORD}
    assert browser.post("/sign-in", right).code == "account-locked"
    house.clock.at += 61
    assert browser.post("/sign-in", right).status == 200


def test_wrong_codes_lock_the_account_as_well(house: House) -> None:
    house.engage("johanna")
    browser = house.browser()
    browser.post("/sign-in", {"login": "johanna", "password": PASSWORD})
    for _ in range(5):
        assert browser.post("/sign-in/totp", {"code": "000000"}).code == "code-wrong"
    assert browser.post("/sign-in/totp", {"code": house.code()}).code == "account-locked"


def test_a_code_opens_once(house: House) -> None:
    house.engage("johanna")
    first, second = house.browser(), house.browser()
    for browser in (first, second):
        browser.post("/sign-in", {"login": "johanna", "password": PASSWORD})
    code = house.code()
    assert first.post("/sign-in/totp", {"code": code}).status == 200
    assert second.post("/sign-in/totp", {"code": code}).code == "code-wrong"


def test_a_session_ends_after_a_time_without_an_act(house: House) -> None:
    browser = house.signed_in("johanna")
    for _ in range(4):
        house.clock.at += 1000
        assert browser.get("/me").status == 200
    house.clock.at += 1221
    assert browser.get("/me").status == 401


def test_a_session_ends_at_last_whatever_is_done_in_it(house: House) -> None:
    browser = house.signed_in("johanna")
    end = house.clock.at + 12 * 3600
    while house.clock.at + 1000 < end:
        house.clock.at += 1000
        assert browser.get("/me").status == 200
    house.clock.at = end
    assert browser.get("/me").status == 401


def test_sign_out_ends_the_session_and_empties_the_browser(house: House) -> None:
    browser = house.signed_in("johanna")
    kept = dict(browser.cookies)
    answer = browser.post("/sign-out")
    assert (answer.status, answer.json()) == (200, {"provider": None})
    assert answer.header("clear-site-data") == '"cache", "storage"'
    assert browser.cookies == {}
    browser.cookies = kept
    assert browser.get("/me").status == 401


def test_a_closed_account_is_out_at_the_next_call(house: House) -> None:
    browser = house.signed_in("johanna")
    account = house.people["johanna"]
    with house.vault.write() as tx:
        tx.accounts.update(type(account)(**{**_fields(account), "disabled": True}))
    assert browser.get("/me").status == 401
    assert house.browser().post("/sign-in", {"login": "johanna", "password": PASSWORD}).code == "account-disabled"


def test_an_external_expert_is_out_when_the_agreement_ends(house: House) -> None:
    house.engage("expert", sponsor="Radiologie", agreement="2026-12", ends=house.clock.at + 3600)
    browser = house.signed_in("expert")
    assert browser.get("/me").status == 200
    house.clock.at += 3600
    assert browser.get("/me").status == 401
    assert house.browser().post("/sign-in", {"login": "expert", "password": PASSWORD}).code == "account-ended"


def test_over_tls_the_cookie_is_bound_to_this_host(house: House) -> None:
    house.engage("johanna")
    browser = house.browser("https")
    answer = browser.post("/sign-in", {"login": "johanna", "password": PASSWORD})
    cookie = answer.header("set-cookie")
    assert cookie.startswith("__Host-beeldbrug=")
    assert all(word in cookie for word in ("HttpOnly", "Secure", "SameSite=Lax", "Path=/"))


def test_a_foreign_page_cannot_act_with_the_cookie(house: House) -> None:
    browser = house.signed_in("johanna")
    assert browser.call("POST", "/sign-out").code == "not-from-the-portal"
    assert browser.post("/sign-out", sec_fetch_site="cross-site").code == "not-from-the-portal"
    assert browser.get("/me").status == 200


def test_the_first_account_is_made_with_a_token_that_works_once(house: House) -> None:
    browser = house.browser()
    assert browser.get("/start").json()["setup"] is True
    token = setup_token(house.portal.signing)
    first = {"token": token, "login": "Beheer", "name": "De Beheerder", "password": PASSWORD}
    assert browser.post("/setup", {**first, "token": "another"}).code == "ticket-not-valid"
    assert browser.post("/setup", {**first, "password": "short"}).code == "password-too-short"
    assert browser.post("/setup", first).json() == {"next": "enrol", "methods": []}
    assert browser.post("/setup", first).code == "set-up-done"
    made = browser.post("/me/totp").json()
    house.clock.at += 30
    import pyotp

    code = pyotp.TOTP(made["secret"]).at(int(house.clock.at))
    assert browser.post("/me/totp/confirm", {"code": "123456"}).code == "code-wrong"
    codes = browser.post("/me/totp/confirm", {"code": code, "label": "telefoon"}).json()["recovery_codes"]
    assert len(set(codes)) == 10
    assert browser.get("/me").json()["roles"] == [Role.ADMINISTRATOR.value]
    assert browser.get("/start").json()["setup"] is False
    with pytest.raises(Conflict):
        setup_token(house.portal.signing)


def test_a_recovery_code_opens_once(house: House) -> None:
    codes = house.signed_in("johanna").post("/me/recovery-codes").json()["recovery_codes"]
    for status in (200, 403):
        browser = house.browser()
        methods = browser.post("/sign-in", {"login": "johanna", "password": PASSWORD}).json()["methods"]
        assert "recovery" in methods
        assert browser.post("/sign-in/recovery", {"code": codes[0].upper()}).status == status


def test_a_one_time_code_gives_a_new_password_and_asks_for_a_new_factor(house: House) -> None:
    old = house.signed_in("johanna")
    token = recovery_token(house.portal.signing, house.people["johanna"], "beheer")
    browser = house.browser()
    wanted = {"token": token, "password": "een heel nieuwe zin"}
    assert browser.post("/recover", wanted).json()["next"] == "enrol"
    assert old.get("/me").status == 401
    assert house.browser().post("/recover", wanted).code == "ticket-not-valid"
    assert house.browser().post("/sign-in", {"login": "johanna", "password": PASSWORD}).code == "sign-in-refused"
    again = house.browser().post("/sign-in", {"login": "johanna", "password": "een heel nieuwe zin"})
    assert again.json()["next"] == "enrol"


def test_a_changed_password_ends_all_other_sessions(house: House) -> None:
    here, elsewhere = house.signed_in("johanna"), house.signed_in("johanna")
    wrong = {"old": "no", "new": "een heel nieuwe zin"}
    assert here.post("/me/password", wrong).code == "password-wrong"
    assert here.post("/me/password", {**wrong, "old": PASSWORD}).status == 204
    assert here.get("/me").status == 200
    assert elsewhere.get("/me").status == 401


def test_the_last_second_factor_stays(house: House) -> None:
    browser = house.signed_in("johanna")
    factor = browser.get("/me").json()["second_factors"][0]["id"]
    assert browser.delete(f"/me/second-factors/{factor}").code == "last-factor"


def test_a_malformed_body_is_told_without_repeating_it(house: House) -> None:
    answer = house.browser().post("/sign-in", {"login": 7, "password": "geheim"})
    assert (answer.status, answer.code) == (400, "body-malformed")
    assert b"geheim" not in answer.body
    assert house.browser().call("POST", "/sign-in", b"{" * 300_000, **{"x-beeldbrug": "portal"}).status == 413


def test_sessions_and_tickets_that_have_ended_do_not_pile_up(house: House) -> None:
    browser = house.signed_in("johanna")
    token = next(iter(browser.cookies.values()))
    recovery_token(house.portal.signing, house.people["johanna"], "beheer")
    sweep = SweepStep(A, house.vault, Notices(Hook()), house.clock.now)
    sweep.step(A)
    assert browser.get("/me").status == 200
    house.clock.at += 2 * 86400
    sweep.step(A)
    with house.vault.write() as tx:
        assert tx.sessions.get(hash_token(token)) is None
        assert tx.sessions.drop_tickets(A, TicketKind.RECOVERY, house.people["johanna"].id) == 0


def _fields(account: object) -> dict[str, object]:
    return {name: getattr(account, name) for name in account.__slots__}  # type: ignore[attr-defined]  # a dataclass with slots
