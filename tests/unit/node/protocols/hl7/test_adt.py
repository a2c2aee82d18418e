"""What ADT messages ask for: numbers, BSN, Dutch names, dates, merges; and what is refused, with which code."""

from __future__ import annotations

import contextlib
from dataclasses import replace

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.node.ports.own_patients import Gone, Merged, Said
from beeldbrug.node.protocols.hl7.adt import EVENTS, Meaning
from beeldbrug.node.protocols.hl7.person import Reader
from tests.unit.node.protocols.hl7.given import AMSTERDAM, AT, NOW, PID, READER, adt, asked

ELS = Said("7001", AT, "999990019", "de Vries^Els^Anna", "19700201", "F")


def said(*fields: str, event: str = "A08", reader: Reader = READER, **changes: str) -> Said:
    found = asked(adt(event, "|".join(fields) or PID, **changes), reader)
    assert found is not None and isinstance(found[0], Said)
    return found[0]


def refused(content: bytes, reader: Reader = READER) -> str:
    with pytest.raises(BeeldbrugError) as error:
        asked(content, reader)
    assert "7001" not in str(error.value) and "Vries" not in str(error.value)
    return error.value.code


@pytest.mark.parametrize("event", [event for event, meaning in EVENTS.items() if meaning is Meaning.CHANGE])
def test_events_that_change_a_patient_say_who_he_is(event: str) -> None:
    assert asked(adt(event, PID)) == [ELS]


@pytest.mark.parametrize("event", [event for event, meaning in EVENTS.items() if meaning is Meaning.MERGE])
def test_events_that_merge_lead_from_the_prior_number_to_the_one_in_pid(event: str) -> None:
    merged = Merged("7000", "7001", AT)
    assert asked(adt(event, PID, "MRG|7000^^^ZKH^PI")) == [ELS, merged]
    assert asked(adt(event, "PID|1||7001^^^ZKH^PI", "MRG|7000^^^ZKH^PI")) == [merged]


def test_several_merges_in_one_message_each_have_their_own_patient() -> None:
    second = "PID|2||8001^^^ZKH^PI"
    assert asked(adt("A40", "PID|1||7001^^^ZKH", "MRG|7000^^^ZKH", second, "MRG|8000^^^ZKH~8009^^^ZKH")) == [
        Merged("7000", "7001", AT),
        Merged("8000", "8001", AT),
        Merged("8009", "8001", AT),
    ]


def test_a_deleted_person_is_gone_and_other_events_change_nothing() -> None:
    assert asked(adt("A29", PID)) == [Gone("7001", AT)]
    for event in ("A24", "A37", "A11", "A60", "Z01"):
        assert asked(adt(event, PID)) is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Vries^Els", "Vries^Els"),
        ("de Vries&de&Vries^E.A.", "de Vries^E.A."),
        ("Vries&de&Vries^Els", "de Vries^Els"),
        ("van den Berg-de Vries&de&Vries&van den&Berg^Els", "van den Berg-de Vries^Els"),
        ("van den Berg&de&Vries&van den&Berg^Els", "van den Berg-de Vries^Els"),
        ("&de&Vries&van den&Berg^Els", "van den Berg-de Vries^Els"),
        ("'t Hart&&'t Hart^Jan", "'t Hart^Jan"),
        ("Bakker^Jo^^^^^D~Vries^Els^^^^^L", "Vries^Els"),
        (r"O\T\Neil^A\S\B", "O&Neil^A B"),
        (r"M\XC3BC\ller^J\X0D\an", "Müller^J an"),
        ('""', ""),
    ],
)
def test_names_as_hl7_nl_has_them(name: str, expected: str) -> None:
    assert said("PID|1||7001^^^ZKH^PI", "", name).name == expected


@pytest.mark.parametrize(
    ("numbers", "bsn"),
    [
        ("7001^^^ZKH^PI~999990019^^^NLMINBIZA^NNNLD", "999990019"),
        ("999990019^^^NLMINBIZA&2.16.840.1.113883.2.4.6.3&ISO~7001^^^&2.16.528.1.1007.3.3.1&ISO", "999990019"),
        ("7001^^^ZKH~999990018^^^NLMINBIZA^NNNLD", ""),
        ("7001^^^ZKH~000000000^^^NLMINBIZA^NNNLD", ""),
        ("7001^^^ZKH~999990019^^^^NNNLD~999990020^^^^NNNLD", ""),
        ("7001^^^zkh^MR~555^^^ELDERS^PI~999990019", ""),
        ("7001", ""),
    ],
)
def test_the_own_number_and_the_bsn_are_found_by_issuer_and_type(numbers: str, bsn: str) -> None:
    found = said(f"PID|1||{numbers}||Vries^Els")
    assert (found.number, found.bsn) == ("7001", bsn)


