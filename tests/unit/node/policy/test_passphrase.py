"""A passphrase for a disc is long, varies, and is not made of what is known of the patient."""

from __future__ import annotations

import pytest

from beeldbrug.model.errors import Malformed
from beeldbrug.node.policy.passphrase import check, normal

PATIENT = ("Vries^Johanna^de", "4505518", "19700102")


@pytest.mark.parametrize("good", ["k7fm-2xqp-9rdt-w4hc", "een zin die niemand raadt", "vier groene fietsen in 1970"])
def test_what_is_long_and_varies_is_taken(good: str) -> None:
    check(good, PATIENT)


@pytest.mark.parametrize("short", ["", "elf tekens.", "x" * 201, "een regel\nen een regel"])
def test_what_is_too_short_or_cannot_be_typed_is_refused(short: str) -> None:
    with pytest.raises(Malformed, match="passphrase-short"):
        check(short, PATIENT)


@pytest.mark.parametrize(
    "easy",
    ["aaaaaaaaaaaa", "ababababab1212", "Johanna de Vries", "vries02-01-1970!", "Vries-4505518-x", "1970-01-02 vries"],
)
def test_what_the_patients_own_values_make_is_refused_without_naming_them(easy: str) -> None:
    with pytest.raises(Malformed, match="passphrase-easy") as caught:
        check(easy, PATIENT)
    assert not any(word in str(caught.value) for word in ("Vries", "4505518", "1970", easy))


def test_it_is_the_same_however_a_machine_composes_its_letters_and_space_around_does_not_count() -> None:
    assert normal("  een re\u0301gel en meer ") == normal("een r\u00e9gel en meer") == "een r\u00e9gel en meer"
