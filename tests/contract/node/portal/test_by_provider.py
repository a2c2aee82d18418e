"""Signing in by the hospital's own provider, npm's oidc-provider: who comes in, as whom, and what is refused."""

from __future__ import annotations

import pytest

from beeldbrug.model.account import Account, Role
from beeldbrug.node.ports.records import AuditEvent
from tests.contract.node.given import A
from tests.contract.node.portal.browser import Answer
from tests.contract.node.portal.hospital import ANNA, Hospital, hospital, provider
from tests.peers.oidc import new_key, query_of

__all__ = ["hospital", "provider"]

pytestmark = [pytest.mark.timeout(180), pytest.mark.parametrize("vault_url", ["sqlite"], indirect=True)]


def trouble(answer: Answer) -> str:
    """The code in the address of the page on which the browser lands."""
    assert answer.status == 303
    assert answer.header("location").startswith("/?melding=")
    return query_of(answer.header("location"))["melding"]


def account(hospital: Hospital, subject: str = ANNA) -> Account | None:
    with hospital.house.vault.read() as tx:
        return tx.accounts.by_subject(A, hospital.provider.issuer, subject)


def last(hospital: Hospital) -> AuditEvent:
    return hospital.events()[-1]


def test_the_page_offers_the_provider(hospital: Hospital) -> None:
    start = hospital.house.browser().get("/start").json()
    assert start["providers"] == [{"id": "ziekenhuis", "name": "Ziekenhuis A"}]


def test_role_department_and_assurance_are_of_the_token_and_nobody_types_a_code(hospital: Hospital) -> None:
    browser, answer = hospital.sign_in(ANNA)
    assert answer.header("location") == "/"
    me = browser.get("/me").json()
    assert (me["login"], me["name"], me["department"]) == ("anna", "Anna de Vries", "Radiologie")
    assert (me["roles"], me["assurance"], me["has_password"]) == (["clinician"], 3, False)
    assert browser.get("/exchanges/counts").status == 200
    event = last(hospital)
    assert (event.outcome, event.actor, event.details["method"]) == ("success", "anna", "provider")
    assert [one.outcome for one in hospital.events("account-made")] == ["success"]


def test_the_way_out_has_pkce_state_and_nonce_and_no_identity(hospital: Hospital) -> None:
    browser = hospital.house.browser()
    first, second = (query_of(hospital.go(browser)) for _ in range(2))
    assert first["code_challenge_method"] == "S256"
    assert set(first["scope"].split()) == {"openid", "profile"}
    for name in ("state", "nonce", "code_challenge"):
        assert len(first[name]) >= 43
        assert first[name] != second[name]


def test_who_comes_again_is_the_same_account_whatever_it_is_called_now(hospital: Hospital) -> None:
    hospital.sign_in(ANNA)
    before = account(hospital)
    hospital.provider.person(ANNA, name="Anna Jansen", preferred_username="jansen", roles=["balie"], acr="card")
    browser, _ = hospital.sign_in(ANNA)
    after = account(hospital)
    assert before is not None
    assert after is not None
    assert (after.id, after.login, after.name) == (before.id, "anna", "Anna Jansen")
    assert browser.get("/me").json()["roles"] == ["image-desk"]


def test_a_role_that_changed_there_ends_the_sessions_of_before(hospital: Hospital) -> None:
    old, _ = hospital.sign_in(ANNA)
    hospital.provider.person(ANNA, name="Anna de Vries", preferred_username="anna", roles=["balie"], acr="card")
    hospital.sign_in(ANNA)
    assert old.get("/me").status == 401
    assert [event.outcome for event in hospital.events("account-changed")] == ["success"]


def test_an_account_of_the_same_name_is_somebody_elses(hospital: Hospital) -> None:
    own = hospital.house.engage("anna", Role.ADMINISTRATOR)
    browser, _ = hospital.sign_in(ANNA)
    me = browser.get("/me").json()
    assert me["account"] != own.id
    assert (me["login"], me["roles"]) == ("anna@ziekenhuis", ["clinician"])


