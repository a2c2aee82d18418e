"""The hub's settings refuse what cannot work, all at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from beeldbrug.hub.app.settings import HubSettings
from beeldbrug.kit.settings import load
from beeldbrug.model.errors import Malformed

GOOD = {"id": "hub.test", "data": "data", "roots": "roots.pem"}


def test_three_settings_are_enough() -> None:
    settings = load(HubSettings, None, GOOD)
    assert settings.database_url == "sqlite:///data/hub.sqlite"
    assert (settings.open_enrolment, settings.store_redirect, settings.processes) == (False, False, 1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "Not An Id"},
        {"certificate": Path("hub.pem")},
        {"store_redirect": True},
        {"processes": 2, "port": 0},
        {"unknown": 1},
    ],
)
def test_settings_that_contradict_each_other_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(Malformed, match="settings-invalid"):
        load(HubSettings, None, {**GOOD, **wrong})


def test_secrets_are_never_shown() -> None:
    settings = load(
        HubSettings, None, {**GOOD, "database": "postgresql://u:secret@h/d", "store_options": {"k": "secret"}}
    )
    assert "secret" not in repr(settings)
    assert settings.database_url.endswith("secret@h/d")
