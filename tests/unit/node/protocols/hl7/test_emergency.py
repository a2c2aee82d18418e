"""A merge that names a number which this node gave an emergency patient says whose the images under it are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from beeldbrug.model.errors import Malformed
from beeldbrug.node.ports.own_patients import Change, Merged, Rekeyed
from beeldbrug.node.protocols.hl7.adt import EVENTS, Meaning
from beeldbrug.node.protocols.hl7.person import Emergency, Reader
from tests.unit.node.protocols.hl7.given import AMSTERDAM, AT, READER, adt, asked

SPOED = replace(READER, emergency=Emergency("spoed-b", "SPOED"))
PID = "PID|1||7001^^^ZKH^PI"
NUMBER = "SPOED12345678"
KNOWN: list[Change] = [Rekeyed(NUMBER, "7001", AT)]


@pytest.mark.parametrize("event", sorted(name for name, meaning in EVENTS.items() if meaning is Meaning.MERGE))
def test_every_event_that_merges_names_an_emergency_patient(event: str) -> None:
    assert asked(adt(event, PID, f"MRG|{NUMBER}^^^SPOED-B^PI"), SPOED) == KNOWN


@pytest.mark.parametrize("authority", ["SPOED-B", "spoed-b&2.16.1&ISO", "ZKH", ""])
def test_it_is_known_by_its_issuer_or_as_the_epd_took_it_over(authority: str) -> None:
    assert asked(adt("A40", PID, f"MRG|{NUMBER}^^^{authority}^PI"), SPOED) == KNOWN


def test_what_another_issuer_gave_or_has_another_form_is_no_emergency_number() -> None:
    for number in (f"{NUMBER}^^^ELDERS^PI", "SPOED1^^^SPOED-B^PI", "XSPOED12345678^^^SPOED-B^PI"):
        with pytest.raises(Malformed, match="hl7-no-number"):
            asked(adt("A40", PID, f"MRG|{number}"), SPOED)


def test_a_prefix_of_digits_alone_is_believed_only_with_the_issuer() -> None:
    digits = replace(READER, emergency=Emergency("spoed-b", "9"))
    assert asked(adt("A40", PID, "MRG|912345678^^^ZKH^PI"), digits) == [Merged("912345678", "7001", AT)]
    assert asked(adt("A40", PID, "MRG|912345678^^^SPOED-B^PI"), digits) == [Rekeyed("912345678", "7001", AT)]


def test_own_numbers_beside_it_are_merged_as_ever_and_without_the_setting_nothing_changes() -> None:
    both = f"MRG|7000^^^ZKH^PI~{NUMBER}^^^SPOED-B^PI"
    assert asked(adt("A40", PID, both), SPOED) == [*KNOWN, Merged("7000", "7001", AT)]
    assert asked(adt("A40", PID, both)) == [Merged("7000", "7001", AT)]


def test_one_emergency_number_into_another_names_nobody() -> None:
    anybody = Reader(frozenset(), AMSTERDAM, Emergency("spoed-b", "SPOED"))
    into = "PID|1||SPOED99999999^^^SPOED-B^PI"
    found = asked(adt("A40", into, f"MRG|{NUMBER}^^^SPOED-B^PI"), anybody)
    assert not any(isinstance(one, Rekeyed) for one in found or [])
