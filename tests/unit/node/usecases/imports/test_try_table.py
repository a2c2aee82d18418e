"""What is shown before a table is set is what an import under it writes, and nothing else."""

from __future__ import annotations

from dataclasses import replace

from beeldbrug.model.identity import Patient, PatientNumber
from beeldbrug.model.importing import Code, CoercionTable, Order, Source
from beeldbrug.node.usecases.imports.coerce import Coercion
from beeldbrug.node.usecases.imports.try_table import LINES, Line, Sent, sample, try_table

ABROAD = Patient("Müller^Jürgen", "19610304", "M", PatientNumber("DE-77", "Charité"))
OWN = Patient("Muller^J", "19610304", "M", PatientNumber("0042", "Hier"))
ORDER = Order("ACC9", "Hier", procedure_id="V9", description="CT thorax elders", code=Code("CTTH", "L", "CT thorax"))
SENT = Sent(ABROAD, "A-1", "Charité", "Thorax", Code("T1", "99C", "Thorax nativ"), "P1", "Charité Berlin")
IN_FORCE = Coercion(PatientNumber("0042", "Hier"), OWN, ORDER, "Charité", 1_700_000_000.0)


def tried(new: CoercionTable, sent: Sent = SENT, now: Coercion = IN_FORCE) -> dict[str, Line]:
    row, header = sample("00000001", sent)
    lines = try_table(row, header, sent.patient, now, replace(now, table=new), lambda: iter([header]))
    assert [one.name for one in lines] == list(LINES)
    return {one.name: one for one in lines}


def test_each_line_has_what_was_sent_what_is_written_now_and_what_would_be() -> None:
    lines = tried(CoercionTable(name=Source.SENT, accession_number=Source.EMPTY, description_prefix="EXT "))
    assert (lines["name"].sent, lines["name"].now, lines["name"].new) == ("Müller^Jürgen", "Muller^J", "Müller^Jürgen")
    assert (lines["accession-number"].sent, lines["accession-number"].now) == ("A-1", "ACC9")
    assert lines["accession-number"].new == ""
    assert (lines["study-description"].now, lines["study-description"].new) == ("Thorax", "EXT Thorax")


def test_number_and_issuer_are_the_own_ones_under_every_table_and_the_senders_stays_beside_them() -> None:
    for source in (Source.OWN, Source.SENT):
        lines = tried(CoercionTable(name=source, birth_date=source, sex=source))
        assert (lines["patient-id"].sent, lines["patient-id"].new) == ("DE-77", "0042")
        assert (lines["patient-id-issuer"].sent, lines["patient-id-issuer"].new) == ("Charité", "Hier")
        assert lines["other-patient-ids"].new == "DE-77 · Charité"


def test_items_of_sequences_are_shown_as_people_read_them() -> None:
    lines = tried(CoercionTable(procedure_code=Source.ORDER, request=Source.ORDER, institution=Source.SENDER))
    assert (lines["procedure-code"].sent, lines["procedure-code"].new) == (
        "T1 · 99C · Thorax nativ",
        "CTTH · L · CT thorax",
    )
    assert (lines["request"].sent, lines["request"].new) == ("P1", "V9 · CT thorax elders")
    assert (lines["accession-issuer"].sent, lines["accession-issuer"].new) == ("Charité", "Hier")
    assert (lines["institution"].sent, lines["institution"].new) == ("Charité Berlin", "Charité")


def test_without_an_order_and_with_nobody_known_here_it_shows_what_such_an_import_leaves() -> None:
    lines = tried(CoercionTable(), now=replace(IN_FORCE, local=None, order=None))
    assert (lines["name"].new, lines["birth-date"].new) == ("Müller^Jürgen", "19610304")
    assert (lines["accession-number"].new, lines["procedure-code"].new) == ("", "T1 · 99C · Thorax nativ")
