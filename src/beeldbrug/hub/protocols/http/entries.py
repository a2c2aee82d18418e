"""How a part in a mailbox looks on the wire, in lists and in events alike."""

from __future__ import annotations

from typing import Any

from beeldbrug.hub.ports.records import Part


def entry(part: Part) -> dict[str, Any]:
    """A mailbox entry as docs/reference/hub-api.md shows it."""
    return {
        "cursor": part.cursor,
        "parcel": part.parcel,
        "sender": part.sender,
        "number": part.number,
        "kind": part.kind,
        "urgency": part.urgency.value,
        "size": part.size,
        "expires": part.expires,
        "state": part.state.value,
        "envelope": part.envelope,
    }
