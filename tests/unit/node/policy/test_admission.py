"""Called AE titles, calling AE titles, addresses and certificates: who may use which rule."""

from __future__ import annotations

from dataclasses import replace

import pytest

from beeldbrug.model.errors import Denied
from beeldbrug.model.exchange import Ground, Party, Purpose
from beeldbrug.node.policy.admission import rule_for
from beeldbrug.node.policy.rules import Caller, GeneralRule, SendingRule

RULE = SendingRule("NAAR_B", "00000001", Party("00000002"), Purpose.TREATMENT, Ground.REFERRAL)
GENERAL = GeneralRule("BEELDBRUG", "00000001")


def refusal(rule: SendingRule, calling: str = "PACS", address: str = "10.0.0.5", certificate: str = "") -> str:
    with pytest.raises(Denied) as refused:
        rule_for([rule, GENERAL], calling, "NAAR_B", address, certificate)
    assert refused.value.remedy
    return refused.value.code


def test_the_called_title_names_the_rule() -> None:
    assert rule_for([RULE, GENERAL], "ANY", "NAAR_B", "10.0.0.5", "") is RULE
    assert rule_for([RULE, GENERAL], "ANY", "BEELDBRUG", "10.0.0.5", "") is GENERAL


def test_an_unknown_called_title_is_refused() -> None:
    with pytest.raises(Denied, match="called-ae-unknown"):
        rule_for([RULE, GENERAL], "PACS", "NAAR_C", "10.0.0.5", "")


def test_a_stranger_is_refused_by_title_address_or_certificate() -> None:
    assert refusal(replace(RULE, callers=(Caller("MR1"),))) == "calling-ae-unknown"
    assert refusal(replace(RULE, callers=(Caller("*", ("192.168.0.0/24",)),))) == "address-not-allowed"
    assert refusal(replace(RULE, callers=(Caller("*", (), ("ab" * 32,)),))) == "certificate-not-allowed"
    assert refusal(replace(RULE, callers=())) == "calling-ae-unknown"


def test_a_listed_caller_is_admitted() -> None:
    rule = replace(RULE, callers=(Caller("MR1"), Caller("PACS", ("10.0.0.0/8",), ("ab" * 32,))))
    assert rule_for([rule], "PACS", "NAAR_B", "10.0.0.5", "ab" * 32) is rule


def test_a_mapped_address_counts_as_the_address_it_maps() -> None:
    rule = replace(RULE, callers=(Caller("*", ("10.0.0.0/8",)),))
    assert rule_for([rule], "PACS", "NAAR_B", "::ffff:10.0.0.5", "") is rule
