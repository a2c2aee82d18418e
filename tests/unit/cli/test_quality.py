"""``beeldbrug desk quality``: the report as a table, as JSON, as CSV, and as the letter to one sender."""

from __future__ import annotations

from beeldbrug.model.figures import BsnFinding
from tests.unit.cli.runs import OTHER, URA, Node

DAY = 86400.0


def fill(node: Node) -> None:
    """The other hospital sent 6 studies of late, 4 of them right, and 1 a year ago."""
    findings = [BsnFinding.OTHER_PATIENT_IDS_SEQUENCE] * 4 + [BsnFinding.OTHER_PATIENT_IDS] * 2
    with node.base() as base, base.database.write() as tx:
        now = base.clock.now()
        for number, finding in enumerate(findings):
            tx.bsn_quality.note(URA, f"{number:032x}", OTHER, finding, now - number * DAY)
        tx.bsn_quality.note(URA, "f" * 32, OTHER, BsnFinding.ABSENT, now - 360 * DAY)


def test_the_report_reads_as_a_table_as_json_as_csv_and_as_a_letter(node: Node) -> None:
    assert "Geen BSN geteld" not in node.show("desk", "quality").output
    fill(node)
    table = node.show("desk", "quality").output
    assert "67 %" in table and "33 %" in table and "Other Patient IDs (0010,1000)" in table
    (told,) = node.run("desk", "quality", "--from", "380d").json["senders"]
    assert (told["sender"], told["studies"], told["right"], told["usable"]) == (OTHER, 7, 4, 4)
    assert node.show("desk", "quality", "--csv").output.splitlines()[1].startswith("00000002,,6,")
    letter = node.show("desk", "quality", "--letter", "--sender", OTHER, "--lang", "en").output
    assert "In 4 (67%) it stood right." in letter and "Ziekenhuis A received 6 studies" in letter
    assert [event.details["form"] for event in node.events("bsn-quality-exported")] == ["csv", "letter"]


def test_days_are_whole_and_what_is_unclear_is_refused(node: Node) -> None:
    fill(node)
    assert node.run("desk", "quality", "--sender", "00000009").json["senders"] == []
    assert node.run("desk", "quality", "--from", "2001-01-01", "--to", "2001-12-31").json["senders"] == []
    period = node.run("desk", "quality", "--from", "2001-01-01", "--to", "2001-01-02").json
    assert period["until"] - period["since"] == 2 * DAY
    assert node.run("desk", "quality", "--from", "gisteren").json["code"] == "since-malformed"
    assert node.run("desk", "quality", "--from", "1d", "--to", "2d").json["code"] == "period-malformed"
    assert node.run("desk", "quality", "--csv").json["code"] == "form-unclear"
    assert "form-unclear" in node.show("desk", "quality", "--letter").told
