"""[direct] says what is wrong with it, and knows its own door from this machine."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from beeldbrug.node.app.direct_settings import Direct


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"url": "ftp://door.example.nl"}, "https://door.example.nl:8441"),
        ({"url": "http://door.example.nl"}, "plain http is for this machine only"),
        ({"url": "https://door.example.nl", "key": "k.pem"}, "certificate and key belong together"),
        ({"partners": [{"organisation": "00000002"}]}, "comes to our own door"),
        ({"partners": [{"organisation": "00000002", "url": "https://a.nl"}] * 2}, "listed twice"),
        ({"partners": [{"organisation": "2", "url": "https://a.nl"}]}, "organisation"),
    ],
)
def test_every_fault_is_told_with_what_to_give(given: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        Direct.model_validate(given)


@pytest.mark.parametrize(
    ("given", "local"),
    [
        ({"host": "0.0.0.0"}, "http://127.0.0.1:8441"),  # noqa: S104  # read, not listened on
        ({"host": "::", "certificate": "c", "key": "k"}, "https://[::1]:8441"),
        ({"host": "fd00::1", "port": 9}, "http://[fd00::1]:9"),
    ],
)
def test_its_own_door_is_found_from_this_machine(given: dict[str, Any], local: str) -> None:
    section = Direct.model_validate({"url": "https://door.example.nl:8441/", **given})
    assert section.local == local
    assert (section.name, section.url) == ("door.example.nl", "https://door.example.nl:8441")
