"""Whether two issuers of numbers are one."""

from __future__ import annotations

import pytest

from beeldbrug.model.issuer import Agreement, agreement, issuer_of

OID = "2.16.528.1.1007.3.3.1"


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("RIS", "ris", Agreement.SAME),
        ("RIS", "EPD", Agreement.OTHER),
        ("", "RIS", Agreement.UNKNOWN),
        ("", "", Agreement.UNKNOWN),
        (f"RIS&{OID}", f"Radiologie&{OID}", Agreement.SAME),
        (f"RIS&{OID}", f"RIS&{OID}.9", Agreement.OTHER),
        (f"RIS&{OID}", "RIS", Agreement.SAME),
        (OID, "RIS", Agreement.UNKNOWN),
        ("RIS&ZHB&Radiologie", "radiologie", Agreement.SAME),
        ("ris.zhb.example", "RIS", Agreement.UNKNOWN),
    ],
)
def test_a_universal_name_decides_then_a_local_one_and_else_nothing_is_known(
    one: str, other: str, expected: Agreement
) -> None:
    assert agreement(one, other) is agreement(other, one) is expected


def test_names_stand_once_and_none_can_look_like_two() -> None:
    assert issuer_of(" ZKH  A ", "", "ZKH A", OID) == f"ZKH A&{OID}"
    assert issuer_of("A&B") == "A B" and issuer_of("", "  ") == ""