def test_without_an_issuer_the_type_tells_and_two_issuers_are_refused() -> None:
    reader = replace(READER, authorities=frozenset())
    assert said("PID|1||7001^^^ZKH^PI~55^^^LAB^AN", reader=reader).number == "7001"
    assert said("PID|1||7001^^^ZKH^MR~999990019^^^NLMINBIZA^NNNLD", reader=reader).number == "7001"
    assert refused(adt("A08", "PID|1||7001^^^ZKH^PI~7002^^^ELDERS^PI"), reader) == "hl7-number-unclear"
    assert refused(adt("A08", "PID|1||7001~7002"), reader) == "hl7-number-unclear"


@pytest.mark.parametrize(
    ("text", "expected"), [("19700201120000", "19700201"), ("197002", ""), ("19701301", ""), ('""', "")]
)
def test_a_birth_date_is_a_whole_date_or_none(text: str, expected: str) -> None:
    assert said("PID|1||7001^^^ZKH", "", "Vries", "", text).birth_date == expected


def test_what_a_message_does_not_say_stays_as_it_is() -> None:
    assert said("PID|1||7001^^^ZKH") == Said("7001", AT, "", None, None, None)


def test_character_sets() -> None:
    for named in ("UNICODE UTF-8", "8859/1", "ISO IR100", "ASCII", ""):
        assert said("PID|1||7001^^^ZKH||Müller^Zoë", character_set=named).name == "Müller^Zoë", named
    assert refused(adt("A08", PID, character_set="ISO IR87")) == "hl7-character-set"
    assert refused(adt("A08", PID).replace(b"Els", b"\xff\xfe")) == "hl7-undecodable"


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        ("20261123010203", AT),
        ("20261123000203+0000", AT),
        ("20261122190203.0000-0500", AT),
        ("202611230102", AT - 3),
        ("nonsense", NOW),
        ("", NOW),
        ("29991231", NOW),
    ],
)
def test_the_time_of_a_message_never_lies_ahead(time: str, expected: float) -> None:
    assert said(time=time).at == expected


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "hl7-not-a-message"),
        (b"MSH", "hl7-not-a-message"),
        (b"MSH|^~\\", "hl7-not-a-message"),
        (b"PID|1||7001", "hl7-not-a-message"),
        (b"MSHAAAAAAAAAA", "hl7-not-a-message"),
        (adt("A08", PID, version="3.0"), "hl7-version"),
        (adt("A08", PID, version=""), "hl7-version"),
        (adt("A08", PID).replace(b"|P|2.5", b"|T|2.5"), "hl7-processing"),
        (adt("O01", PID).replace(b"ADT^", b"ORM^"), "hl7-message-type"),
        (adt("A08"), "hl7-no-patient"),
        (adt("A40", "PID|1||7001^^^ZKH"), "hl7-no-patient"),
        (adt("A08", "PID|1||999990019^^^NLMINBIZA^NNNLD"), "hl7-no-number"),
        (adt("A08", "PID|1||55^^^ELDERS^PI"), "hl7-no-number"),
        (adt("A08", "PID|1||7001^^^ZKH|" + "^" * 70_000), "hl7-too-large"),
        (adt("A40", *[PID, "MRG|7000^^^ZKH"] * 700), "hl7-too-large"),
        (adt("A08", "PID|1||" + "~".join(f"{number}^^^ZKH" for number in range(51))), "hl7-too-large"),
        (adt("A40", PID, "MRG|55^^^ELDERS^PI"), "hl7-no-number"),
    ],
)
def test_what_will_never_be_right_is_refused_by_name(content: bytes, code: str) -> None:
    assert refused(content) == code


def test_other_line_ends_other_separators_and_old_versions_are_read() -> None:
    assert asked(adt("A08", PID).replace(b"\r", b"\r\n")) == [ELS]
    assert asked(adt("A08", PID).replace(b"\r", b"\n")) == [ELS]
    assert asked(adt("A08", PID).replace(b"|", b"!").replace(b"^", b"$")) == [ELS]
    old = adt("A08", PID, version="2.2").replace(b"ADT^A08", b"ADT")
    assert asked(old) == [ELS], "the event stands in EVN-1"


@settings(max_examples=80, deadline=None)
@drawn(noise=st.binary(max_size=60), at=st.integers(0, 300))
def test_garbage_is_refused_or_read_and_never_breaks(noise: bytes, at: int) -> None:
    content = adt("A40", PID, "MRG|7000^^^ZKH")
    reader = Reader(frozenset(), AMSTERDAM)
    for spoilt in (content[:at] + noise + content[at:], content[:at], b"MSH" + noise):
        with contextlib.suppress(BeeldbrugError):
            asked(spoilt, reader)
