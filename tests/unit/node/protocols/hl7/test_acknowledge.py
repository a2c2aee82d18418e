"""Acknowledgements say what becomes of a message, in the form of its version, with the sender's own control id."""

from __future__ import annotations

from datetime import UTC, datetime

import hl7
import pytest

from beeldbrug.model.errors import Malformed, Unavailable, Unsupported
from beeldbrug.node.protocols.hl7.acknowledge import acknowledgement
from beeldbrug.node.protocols.hl7.message import Header, header_of
from tests.unit.node.protocols.hl7.given import adt

AT = datetime(2026, 11, 23, 1, 2, 3, tzinfo=UTC)
AWAY = Unavailable("database-away", "The database | does not ^ answer.", "Wait.")
WRONG = Unsupported("hl7-version", "No.", "Yes.")


def test_what_is_kept_is_accepted_with_the_names_turned_about() -> None:
    lines = acknowledgement(header_of(adt("A08^ADT_A01")), AT).split("\r")
    assert lines[0].startswith(r"MSH|^~\&|BEELDBRUG|ZKH|EPD|ZKH|20261123010203+0000||ACK^A08^ACK|")
    assert lines[0].endswith("|P|2.5||||||UNICODE UTF-8")
    assert lines[1:] == ["MSA|AA|MSG-1", ""]


@pytest.mark.parametrize(("error", "code"), [(AWAY, "AE"), (WRONG, "AR"), (Malformed("x", "y"), "AR"), (None, "AE")])
def test_whether_the_sender_may_send_it_again(error: Unavailable | None, code: str) -> None:
    header = header_of(adt("A08"))
    answer = hl7.parse(acknowledgement(header, AT, error, fault=error is None))
    assert str(answer.segment("MSA")[1]) == code and str(answer.segment("MSA")[2]) == "MSG-1"
    assert str(answer.segment("ERR")[4]) == "E"


def test_the_error_segment_names_the_condition_and_escapes_its_text() -> None:
    lines = acknowledgement(header_of(adt("A08")), AT, WRONG).split("\r")
    assert lines[2] == "ERR|||203^Unsupported version id^HL70357|E|hl7-version|||Yes."
    lines = acknowledgement(header_of(adt("A08")), AT, AWAY).split("\r")
    assert lines[1] == r"MSA|AE|MSG-1|database-away: The database \F\ does not \S\ answer."
    assert lines[2].startswith("ERR|||207^Application internal error^HL70357|E|database-away|||Wait.")


def test_old_versions_get_no_error_segment_and_a_plain_type() -> None:
    lines = acknowledgement(header_of(adt("A08", version="2.2")), AT, WRONG).split("\r")
    assert "||ACK^A08|" in lines[0] and len(lines) == 3
    assert acknowledgement(Header(), AT, WRONG).split("\r")[1].startswith("MSA|AR||hl7-version")