def test_no_role_is_no_way_in_and_no_account_and_says_so(hospital: Hospital) -> None:
    hospital.provider.person("bob", name="Bob", preferred_username="bob", roles=["keuken"], acr="card")
    browser, answer = hospital.sign_in("bob")
    assert trouble(answer) == "provider-no-role"
    assert account(hospital, "bob") is None
    assert browser.get("/me").status == 401
    told = browser.get("/sign-in/troubles/provider-no-role").json()
    assert told["text"]
    assert told["remedy"]
    assert (last(hospital).outcome, last(hospital).details["reason"]) == ("failure", "provider-no-role")


def test_a_role_taken_away_there_ends_the_sessions_here(hospital: Hospital) -> None:
    old, _ = hospital.sign_in(ANNA)
    hospital.provider.person(ANNA, name="Anna de Vries", preferred_username="anna", acr="card")
    assert trouble(hospital.sign_in(ANNA)[1]) == "provider-no-role"
    assert old.get("/me").status == 401


def test_an_account_closed_here_stays_closed(hospital: Hospital) -> None:
    hospital.sign_in(ANNA)
    known = account(hospital)
    assert known is not None
    boss = hospital.house.signed_in("beheer", Role.ADMINISTRATOR)
    assert boss.post(f"/administration/accounts/{known.id}/closed", {"closed": True}).status == 200
    browser, answer = hospital.sign_in(ANNA)
    assert trouble(answer) == "account-disabled"
    assert browser.get("/me").status == 401
    closed = account(hospital)
    assert closed is not None
    assert closed.disabled


def test_without_assurance_the_second_factor_of_here_is_asked(hospital: Hospital) -> None:
    hospital.provider.person(ANNA, preferred_username="anna", roles=["rad"], acr="password", amr=("pwd",))
    browser, answer = hospital.sign_in(ANNA)
    assert answer.header("location") == "/"
    assert browser.get("/start").json()["stage"] == "enrol"
    assert browser.get("/exchanges/counts").status == 401


def test_without_assurance_there_is_no_way_in_where_the_settings_say_so(hospital: Hospital) -> None:
    hospital.use(second_factor="refuse")
    hospital.provider.person(ANNA, preferred_username="anna", roles=["rad"], amr=("pwd",))
    browser, answer = hospital.sign_in(ANNA)
    assert trouble(answer) == "provider-assurance"
    assert browser.cookies == {}
    hospital.provider.person(ANNA, preferred_username="anna", roles=["rad"], amr=("pwd", "otp"))
    browser, _ = hospital.sign_in(ANNA)
    assert browser.get("/me").json()["assurance"] == 2


def test_what_came_back_once_does_not_come_back_again(hospital: Hospital) -> None:
    browser = hospital.house.browser()
    way = hospital.go(browser)
    cookies = dict(browser.cookies)
    back = hospital.back(hospital.provider.approve(way, ANNA))
    assert browser.get(back).header("location") == "/"
    replay = hospital.house.browser()
    replay.cookies = cookies
    assert trouble(replay.get(back)) == "provider-way-lost"
    assert replay.get("/me").status == 401
    assert last(hospital).details["reason"] == "provider-way-lost"


def test_a_code_that_was_redeemed_opens_nothing_with_a_new_state(hospital: Hospital) -> None:
    browser, _ = hospital.house.browser(), None
    code = query_of(first := hospital.provider.approve(hospital.go(browser), ANNA))["code"]
    assert browser.get(hospital.back(first)).header("location") == "/"
    thief = hospital.house.browser()
    state = query_of(hospital.go(thief))["state"]
    again = f"/oidc/ziekenhuis/callback?code={code}&state={state}&iss={hospital.provider.issuer}"
    assert trouble(thief.get(again)) == "provider-refused"


def test_an_answer_for_another_browser_is_not_taken(hospital: Hospital) -> None:
    attacker, victim = hospital.house.browser(), hospital.house.browser()
    back = hospital.back(hospital.provider.approve(hospital.go(attacker), ANNA))
    hospital.go(victim)
    assert trouble(victim.get(back)) == "provider-way-lost"
    assert victim.get("/me").status == 401


