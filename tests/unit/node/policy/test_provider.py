"""What a provider's claims mean here, whatever shape they come in."""

from __future__ import annotations

from typing import Any

import pytest

from beeldbrug.model.account import Assurance, Role
from beeldbrug.node.policy.provider import ClaimMap, RoleRule, person_of, subject_of

RULES = (RoleRule("rad", Role.CLINICIAN, "Radiologie"), RoleRule("desk", Role.IMAGE_DESK, "Balie"))
LEVELS = {"otp": Assurance.SUBSTANTIAL, "card": Assurance.HIGH}


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        ({"roles": "rad"}, "roles"),
        ({"roles": ["other", "rad"]}, "roles"),
        ({"realm_access": {"roles": ["rad"]}}, "realm_access.roles"),
        ({"https://schemas.example/ws/role": ["rad"]}, "https://schemas.example/ws/role"),
    ],
    ids=["text", "list", "path", "url"],
)
def test_a_role_is_found_in_every_shape_that_providers_have(claims: dict[str, Any], name: str) -> None:
    person = person_of("i", {"sub": "s", **claims}, ClaimMap(roles=name, rules=RULES))
    assert (person.roles, person.department) == ((Role.CLINICIAN,), "Radiologie")


@pytest.mark.parametrize("roles", [None, 7, {"rad": True}, [["rad"]], "radiology", "RAD", []], ids=str)
def test_what_is_no_mapped_value_is_no_role(roles: Any) -> None:
    assert person_of("i", {"sub": "s", "roles": roles}, ClaimMap(rules=RULES)).roles == ()


def test_the_highest_level_counts_and_an_unknown_one_is_low() -> None:
    of = ClaimMap(rules=RULES, levels=LEVELS)
    assert person_of("i", {"acr": "1", "amr": ["pwd", "otp"]}, of).assurance is Assurance.SUBSTANTIAL
    assert person_of("i", {"acr": "card", "amr": ["pwd"]}, of).assurance is Assurance.HIGH
    assert person_of("i", {"acr": "unheard of"}, of).assurance is Assurance.LOW
    assert person_of("i", {}, of).assurance is Assurance.LOW


@pytest.mark.parametrize("subject", [None, "", 7, "x" * 256, "a\nb"], ids=repr)
def test_a_subject_that_cannot_be_kept_is_none(subject: Any) -> None:
    assert subject_of({"sub": subject}) == ""
