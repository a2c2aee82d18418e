"""Acknowledgements say what becomes of a message, in the form of its version, with the sender's own control id."""

from __future__ import annotations

from datetime import UTC, datetime

import hl7
import pytest

from beeldbrug.model.errors import BeeldbrugError, Malformed, Unavailable, Unsupported
from beeldbrug.node.protocols.hl7.acknowledge import acknowledgements
from beeldbrug.node.protocols.hl7.message import Header, header_of
from tests.unit.node.protocols.hl7.given import adt

AT = datetime(2026, 11, 23, 1, 2, 3, tzinfo=UTC)
AWAY = Unavailable("database-away", "The database | does not ^ answer.", "Wait.")
WRONG = Unsupported("hl7-version", "No.", "Yes.")


def alone(header: Header, now: datetime, error: BeeldbrugError | None = None, fault: bool = False) -> str:
    """The one answer of original mode."""
    (answer,) = acknowledgements(header, now, error, fault)
    return answer


def enhanced(accept: str, application: str) -> Header:
    fields = list(header_of(adt("A08")).fields)
    fields[15:17] = [accept, application]
    return Header(tuple(fields))


@pytest.mark.parametrize(
    ("accept", "application", "taken", "refused", "failed"),
    [
        ("AL", "AL", ["CA", "AA"], ["CR"], ["CE"]),
        ("AL", "NE", ["CA"], ["CR"], ["CE"]),
        ("AL", "", ["CA"], ["CR"], ["CE"]),
        ("NE", "AL", ["AA"], ["AR"], ["AE"]),
        ("", "AL", ["AA"], ["AR"], ["AE"]),
        ("ER", "ER", [], ["CR"], ["CE"]),
        ("SU", "AL", ["CA", "AA"], ["AR"], ["AE"]),
        ("NE", "NE", [], [], []),
        ("ER", "SU", ["AA"], ["CR"], ["CE"]),
        ("??", "NE", ["CA"], ["CR"], ["CE"]),
        ('""', "", ["AA"], ["AR"], ["AE"]),
    ],
)
def test_in_enhanced_mode_a_sender_gets_what_it_asks_for(
    accept: str, application: str, taken: list[str], refused: list[str], failed: list[str]
) -> None:
    header = enhanced(accept, application)
    answers = (acknowledgements(header, AT), acknowledgements(header, AT, WRONG), acknowledgements(header, AT, AWAY))
    codes = [[str(hl7.parse(one).segment("MSA")[1]) for one in some] for some in answers]
    assert codes == [taken, refused, failed]


def test_an_acknowledgement_in_enhanced_mode_asks_for_none_itself() -> None:
    answer = acknowledgements(enhanced("AL", "AL"), AT)[1].split("\r")
    assert answer[0].endswith("|P|2.5|||NE|NE||UNICODE UTF-8")
    assert acknowledgements(enhanced("AL", "AL"), AT, WRONG)[0].split("\r")[2].startswith("ERR|||203^")


def test_what_is_kept_is_accepted_with_the_names_turned_about() -> None:
    lines = alone(header_of(adt("A08^ADT_A01")), AT).split("\r")
    assert lines[0].startswith(r"MSH|^~\&|BEELDBRUG|ZKH|EPD|ZKH|20261123010203+0000||ACK^A08^ACK|")
    assert lines[0].endswith("|P|2.5||||||UNICODE UTF-8")
    assert lines[1:] == ["MSA|AA|MSG-1", ""]


@pytest.mark.parametrize(("error", "code"), [(AWAY, "AE"), (WRONG, "AR"), (Malformed("x", "y"), "AR"), (None, "AE")])
def test_whether_the_sender_may_send_it_again(error: Unavailable | None, code: str) -> None:
    header = header_of(adt("A08"))
    answer = hl7.parse(alone(header, AT, error, fault=error is None))
    assert str(answer.segment("MSA")[1]) == code and str(answer.segment("MSA")[2]) == "MSG-1"
    assert str(answer.segment("ERR")[4]) == "E"


def test_the_error_segment_names_the_condition_and_escapes_its_text() -> None:
    lines = alone(header_of(adt("A08")), AT, WRONG).split("\r")
    assert lines[2] == "ERR|||203^Unsupported version id^HL70357|E|hl7-version|||Yes."
    lines = alone(header_of(adt("A08")), AT, AWAY).split("\r")
    assert lines[1] == r"MSA|AE|MSG-1|database-away: The database \F\ does not \S\ answer."
    assert lines[2].startswith("ERR|||207^Application internal error^HL70357|E|database-away|||Wait.")


def test_old_versions_get_no_error_segment_and_a_plain_type() -> None:
    lines = alone(header_of(adt("A08", version="2.2")), AT, WRONG).split("\r")
    assert "||ACK^A08|" in lines[0] and len(lines) == 3
    assert alone(Header(), AT, WRONG).split("\r")[1].startswith("MSA|AR||hl7-version")