def test_a_sign_in_that_took_too_long_begins_again(hospital: Hospital) -> None:
    browser = hospital.house.browser()
    back = hospital.back(hospital.provider.approve(hospital.go(browser), ANNA))
    hospital.house.clock.at += 601
    assert trouble(browser.get(back)) == "provider-way-lost"


def _name(one: dict[str, object] | str) -> str:
    """The name of a case; a new key has another content each time."""
    if isinstance(one, str):
        return one
    return "-".join(one) + ("" if "key" in one else str(next(iter(one.values())))[:40])


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({"claims": {"nonce": "of another sign-in"}}, "id-token-nonce"),
        ({"drop": ["nonce"]}, "id-token-nonce"),
        ({"claims": {"aud": "another application"}}, "id-token-audience"),
        ({"claims": {"aud": ["beeldbrug", "another"]}}, "id-token-audience"),
        ({"claims": {"azp": "another application"}}, "id-token-audience"),
        ({"claims": {"iss": "https://elsewhere.example"}}, "id-token-issuer"),
        ({"claims": {"exp": 1000}}, "id-token-expired"),
        ({"claims": {"iat": 1000}}, "id-token-expired"),
        ({"claims": {"iat": 9999999999}}, "id-token-expired"),
        ({"claims": {"nbf": 9999999999}}, "id-token-expired"),
        ({"drop": ["exp"]}, "id-token-malformed"),
        ({"drop": ["sub"]}, "id-token-malformed"),
        ({"key": new_key("first")}, "id-token-signature"),
        ({"kid": "nobody's"}, "id-token-signature"),
        ({"alg": "none"}, "id-token-signature"),
        ({"alg": "HS256"}, "id-token-signature"),
        ({"alg": "RS512"}, "id-token-signature"),
    ],
    ids=_name,
)
def test_a_token_that_is_not_right_opens_nothing(hospital: Hospital, how: dict[str, object], code: str) -> None:
    hospital.provider.tamper(**how)
    browser, answer = hospital.sign_in(ANNA)
    assert trouble(answer) == code
    assert account(hospital) is None
    assert browser.get("/me").status == 401
    assert (last(hospital).outcome, last(hospital).details["reason"]) == ("failure", code)
    hospital.provider.tamper(claims={})  # made anew as it was: the tampering itself is not what fails
    assert hospital.sign_in(ANNA)[1].header("location") == "/"


def test_an_answer_in_the_name_of_another_issuer_is_not_taken(hospital: Hospital) -> None:
    for other in ("https://elsewhere.example", ""):
        browser = hospital.house.browser()
        query = query_of(hospital.provider.approve(hospital.go(browser), ANNA))
        named = f"&iss={other}" if other else ""  # this provider says that it names itself: silence is a stranger's
        back = f"/oidc/ziekenhuis/callback?code={query['code']}&state={query['state']}{named}"
        assert trouble(browser.get(back)) == "id-token-issuer"


def test_a_provider_that_calls_itself_otherwise_is_not_used(hospital: Hospital) -> None:
    hospital.use(issuer=hospital.provider.issuer + "/")
    assert trouble(hospital.house.browser().get("/oidc/ziekenhuis")) == "provider-unreachable"


def test_a_new_key_of_the_provider_is_known_at_once(hospital: Hospital) -> None:
    hospital.sign_in(ANNA)
    hospital.provider.rotate()
    hospital.later = 30.0  # keys that were read some seconds ago are not read again
    assert hospital.sign_in(ANNA)[1].header("location") == "/"


def test_while_the_provider_is_down_people_sign_in_with_an_account_of_here(hospital: Hospital) -> None:
    hospital.house.engage("johanna")
    hospital.provider.stop()
    assert trouble(hospital.house.browser().get("/oidc/ziekenhuis")) == "provider-unreachable"
    assert hospital.house.signed_in("johanna").get("/me").status == 200
    hospital.provider.start()
    hospital.later = 10.0
    assert hospital.sign_in(ANNA)[1].header("location") == "/"


