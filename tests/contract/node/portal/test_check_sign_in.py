"""``check`` says what is wrong with an identity provider's settings, against a real provider."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from beeldbrug.node.app.check.findings import Level
from beeldbrug.node.app.check.sign_in import check_sign_in
from tests.contract.node.portal.hospital import Hospital, hospital, provider

__all__ = ["hospital", "provider"]

pytestmark = [pytest.mark.timeout(180), pytest.mark.parametrize("vault_url", ["sqlite"], indirect=True)]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"issuer": "http://127.0.0.1:1"}, "peer-unreachable"),
        ({"client_secret_file": Path("/nowhere/secret")}, "secret-file"),
        ({"algorithms": ["ES256"]}, "provider-no-key"),
        ({"assurance": {}, "second_factor": "refuse"}, "provider-no-level"),
    ],
    ids=lambda one: one if isinstance(one, str) else next(iter(one)),
)
def test_each_fault_has_its_remedy(hospital: Hospital, fields: dict[str, Any], code: str) -> None:
    faults = [one for one in check_sign_in(hospital.settings(**fields), dry=False) if one.level is Level.FAULT]
    assert [one.code for one in faults] == [code]
    assert faults[0].remedy


def test_a_provider_that_calls_itself_otherwise_is_found(hospital: Hospital) -> None:
    settings = hospital.settings(issuer=hospital.provider.issuer + "/")
    assert [one.code for one in check_sign_in(settings, dry=False)] == ["provider-issuer"]


def test_a_provider_that_is_right_is_said_to_be_and_a_dry_run_asks_nobody(hospital: Hospital) -> None:
    settings = hospital.settings()
    assert [one.code for one in check_sign_in(settings, dry=False)] == ["provider-answers"]
    hospital.provider.stop()
    assert [one.code for one in check_sign_in(settings, dry=True)] == ["provider-not-asked"]
