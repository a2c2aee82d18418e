"""Administration over the portal's API: accounts, departments, settings, queues, health; and no patient anywhere."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from beeldbrug.kit.settings import load
from beeldbrug.model.account import Role
from beeldbrug.model.exchange import Direction, State, Urgency
from beeldbrug.node.app.live import Live, LiveRules, merged
from beeldbrug.node.app.settings import Entity, NodeSettings
from beeldbrug.node.policy.permissions import PERMISSIONS, Permission
from beeldbrug.node.ports.administration import SettingRow
from beeldbrug.node.protocols.portal.routes import ROUTES
from tests.contract.node import given
from tests.contract.node.given import NOW, STUDY, A
from tests.contract.node.portal.browser import Answer, Browser
from tests.contract.node.portal.conftest import PASSWORD, House
from tests.contract.node.portal.test_scope import STREAMS, body_of

DAY = 86400.0
RULE = {"ae_title": "NAAR_C", "receiver": "00000003", "ground": "referral", "responsible": "radioloog van dienst"}
PACS = {"ae_title": "PACS", "host": "pacs.example", "port": 104}
OF_A_PATIENT = ("Vries", "Johanna", "999990019", "19700102", STUDY, "CT hersenen", "ACC1", "Bakker")


@pytest.fixture
def desk(house: House) -> Browser:
    """An administrator's browser."""
    return house.signed_in("beheer", Role.ADMINISTRATOR)


def put(browser: Browser, path: str, body: Any) -> Answer:
    return browser.call("PUT", path, body, **{"x-beeldbrug": "portal"})


def account(browser: Browser, login: str) -> dict[str, Any]:
    listed = browser.get("/administration/accounts").json()["accounts"]
    return next(one for one in listed if one["login"] == login)


def settle(browser: Browser, kind: str, value: dict[str, Any], based_on: int | None = None) -> Answer:
    revision = browser.get("/administration/settings").json()["revision"] if based_on is None else based_on
    return browser.post("/administration/settings", {"kind": kind, "value": value, "based_on": revision})


def language(house: House, login: str) -> str:
    with house.vault.read() as tx:
        found = tx.accounts.by_login(A, login)
    assert found is not None
    return found.language


def events(house: House, name: str) -> list[Any]:
    with house.vault.read() as tx:
        return [event for _, event in tx.audit.events(A, event=name)]


# accounts


def test_a_new_account_comes_to_life_with_the_code_that_was_handed_over(house: House, desk: Browser) -> None:
    fields = {"name": "Ada de Boer", "roles": ["clinician"], "mail": "a@example.org", "phone": "030 555 0101"}
    made = desk.post("/administration/accounts", {"login": "Ada", "account": fields}).json()
    assert made["login"] == "ada"
    assert account(desk, "ada")["standing"] == "new"
    hers = house.browser()
    begun = hers.post("/recover", {"token": made["code"], "password": PASSWORD})
    assert begun.json()["next"] == "enrol"
    assert account(desk, "ada")["standing"] == "open"
    assert house.browser().post("/recover", {"token": made["code"], "password": PASSWORD}).code == "ticket-not-valid"
    (event,) = events(house, "account-made")[-1:]
    assert (event.actor, event.details["account"]) == ("beheer", "ada")


def test_a_new_account_reads_the_language_of_who_made_it_and_a_change_leaves_it(house: House, desk: Browser) -> None:
    desk.post("/me/preferences", {"language": "en", "theme": "auto"})
    fields = {"name": "Ada de Boer", "roles": ["clinician"]}
    made = desk.post("/administration/accounts", {"login": "ada", "account": fields}).json()
    assert language(house, "ada") == "en"
    desk.post("/me/preferences", {"language": "nl", "theme": "auto"})
    assert put(desk, f"/administration/accounts/{made['account']}", {**fields, "name": "Ada Boer"}).status == 200
    assert language(house, "ada") == "en"


def test_closing_an_account_ends_its_session_at_once(house: House, desk: Browser) -> None:
    theirs = house.signed_in("arts", Role.CLINICIAN)
    assert theirs.post("/exchanges/search", {}).status == 200
    id_ = account(desk, "arts")["id"]
    closed = desk.post(f"/administration/accounts/{id_}/closed", {"closed": True}).json()
    assert closed["standing"] == "closed"
    assert theirs.post("/exchanges/search", {}).status == 401
    assert desk.post(f"/administration/accounts/{id_}/closed", {"closed": False}).json()["standing"] == "open"


