"""The desk by command: which series go in, for which order, and an import that is undone."""

from __future__ import annotations

from pathlib import Path

from beeldbrug.model.exchange import State
from beeldbrug.node.ports.importing import Claim
from beeldbrug.node.ports.rekeying import Rekeying, RekeyState
from beeldbrug.node.ports.sender_rejections import SenderRejection
from tests.unit.cli.runs import URA, Node


def arrived(node: Node, study: Path) -> str:
    (exchange,) = node.run("disc", "read", study).json["exchanges"].values()
    return str(exchange)


def imported(node: Node, exchange: str) -> None:
    """As the import leaves it."""
    with node.base() as base, base.database.write() as tx:
        now = base.clock.now()
        tx.exchanges.update(exchange, now, state=State.IMPORTED, imported_at=now, imported=3, local_number="1")


def test_the_series_of_an_arrival_are_shown_and_that_is_in_the_trail(node: Node, study: Path) -> None:
    exchange = arrived(node, study)
    shown = node.run("desk", "series", exchange).json["series"]
    assert sum(one["instances"] for one in shown) == 3
    assert not any(one["left_out"] for one in shown)
    assert "naar het PACS" in node.show("desk", "series", exchange).output
    assert node.events("patient-shown")
    left = node.run("desk", "series", exchange, "--import", shown[0]["uid"]).json
    assert left["code"] == "nothing-left-out"


def test_an_import_is_for_chosen_series_of_the_arrival_alone(node: Node, study: Path) -> None:
    exchange = arrived(node, study)
    chosen = node.run("desk", "series", exchange).json["series"][0]["uid"]
    assert node.run("desk", "import", exchange, "--number", "1", "--series", "1.2.3").json["code"] == "no-series"
    assert node.run("desk", "import", exchange, "--order", "A1").json["code"] == "number-missing-for-order"
    assert node.run("desk", "import", exchange, "--number", "1", "--series", chosen, "--order", "-").code == 0
    with node.base() as base, base.database.read() as tx:
        plan = tx.plans.get(URA, exchange)
    assert (chosen in plan.within, plan.ordered, plan.order) == (True, True, None)


def test_without_a_worklist_there_is_no_order(node: Node, study: Path) -> None:
    exchange = arrived(node, study)
    found = node.run("desk", "orders", exchange, "--number", "1")
    assert found.json.get("orders", []) == []


def test_an_import_is_undone_and_the_pacs_said_to_be_clean_by_command(node: Node, study: Path) -> None:
    exchange = arrived(node, study)
    assert node.run("desk", "undo", exchange, "--why", "wrong-patient").json["code"] == "not-undoable"
    imported(node, exchange)
    undone = node.run("desk", "undo", exchange, "--why", "wrong-patient")
    assert (undone.code, undone.json["note"]) == (0, False)
    with node.base() as base, base.database.read() as tx:
        row = tx.exchanges.get(URA, exchange)
    assert row is not None and row.reason_code == "import-undone"
    assert node.run("desk", "import", exchange, "--number", "2").json["code"] == "still-in-pacs"
    assert node.run("desk", "removed", exchange).json["outcome"] == "removed"
    assert node.run("desk", "removed", exchange).json["code"] == "nothing-to-remove"
    assert [event.actor.startswith("cli:") for event in node.events("import-undone")] == [True]


def test_an_emergency_patient_gets_his_number_by_command_and_that_is_taken_back(node: Node, study: Path) -> None:
    exchange = arrived(node, study)
    assert node.run("desk", "rekey", exchange, "--number", "7").json["code"] == "not-emergency"
    imported(node, exchange)
    with node.base() as base, base.database.write() as tx:
        now = base.clock.now()
        tx.exchanges.update(exchange, now, reason_code="emergency-number", local_number="SPOED00000001^^^SPOED")
        tx.rekeyings.put(URA, Rekeying(exchange, "SPOED00000001^^^SPOED", RekeyState.STANDS, now))
    assert [one["id"] for one in node.run("desk", "list").json["waiting"]] == [exchange]
    assert node.run("desk", "rekey", exchange).json["code"] == "rekey-unclear"
    assert node.run("desk", "rekey", exchange, "--undo", "--moved").json["code"] == "rekey-unclear"
    assert node.run("desk", "rekey", exchange, "--number", "7").json["outcome"] == "re-keyed"
    assert node.run("desk", "rekey", exchange, "--number", "8").json["code"] == "not-emergency"
    assert node.run("desk", "rekey", exchange, "--undo").json["outcome"] == "taken-back"
    assert node.run("desk", "rekey", exchange, "--moved").json["code"] == "not-rekeying"
    assert node.run("desk", "rekey", exchange, "--number", "8").code == 0
    assert node.run("desk", "rekey", exchange, "--moved").json["outcome"] == "moved"
    assert {event.actor.partition(":")[0] for event in node.events("re-keyed")} == {"cli"}


def test_what_waits_is_listed_by_urgency_age_and_whether_somebody_is_at_it(node: Node, study: Path) -> None:
    exchange = arrived(node, study)
    with node.base() as base, base.database.write() as tx:
        now = base.clock.now()
        tx.exchanges.update(exchange, now, state=State.VERIFIED, verified=now, reason_code="bsn-missing")

    def listed(*options: str) -> int:
        return len(node.run("desk", "list", *options).json["waiting"])

    assert listed() == listed("--free") == listed("--sort", "urgency", "--urgency", "routine") == 1
    assert listed("--sort", "owner") == listed("--sort", "age") == 1
    assert listed("--older", "4h") == listed("--urgency", "stat") == 0
    with node.base() as base, base.database.write() as tx:
        tx.claims.put(URA, Claim(exchange, "els", now, now + 300))
    assert (listed("--free"), listed()) == (0, 1)


def test_what_a_sender_takes_back_is_counted_by_series_and_taken_in_by_command(node: Node, study: Path) -> None:
    exchange = arrived(node, study)
    shown = node.run("desk", "series", exchange).json["series"][0]
    with node.base() as base, base.database.write() as tx:
        row = tx.exchanges.get(URA, exchange)
        assert row is not None
        one = tx.instances.instances(URA, exchange, row.study_uid, shown["uid"], {})[0]
        mark = SenderRejection("2.25.1", one.instance_uid, one.series_uid, "113001", base.clock.now())
        tx.sender_rejections.add(URA, exchange, [mark])
    assert node.run("desk", "series", exchange).json["series"][0]["taken_back"] == 1
    imported(node, exchange)
    assert node.run("desk", "series", exchange, "--taken-back").code == 0
    with node.base() as base, base.database.read() as tx:
        assert tx.plans.get(URA, exchange).rejected
