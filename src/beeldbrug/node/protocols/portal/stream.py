"""The route of live state; what goes over it is made in ``events``."""

from __future__ import annotations

from typing import Final

from beeldbrug.node.policy.permissions import Permission
from beeldbrug.node.protocols.portal.portal import Portal
from beeldbrug.node.protocols.portal.route import Call, Reply, Route


def _events(portal: Portal, call: Call) -> Reply:
    return Reply(portal.events.listen(call.session), content_type="text/event-stream")


ROUTES: Final = (Route("GET", "/events", Permission.SIGNED_IN, _events),)