def test_signing_somebody_out_leaves_the_account_open(house: House, desk: Browser) -> None:
    theirs = house.signed_in("arts", Role.CLINICIAN)
    id_ = account(desk, "arts")["id"]
    assert desk.post(f"/administration/accounts/{id_}/sign-out").json() == {"sessions": 1}
    assert theirs.get("/me").status == 401
    assert house.signed_in("arts").get("/me").status == 200


def test_the_only_administrator_cannot_close_the_door_behind_everybody(desk: Browser) -> None:
    mine = account(desk, "beheer")
    assert mine["own"]
    assert desk.post(f"/administration/accounts/{mine['id']}/closed", {"closed": True}).code == "last-administrator"
    lesser = {"name": "Beheer", "roles": ["clinician"]}
    assert put(desk, f"/administration/accounts/{mine['id']}", lesser).code == "last-administrator"


def test_an_external_expert_has_a_sponsor_an_agreement_and_an_end_and_is_told_of_in_time(
    house: House, desk: Browser
) -> None:
    expert = {"name": "Prof. Vos", "roles": ["clinician"], "sponsor": "dr. Kok", "agreement": "2026-12"}
    refused = desk.post("/administration/accounts", {"login": "vos", "account": expert})
    assert refused.code == "expert-incomplete"
    ends = house.clock.now() + 30 * DAY
    assert desk.post("/administration/accounts", {"login": "vos", "account": {**expert, "ends": ends}}).status == 200
    assert account(desk, "vos")["standing"] == "new"
    house.clock.at += 20 * DAY
    desk = house.signed_in("beheer")
    assert account(desk, "vos")["standing"] == "ends-soon"
    house.clock.at += 11 * DAY
    desk = house.signed_in("beheer")
    assert account(desk, "vos")["standing"] == "ended"
    assert desk.post(f"/administration/accounts/{account(desk, 'vos')['id']}/code").status == 200
    code = desk.post(f"/administration/accounts/{account(desk, 'vos')['id']}/code").json()["code"]
    assert house.browser().post("/recover", {"token": code, "password": PASSWORD}).code == "account-ended"


def test_an_ended_expert_loses_the_session_at_the_end_date(house: House) -> None:
    fields = {"sponsor": "dr. Kok", "agreement": "2026-12", "ends": house.clock.now() + 600.0}
    house.engage("vos", Role.CLINICIAN, **fields)
    theirs = house.signed_in("vos")
    assert theirs.post("/exchanges/search", {}).status == 200
    house.clock.at += 600.0
    assert theirs.post("/exchanges/search", {}).status == 401


# departments


def test_a_renamed_department_takes_its_accounts_along(house: House, desk: Browser) -> None:
    desk.post("/administration/departments", {"name": "Radiologie", "phone": "030 555 0100"})
    house.engage("arts", Role.CLINICIAN, department="Radiologie")
    (listed,) = desk.get("/administration/departments").json()["departments"]
    assert (listed["name"], listed["accounts"]) == ("Radiologie", 1)
    put(desk, f"/administration/departments/{listed['id']}", {"name": "Beeldvorming"})
    assert account(desk, "arts")["department"] == "Beeldvorming"
    assert desk.get("/departments").json() == {"departments": ["Beeldvorming"]}


def test_a_department_that_is_not_listed_or_closed_is_not_given_to_an_account(house: House, desk: Browser) -> None:
    fields = {"name": "Ada de Boer", "roles": ["clinician"], "department": "Neurologie"}
    assert desk.post("/administration/accounts", {"login": "ada", "account": fields}).code == "department-not-listed"
    (made,) = desk.post("/administration/departments", {"name": "Neurologie"}).json()["departments"]
    assert desk.post("/administration/departments", {"name": "Neurologie"}).code == "department-known"
    assert desk.post("/administration/accounts", {"login": "ada", "account": fields}).status == 200
    closed = {"name": "Neurologie", "closed": True}
    put(desk, f"/administration/departments/{made['id']}", closed)
    assert put(desk, f"/administration/accounts/{account(desk, 'ada')['id']}", fields).status == 200, "hers may stay"
    assert desk.post("/administration/accounts", {"login": "bea", "account": fields}).code == "department-not-listed"
    assert desk.get("/departments").json() == {"departments": []}


# settings


