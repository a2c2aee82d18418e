"""Send, park, withdraw and tokens by command, on a real vault: what the worker would then find."""

from __future__ import annotations

from pathlib import Path

import pytest

from beeldbrug.model.exchange import Ground, State
from beeldbrug.node.app.compose import side_reception
from beeldbrug.node.policy.rules import GENERAL_AE
from beeldbrug.node.ports.reception import Peer
from beeldbrug.node.ports.records import SegmentState
from beeldbrug.node.usecases.read.part10 import read_original
from beeldbrug.node.usecases.read.places import Places
from beeldbrug.node.usecases.send.decide import Decide
from beeldbrug.node.usecases.trust import Trust
from tests.unit.cli.runs import OTHER, URA, Node, run

ADHOC = ("--receiver", OTHER, "--ground", "referral", "--responsible", "radioloog")


def parked(node: Node, study: Path) -> str:
    """A study that came to the general title, and that policy parked."""
    with node.base() as base:
        with side_reception(base) as receiving:
            session = receiving.admit(Peer("CT1", GENERAL_AE, "127.0.0.1"))
            for path in sorted(study.iterdir()):
                arrival = session.begin_file()
                arrival.write(memoryview(path.read_bytes()))
                arrival.commit()
            session.end(True)
        (exchange,) = set(session.exchanges.values())
        trust = Trust.__new__(Trust)  # for nobody: it is not asked
        with base.database.read() as tx:
            row = tx.exchanges.get(URA, exchange)
        assert row is not None
        assert Decide(base.database, trust).decide(row, base.clock.now()) is State.PARKED
    return exchange


def test_sent_files_are_in_the_vault_byte_for_byte(node: Node, study: Path) -> None:
    sent = node.run("send", study, "--to", "NAAR_B")
    assert sent.code == 0 and sent.json["instances"] == 3 and len(sent.json["exchanges"]) == 1
    files = {path.read_bytes() for path in study.iterdir()}
    with node.base() as base, base.database.read() as tx:
        rows = tx.instances.get(URA, [m.instance for m in tx.exchanges.members(sent.json["exchanges"][0])])
        places = Places(base.sources, URA)
        assert {b"".join(bytes(one) for one in read_original(base.sources, places, row)) for row in rows} == files
        assert tx.packs.in_state(SegmentState.OPEN) == []
        assert tx.exchanges.associations_open(sent.json["exchanges"][0]) == 0
        assert [row.kind for row in tx.work.due(base.clock.now(), 10)] == ["send"]
    assert list((node.folder / "data" / "sides").iterdir()) == []
    (event,) = node.events("receive")
    assert event.actor.startswith("cli:") and event.exchange == sent.json["exchanges"][0]


def test_under_a_rule_the_same_study_joins_and_with_own_terms_it_does_not(node: Node, study: Path) -> None:
    first = node.run("send", study, "--to", "NAAR_B").json["exchanges"]
    assert node.run("send", study, "--to", "NAAR_B").json["exchanges"] == first
    other = node.run("send", study, "--to", "NAAR_B", "--question", "Bloeding?").json["exchanges"]
    named = node.run("send", study, *ADHOC, "--urgency", "asap").json["exchanges"]
    assert len({*first, *other, *named}) == 3
    listed = {row["id"]: row for row in node.run("status").json["exchanges"]}
    assert listed[named[0]]["urgency"] == "asap" and listed[first[0]]["urgency"] == "stat"


def test_what_is_no_dicom_is_refused_and_the_rest_goes(node: Node, study: Path, tmp_path: Path) -> None:
    (tmp_path / "Jansen.txt").write_text("geen beeld" * 100)
    sent = node.run("send", study, tmp_path / "Jansen.txt", "--to", "NAAR_B")
    assert (sent.code, sent.json["instances"], sent.json["refused"]) == (1, 3, {"not-dicom": 1})
    told = node.show("send", study, tmp_path / "Jansen.txt", "--to", "NAAR_B")
    assert "Jansen" not in told.output + told.told
    assert "Jansen" in node.show("send", tmp_path / "Jansen.txt", "--to", "NAAR_B", "--name-refused").output


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ((), "whom-to"),
        (("--to", "NAAR_B", "--receiver", OTHER), "whom-to"),
        (("--to", "NERGENS"), "rule-unknown"),
        (("--receiver", OTHER), "terms-incomplete"),
        (("--receiver", "12"), "ura-malformed"),
        (("--receiver", URA, "--ground", "referral", "--responsible", "x"), "receiver-is-self"),
    ],
)
def test_a_sending_without_clear_terms_takes_nothing(
    node: Node, study: Path, arguments: tuple[str, ...], code: str
) -> None:
    refused = node.run("send", study, *arguments)
    assert (refused.code, refused.json["code"]) == (1, code)
    assert node.run("status").json["exchanges"] == []


def test_a_parked_study_is_shown_with_its_remedy_and_sent_under_chosen_terms(node: Node, study: Path) -> None:
    exchange = parked(node, study)
    (row,) = node.run("park", "list").json["parked"]
    assert row["id"] == exchange and row["reason"]["code"] == "for-whom" and "park send" in row["reason"]["remedy"]
    assert "Nog niet gezegd voor wie" in node.show("park", "list").output

    incomplete = node.run("park", "send", exchange[:6], "--receiver", OTHER)
    assert incomplete.json["code"] == "terms-incomplete" and "--ground" in incomplete.json["remedy"]
    sent = node.run("park", "send", exchange[:6], *ADHOC, "--urgency", "urgent", "--question", "Operabel?")
    assert sent.code == 0 and sent.json["receiver"] == OTHER
    with node.base() as base, base.database.read() as tx:
        now = tx.exchanges.get(URA, exchange)
        assert now is not None
        assert (now.state, now.peer, now.urgency.value, now.terms.question) == (
            State.QUEUED,
            OTHER,
            "urgent",
            "Operabel?",
        )
        assert now.terms.ground is Ground.REFERRAL and now.reason_code == ""
        assert tx.alerts.open(URA) == []
        assert ("send", exchange) in {(one.kind, one.subject) for one in tx.work.due(base.clock.now() + 1, 10)}
        assert tx.exchanges.find_open(URA, GENERAL_AE, now.study_uid) is None, "late instances wait for a human again"
    (event,) = node.events("release")
    assert event.actor.startswith("cli:") and event.responsible == "radioloog"
    assert node.run("park", "send", exchange, *ADHOC).json["code"] == "not-parked"