def test_a_provider_that_goes_down_half_way_says_so(hospital: Hospital) -> None:
    browser = hospital.house.browser()
    back = hospital.back(hospital.provider.approve(hospital.go(browser), ANNA))
    hospital.provider.stop()
    assert trouble(browser.get(back)) == "provider-unreachable"
    assert last(hospital).details["reason"] == "provider-unreachable"


def test_breaking_off_at_the_provider_is_said_plainly(hospital: Hospital) -> None:
    browser, answer = hospital.sign_in("")
    assert trouble(answer) == "provider-cancelled"
    assert "beeldbrug-way" not in browser.cookies


def test_a_wrong_secret_is_refused_and_on_record(hospital: Hospital) -> None:
    (hospital.folder / "client.secret").write_text("another")
    assert trouble(hospital.sign_in(ANNA)[1]) == "provider-refused"
    assert last(hospital).details["reason"] == "provider-refused"


def test_the_session_of_before_ends_when_somebody_else_signs_in(hospital: Hospital) -> None:
    browser = hospital.house.signed_in("johanna")
    before = dict(browser.cookies)
    hospital.sign_in(ANNA, browser)
    assert browser.get("/me").json()["login"] == "anna"
    browser.cookies = before
    assert browser.get("/me").status == 401


def test_signing_out_offers_to_sign_out_there_without_naming_anybody(hospital: Hospital) -> None:
    browser, _ = hospital.sign_in(ANNA)
    assert browser.post("/sign-out").json() == {"provider": {"id": "ziekenhuis", "name": "Ziekenhuis A"}}
    there = browser.get("/oidc/ziekenhuis/sign-out").header("location")
    assert there.startswith(hospital.provider.issuer + "/session/end?")
    assert query_of(there) == {"client_id": "beeldbrug", "post_logout_redirect_uri": "http://portal.example:8450/"}
    local = hospital.house.signed_in("johanna")
    assert local.post("/sign-out").json() == {"provider": None}


def test_people_land_where_they_were_and_nowhere_else(hospital: Hospital) -> None:
    page = "/uitwisseling/" + "a" * 32
    wishes = {
        page: page,
        "/ontvangen": "/ontvangen",
        "//evil.example": "/",
        "https://evil.example": "/",
        "/\\evil": "/",
    }
    for wish, there in wishes.items():
        browser = hospital.house.browser()
        address = hospital.go(browser, f"/oidc/ziekenhuis?to={wish}")
        assert browser.get(hospital.back(hospital.provider.approve(address, ANNA))).header("location") == there


def test_a_browser_that_only_reads_ahead_uses_nothing_up(hospital: Hospital) -> None:
    browser = hospital.house.browser()
    back = hospital.back(hospital.provider.approve(hospital.go(browser), ANNA))
    assert browser.call("HEAD", back).status == 405
    assert browser.get(back, sec_purpose="prefetch").status == 405
    assert browser.get(back).header("location") == "/"


def test_the_cookie_of_the_way_is_of_this_host_and_not_for_scripts(hospital: Hospital) -> None:
    answer = hospital.house.browser("https").get("/oidc/ziekenhuis")
    cookie = answer.header("set-cookie")
    assert cookie.startswith("__Host-beeldbrug-way=")
    assert {"HttpOnly", "Secure", "SameSite=Lax", "Path=/", "Max-Age=600"} <= set(cookie.split("; "))


def test_nothing_of_anybody_stands_in_an_address(hospital: Hospital) -> None:
    browser = hospital.house.browser()
    way = hospital.go(browser)
    address = hospital.provider.approve(way, ANNA)
    answer = browser.get(hospital.back(address))
    for seen in (way, address, answer.header("location"), browser.get("/oidc/ziekenhuis/sign-out").header("location")):
        assert not any(value in seen.lower() for value in ("anna", "vries", "rad"))
