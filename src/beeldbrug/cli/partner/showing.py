"""How a partner is shown, as JSON. Key files are named by path, as they were given. No logic of its own."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from beeldbrug.node.ports.partners import Partner


def as_object(partner: Partner) -> dict[str, Any]:
    """For programs; the list of them is what ``partner import`` reads."""
    doors = [asdict(door) for door in partner.doors]
    ways = [{name: value for name, value in asdict(way).items() if value not in ("", 0, False)} for way in partner.ways]
    return {"id": partner.id, "name": partner.name, "ura": partner.ura, "doors": doors, "ways": ways}