def test_a_rule_of_the_portal_is_in_force_for_whoever_reads_the_rules_next(house: House, desk: Browser) -> None:
    rules = LiveRules(house.base.live)
    assert "NAAR_C" not in {rule.ae_title for rule in rules}
    answer = settle(desk, "rules", RULE)
    assert answer.status == 200
    (made,) = [one for one in answer.json()["settings"] if one["kind"] == "rules"]
    assert (made["name"], made["source"]) == ("NAAR_C", "portal")
    assert {rule.ae_title: rule for rule in rules}["NAAR_C"].quiet_seconds == made["value"]["quiet_seconds"]
    (event,) = events(house, "setting-changed")
    assert (event.actor, event.action, event.details["ae_title"]) == ("beheer", "U", "NAAR_C")
    revision = answer.json()["revision"]
    gone = desk.post("/administration/settings/remove", {"kind": "rules", "name": "NAAR_C", "based_on": revision})
    assert gone.status == 200
    assert "NAAR_C" not in {rule.ae_title for rule in rules}


def test_another_process_of_the_node_takes_the_change_up_too(house: House, desk: Browser) -> None:
    other = Live(house.base.settings, house.vault, A)
    assert other.now().pacs is None
    assert settle(desk, "pacs", PACS).status == 200
    assert other.now().pacs == Entity(**PACS)


def test_nobody_overwrites_what_he_has_not_seen(desk: Browser) -> None:
    settle(desk, "rules", RULE)
    seen = desk.get("/administration/settings").json()["revision"]
    settle(desk, "rules", {**RULE, "urgency": "stat"}, seen)
    late = settle(desk, "rules", {**RULE, "urgency": "asap"}, seen)
    assert (late.status, late.code) == (409, "setting-changed")
    values = {one["name"]: one["value"] for one in desk.get("/administration/settings").json()["settings"]}
    assert values["NAAR_C"]["urgency"] == "stat"
    changes = desk.get("/administration/settings/history").json()["changes"]
    assert [one["value"]["urgency"] for one in changes] == ["stat", "routine"]


def test_what_the_models_refuse_is_not_kept_and_the_fields_are_named(desk: Browser) -> None:
    wrong = settle(desk, "rules", {**RULE, "receiver": "B", "expires_days": 400, "callers": [{"networks": ["x"]}]})
    assert wrong.code == "setting-malformed"
    assert all(field in wrong.json()["text"] for field in ("receiver", "expires_days", "callers.0.networks"))
    assert settle(desk, "pacs", {**PACS, "port": 0}).code == "setting-malformed"
    assert desk.get("/administration/settings").json()["revision"] == 0


def test_an_ae_title_means_one_thing(desk: Browser) -> None:
    assert settle(desk, "rules", {**RULE, "ae_title": "BEELDBRUG"}).code == "title-taken"
    settle(desk, "rules", RULE)
    assert settle(desk, "general", {"ae_title": "NAAR_C"}).code == "title-taken"


def test_what_the_file_sets_is_the_files_and_a_contradiction_is_told(house: House, desk: Browser) -> None:
    settle(desk, "rules", RULE)
    settle(desk, "pacs", PACS)
    with house.vault.read() as tx:
        rows = tx.settings.present(A)
    file = NodeSettings(**{**dict(house.base.settings), "rules": ({**RULE, "urgency": "stat"},), "pacs": {**PACS}})
    present, clashes = merged(file, rows)
    assert [(one.kind, one.name, one.code) for one in clashes] == [("rules", "NAAR_C", "set-in-file")]
    assert [rule.urgency for rule in present.rules] == [Urgency.STAT]
    assert present.pacs == file.pacs, "the same in both places contradicts nothing"


def test_a_value_of_another_version_serves_nothing_and_is_told(house: House) -> None:
    row = SettingRow(A, 1, "rules", "OUD", '{"ae_title": "OUD", "colour": "blue"}', "beheer", NOW)
    present, clashes = merged(house.base.settings, [row])
    assert present.rules == ()
    assert [one.code for one in clashes] == ["setting-invalid"]


def test_the_export_is_a_file_that_a_node_accepts_and_means_the_same(
    house: House, desk: Browser, tmp_path: Path
) -> None:
    callers = [{"ae_title": "PACS X", "networks": ["10.0.0.0/8"], "certificates": []}]
    settle(desk, "rules", {**RULE, "callers": callers, "question": 'Zin met "aanhalingen" en \\ en é'})
    settle(desk, "pacs", PACS)
    settle(desk, "figures", {"repeat_share": 0.1, "repeat_source": "eigen telling"})
    answer = desk.get("/administration/settings/export")
    path = tmp_path / "node.toml"
    path.write_bytes(answer.body)
    assert tomllib.loads(answer.body.decode())["rules"][0]["ae_title"] == "NAAR_C"
    read, present = load(NodeSettings, path), house.base.live.now()
    assert read.policy_rules() == present.policy_rules()
    assert (read.pacs, read.figures) == (present.pacs, present.figures)
    assert len(events(house, "settings-exported")) == 1


