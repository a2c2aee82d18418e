"""The description of the portal's API, from the routes that it runs on (OpenAPI 3.1)."""

from __future__ import annotations

import json

from beeldbrug.node.protocols.portal.openapi import document


def portal_api() -> str:
    """The page: JSON, one field a line."""
    return json.dumps(document(), indent=1, sort_keys=True, ensure_ascii=False) + "\n"
