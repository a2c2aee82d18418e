"""A notice says how urgent, from where, and how to get there: and nothing of the patient."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beeldbrug.model.exchange import Urgency
from beeldbrug.model.notice import Cause
from beeldbrug.node.policy.notice_text import SMS_CHARACTERS, About, as_sms, body, safe_about, subject

ABOUT = About(
    cause=Cause.FIRST_IMAGE,
    urgency=Urgency.STAT,
    hospital="Ziekenhuis A",
    department="Radiologie",
    phone="030 555 0100",
    exchange="0123456789abcdef" * 2,
    base="https://portaal.example",
)
NAMES = st.text("abcdefghijklmnopqrstuvwxyzëéABC ^-", min_size=3, max_size=40)


def test_it_says_what_is_needed_in_both_languages() -> None:
    assert body(ABOUT, "nl").split("\n") == [
        "SPOED: Ziekenhuis A.",
        "Voor Radiologie.",
        "Eerste beeld; komt nog binnen.",
        "Bel 030 555 0100",
        "https://portaal.example/uitwisseling/0123456789abcdef0123456789abcdef",
    ]
    assert body(replace(ABOUT, cause=Cause.VERIFIED), "en").split("\n")[:3] == [
        "STAT: Ziekenhuis A.",
        "For Radiologie.",
        "Images complete and verified.",
    ]


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("cause", Cause)
@pytest.mark.parametrize("urgency", Urgency)
def test_each_cause_and_urgency_has_a_text(cause: Cause, urgency: Urgency, language: str) -> None:
    about = replace(ABOUT, cause=cause, urgency=urgency)
    assert len(body(about, language).split("\n")) == 5
    assert subject(about, language).endswith(": Ziekenhuis A")


def test_without_public_address_it_says_to_sign_in() -> None:
    assert body(replace(ABOUT, base=""), "nl").endswith("Log in op Beeldbrug.")


@pytest.mark.parametrize("value", ["Vries^Johanna^de", "VRIES", "999990019", "19700102"])
def test_a_hospital_or_phone_that_repeats_a_value_of_the_patient_is_left_out(value: str) -> None:
    hidden = value.replace("^", " ")
    about = safe_about(replace(ABOUT, hospital=f"kliniek {hidden}", phone=f"06 {hidden}"), [value])
    text = body(about, "nl").casefold()
    assert not any(word.casefold() in text for word in hidden.split() if len(word) > 2)


@given(NAMES, NAMES, st.sampled_from(["nl", "en"]))
def test_no_word_of_a_value_of_the_study_comes_through(hospital: str, value: str, language: str) -> None:
    about = safe_about(replace(ABOUT, hospital=hospital, department=""), [value])
    from_there = about.hospital.casefold().replace("-", " ").replace("^", " ").split()
    spoken = {word for word in value.casefold().replace("-", " ").replace("^", " ").split() if len(word) > 2}
    assert not spoken & set(from_there)
    assert body(about, language)


def test_a_hospital_cannot_write_lines_of_its_own() -> None:
    about = safe_about(replace(ABOUT, hospital="A\r\nBcc: x@y.example\nSubject: z" + "x" * 100, phone="1;2<b>3"), [])
    assert len(body(about, "nl").split("\n")) == 5
    assert "\r" not in body(about, "nl") and "\n" not in subject(about, "nl")
    assert about.phone == "123" and len(about.hospital) <= 40


def test_an_sms_is_plain_short_and_keeps_its_link() -> None:
    long = replace(ABOUT, hospital="Ziekenhuis Überëinkömst", base="https://" + "x" * 200 + ".example")
    text = as_sms(body(long, "nl"))
    assert text.isascii() and "\n" not in text
    assert text.endswith("/uitwisseling/" + ABOUT.exchange)
    assert len(as_sms(body(ABOUT, "nl"))) <= 160 <= SMS_CHARACTERS