def test_a_pacs_that_nobody_answers_for_is_said_in_words(desk: Browser) -> None:
    answer = desk.post("/administration/echo", {"kind": "pacs", "value": {**PACS, "host": "127.0.0.1", "port": 1}})
    assert answer.status == 200
    assert answer.json()["code"]
    assert answer.json()["remedy"]
    assert desk.post("/administration/echo", {"kind": "pacs"}).code == "pacs-not-set"


# queues and health


def test_work_that_waits_shows_why_and_is_tried_at_once(house: House, desk: Browser) -> None:
    now = house.clock.now()
    with house.vault.write() as tx:
        tx.work.add(A, "send", "e" * 32, Urgency.STAT, now + 3000)
        (row,) = tx.queue.rows(A)
        tx.work.waits(row.id, "hub-away", now - 60)
    (shown,) = desk.get("/administration/queues").json()["work"]
    assert (shown["error"], shown["failing_since"], shown["tries"]) == ("hub-away", now - 60, 1)
    assert shown["exchange"] == "e" * 32
    tried = desk.post(f"/administration/queues/{shown['id']}/try").json()
    assert tried["due"] <= house.clock.now()
    with house.vault.read() as tx:
        assert [one.id for one in tx.work.due(house.clock.now())] == [row.id]
    assert desk.post("/administration/queues/999/try").code == "work-done"


def test_health_names_what_is_not_well(desk: Browser) -> None:
    found = desk.get("/administration/health").json()
    codes = {one["code"] for one in found["findings"]}
    assert {"process-missing", "hub-not-set", "pacs-not-set", "backup-not-rehearsed"} <= codes
    assert found["disk"]["free"] > 0
    levels = [one["level"] for one in found["findings"]]
    assert levels == sorted(levels, reverse=True)


# nobody who runs the node sees a patient


def test_an_administrator_meets_no_patient_on_any_route(house: House, desk: Browser) -> None:
    now = house.clock.now()
    ids = []
    with house.vault.write() as tx:
        for number in range(12):
            direction = Direction.IN if number % 2 else Direction.OUT
            id_ = f"{number:032x}"
            ids.append(id_)
            tx.exchanges.add(given.exchange(id=id_, direction=direction, state=State.VERIFIED, expires=now + 1e9))
            origin = id_ if direction is Direction.IN else "own"
            tx.instances.add(given.instance(number + 1, origin=origin))
            tx.exchanges.update(id_, now, verified=now, seen=now, local_number="999990019", description="CT hersenen")
            tx.work.add(A, "import", id_, Urgency.STAT, now)
    with house.vault.read() as tx:
        work = str(tx.work.due(now)[0].id)
    walked = {"GET": 0, "POST": 0, "PUT": 0, "DELETE": 0}
    allowed = PERMISSIONS[Role.ADMINISTRATOR] | {Permission.SIGNED_IN}
    for route in ROUTES:
        if route.path in STREAMS:
            continue
        for id_ in (ids[0], ids[1]):
            if desk.get("/me").status != 200:  # a route signed the administrator out
                desk = house.signed_in("beheer")
            path = route.path
            for name in route.variables:
                path = path.replace("{" + name + "}", work if name == "work" else id_)
            answer = desk.call(route.method, path, body_of(route), **{"x-beeldbrug": "portal"})
            where = (route.method, route.path, answer.status)
            text = answer.body.decode("utf-8", "replace") + str(answer.headers)
            assert not [value for value in OF_A_PATIENT if value in text], where
            if route.permission is not None and route.permission not in allowed:
                assert answer.status in (401, 403), where  # 401 is for a step of a sign-in
        walked[route.method] += 1
    assert all(count >= 3 for count in walked.values()), walked
    for id_ in ids[:2]:
        assert desk.get(f"/exchanges/{id_}").status == 403
        assert desk.get(f"/exchanges/{id_}/study").status == 403


def test_settings_in_force_taken_for_a_file_contradict_nothing(house: House, desk: Browser) -> None:
    settle(desk, "rules", RULE)
    live = house.base.live
    assert [rule.ae_title for rule in live.now().rules] == ["NAAR_C"]
    again = Live(live.now(), house.vault, A)
    assert again.clashes() == ()
    assert [rule.ae_title for rule in again.now().rules] == ["NAAR_C"]
