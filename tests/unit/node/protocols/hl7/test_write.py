"""What is written comes back as it was by a parser that is not ours, and nothing in a text becomes a separator."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import hl7
import pytest
from hypothesis import given
from hypothesis import strategies as st

from beeldbrug.model.errors import Unsupported
from beeldbrug.node.ports.messages import Mode, Peer
from beeldbrug.node.protocols.hl7.message import Message
from beeldbrug.node.protocols.hl7.write import escaped, field, message, msh, order_number, pid, segment

AT = datetime(2026, 11, 23, 1, 2, 3, tzinfo=UTC)
PEER = Peer("ris", "127.0.0.1", 1, sending_facility="ZKH", receiving_application="RIS", receiving_facility="ZKH")
TEXT = st.text(st.characters(codec="iso-8859-1", exclude_categories=("Cc",)), max_size=60).map(
    lambda one: " ".join(one.split())
)


@given(TEXT, TEXT, TEXT)
def test_texts_come_back_as_they_were_whatever_stands_in_them(one: str, two: str, three: str) -> None:
    line = segment("PID", {3: one, 5: [(two, (three, one)), (three,)]})
    content = message(PEER, [msh(PEER, ("ADT", "A08"), "1", AT), line])
    assert content.count(b"\r") == 2 and len(hl7.parse(content.decode("iso-8859-1"))) == 2
    read = Message(content, "iso-8859-1")
    found = read.segments("PID")
    values = read.repetitions(found[0][1], 3) if found else []
    assert (values[0][0][0] if values else "") == one


def test_the_separators_of_section_2_7_1() -> None:
    assert escaped(r"a|b^c~d\e&f") == r"a\F\b\S\c\R\d\E\e\T\f"
    assert escaped("one\r\ntwo\x07") == "one\\.br\\two "
    assert escaped('""') == "\\X2222\\"
    assert field([("a", ("b", "c"), ""), "d"]) == "a^b&c~d"
    assert segment("ORC", {1: "NW", 5: ""}) == "ORC|NW"


def test_msh_names_both_ends_and_the_character_set() -> None:
    line = msh(PEER, ("ORM", "O01", "ORM_O01"), "X1", AT)
    assert line == r"MSH|^~\&|BEELDBRUG|ZKH|RIS|ZKH|20261123010203+0000||ORM^O01^ORM_O01|X1|P|2.5||||||8859/1"
    assert "|ORM^O01|" in msh(replace(PEER, version="2.3"), ("ORM", "O01", "ORM_O01"), "X1", AT)
    assert msh(replace(PEER, mode=Mode.ENHANCED), ("ORM", "O01"), "X1", AT).split("|")[14:16] == ["AL", "AL"]


def test_a_patient_has_the_own_number_and_the_bsn_and_the_name_in_hl7s_order() -> None:
    line = pid("7001", "ZKH", "999990019", "Vries^Els^Anna^Dr.^MSc", "19700201", "F")
    assert line == "PID|1||7001^^^ZKH^PI~999990019^^^NLMINBIZA^NNNLD||Vries^Els^Anna^MSc^Dr.^^L||19700201|F"
    assert pid("7001", "ZKH", "", "Vries", "", "") == "PID|1||7001^^^ZKH^PI||Vries^^^^^^L|||U"


def test_what_the_character_set_lacks_is_refused_and_never_replaced() -> None:
    with pytest.raises(Unsupported) as refused:
        message(PEER, [segment("PID", {5: "Żółw"})])
    assert refused.value.code == "hl7-character-missing"
    assert "Żółw".encode() in message(replace(PEER, character_set="UNICODE UTF-8"), [segment("PID", {5: "Żółw"})])
    assert message(PEER, [segment("PID", {5: "Zoë"})]) == "PID|||||Zoë\r".encode("iso-8859-1")


@pytest.mark.parametrize(
    ("number", "issuer", "expected"),
    [
        ("BB00000001", "BEELDBRUG", "BB00000001^BEELDBRUG"),
        ("A1", "", "A1"),
        ("1234567890123456", "RIS-ZHB", "1234567890123456"),
        ("12345678901234567890123", "RIS", ""),
        ("", "RIS", ""),
    ],
)
def test_an_orders_number_is_never_longer_than_its_field(number: str, issuer: str, expected: str) -> None:
    assert field(order_number(number, issuer)) == expected
