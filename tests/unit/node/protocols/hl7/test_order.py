"""The accession number in what a RIS answers."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from beeldbrug.node.protocols.hl7.order import OrderWriter

WRITER = OrderWriter(ZoneInfo("Europe/Amsterdam"))
HEAD = "MSH|^~\\&|RIS|ZHB|BEELDBRUG||20261123||ORI^O24^ORI_O24|R1|P|2.5\rMSA|AA|C1\r"


@pytest.mark.parametrize(
    ("rest", "number"),
    [
        ("ORC|OK|BB1|F1\rOBR|1|BB1|F2\rIPC|A77^RIS|P1|1.2|S1\r", "A77"),
        ("ORC|OK|BB1|F1\rOBR|1|BB1|F2|||||||||||||||A88\r", "A88"),
        ("ORC|OK|BB1|F1\rOBR|1|BB1|F2\r", "F2"),
        ("ORC|OK|BB1|F1\r", "F1"),
        ("IPC|A12345678901234567|P1\r", ""),
        ("", ""),
    ],
)
def test_it_is_read_where_the_standard_has_it(rest: str, number: str) -> None:
    assert WRITER.accession_in((HEAD + rest).encode()) == number