def test_a_study_for_nobody_is_closed_and_stays_in_the_vault(node: Node, study: Path) -> None:
    exchange = parked(node, study)
    assert node.run("park", "drop", exchange).code == 0
    assert node.run("park", "list").json["parked"] == []
    with node.base() as base, base.database.read() as tx:
        assert len(tx.instances.studies(URA, None, {}, 0, 10)) == 1
        assert tx.alerts.open(URA) == []
    assert node.run("status").json["exchanges"][0]["reason"]["code"] == "for-nobody"


def test_what_has_not_left_is_withdrawn_at_once(node: Node, study: Path) -> None:
    (exchange,) = node.run("send", study, "--to", "NAAR_B").json["exchanges"]
    done = node.run("withdraw", exchange[:8], "--reason", "verkeerde ontvanger", "--wait")
    assert (done.code, done.json["outcome"], done.json["seen"]) == (0, "undone", False)
    again = node.run("withdraw", exchange, "--reason", "nog eens")
    assert (again.code, again.json["code"]) == (1, "already-withdrawn")
    assert node.run("withdraw", "abcd1234", "--reason", "x").json["code"] == "exchange-unknown"


def test_status_names_no_patient_unless_asked_and_then_leaves_a_trace(node: Node, study: Path) -> None:
    node.run("send", study, "--to", "NAAR_B")
    for told in (node.run("status").output, node.show("status").output):
        assert "Jong" not in told and "4501187" not in told and "19580312" not in told
    assert node.events("patient-shown") == []
    assert "Jong" in node.show("status", "--patients").output
    (event,) = node.events("patient-shown")
    assert event.patient == "4501187" and event.actor.startswith("cli:")


def test_status_speaks_dutch_and_english(node: Node, study: Path) -> None:
    node.run("send", study, "--to", "NAAR_B")
    assert "in de wacht" in node.show("status").output
    assert "queued" in node.show("status", "--lang", "en").output


def test_a_token_is_shown_once_and_revoked(node: Node, study: Path) -> None:
    from beeldbrug.model.errors import Denied
    from beeldbrug.node.usecases.read.scope import authorise

    made = node.run("token", "create", "--user", "r.radioloog", "--role", "01.015", "--days", "2", "--study", "1.2.3")
    token = made.json["token"]
    with node.base() as base, base.database.read() as tx:
        scope = authorise(tx.tokens, token, base.clock.now())
        assert scope.user == "r.radioloog" and scope.studies == {"1.2.3"}
    data = b"".join(path.read_bytes() for path in (node.folder / "data").rglob("*") if path.is_file())
    assert token.encode() not in data
    assert node.run("token", "revoke", "--user", "r.radioloog").json["revoked"] == 1
    with node.base() as base, base.database.read() as tx, pytest.raises(Denied):
        authorise(tx.tokens, token, base.clock.now())
    assert node.run("token", "revoke", "--user", "r.radioloog").json["code"] == "token-unknown"
    assert len(node.events("token-made")) == len(node.events("token-revoked")) == 1


def test_reading_the_trail_is_in_the_trail(node: Node, study: Path) -> None:
    node.run("send", study, "--to", "NAAR_B")
    first = node.run("audit", "list", "--event", "receive").json["events"]
    assert [one["event"] for one in first] == ["receive"] and "patient" not in first[0]
    assert node.run("audit", "list", "--event", "receive", "--patients").json["events"][0]["patient"] == "4501187"
    assert [one.details["patients"] for one in node.events("audit-read")] == [False, True]
    assert node.run("audit", "list", "--since", "gisteren").json["code"] == "since-malformed"
    assert node.run("audit", "list", "--since", "1h").code == 0


def test_a_broken_trail_is_found(node: Node, study: Path) -> None:
    import sqlite3

    node.run("send", study, "--to", "NAAR_B")
    whole = node.run("audit", "verify")
    assert whole.code == 0 and whole.json["whole"] is True and whole.json["heads"] is None
    with sqlite3.connect(node.folder / "data" / "node.sqlite") as database:
        database.execute("UPDATE audit_event SET actor = 'iemand anders' WHERE sequence = 1")
    broken = node.run("audit", "verify")
    assert (broken.code, broken.json["broken_at"]) == (1, 1)


def test_errors_have_code_text_and_remedy_and_no_traceback(node: Node, tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text('data = "x"\nunknown = 1\n[dimse]\nport = 99999999\n')
    told = run("status", "-s", bad, "--json")
    assert told.code == 1 and told.json["code"] == "settings-invalid" and told.json["remedy"]
    assert all(name in told.json["text"] for name in ("unknown", "dimse.port", "organisation", "root_key"))
    shown = run("status", "-s", bad)
    assert shown.code == 1 and "Traceback" not in shown.told and "settings-invalid" in shown.told
    assert run("status").code == 2
    assert run("park", "send", "--nonsense").code == 2
