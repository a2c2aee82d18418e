"""Which studies a launch is about: never another patient's, whatever number they share."""

from __future__ import annotations

from beeldbrug.node.policy.launch import Candidate, about, chosen

BSN, BIRTH = "999990019", "19600102"


def _study(uid: str = "1.2", own: bool = False, number: str = "", birth: str = BIRTH, by: str = BSN) -> Candidate:
    return Candidate(uid, own, number, birth, "A1", frozenset({by} if by else ()), "own" if own else uid * 2)


def test_issuers_of_a_bsn_are_known_in_every_place_of_a_cx() -> None:
    for text in (f"{BSN}^^^NLMINBIZA", f"{BSN}^^^&2.16.840.1.113883.2.4.6.3&ISO", f"{BSN}^^^NLMINBIZA^NNNLD"):
        assert about("PATIENT", text, BIRTH, "", "").numbers == ((BSN, True),)
    assert about("PATIENT", f"{BSN}^^^Ziekenhuis A", "", "", "").numbers == ((BSN, False),)
    assert about("PATIENT", f"12345~{BSN}^^^BSN", BIRTH, "", "").numbers == (("12345", False), (BSN, True))


def test_a_bsn_finds_an_arrival_only_with_the_birth_date() -> None:
    wanted = about("PATIENT", f"{BSN}^^^NLMINBIZA", BIRTH, "", "")
    fit, other, unknown = _study(), _study("1.3", birth="19600103"), _study("1.4", birth="")
    assert chosen(wanted, [fit, other, unknown]) == [fit]


def test_an_own_number_finds_own_studies_only() -> None:
    wanted = about("PATIENT", "12345", "", "", "")
    own, arrived = _study(own=True, number="12345"), _study("1.3", number="12345", by="12345")
    assert chosen(wanted, [own, arrived]) == [own]


def test_a_study_uid_that_two_share_is_nobodys() -> None:
    wanted = about("PATIENT", f"{BSN}^^^NLMINBIZA", BIRTH, "", "")
    assert chosen(wanted, [_study(), _study(birth="19700101")]) == []


def test_an_accession_number_is_of_this_hospital() -> None:
    wanted = about("STUDY", "", "", "", "A1")
    own, arrived = _study(own=True, by=""), _study("1.3", by="")
    assert chosen(wanted, [own, arrived]) == [own]
