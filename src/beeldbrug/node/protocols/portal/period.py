"""The time that a request asks figures of: ``since`` and ``until`` of its query, POSIX seconds."""

from __future__ import annotations

from beeldbrug.model.errors import Malformed
from beeldbrug.node.protocols.portal.route import Call


def period(call: Call) -> tuple[float, float]:
    """Without them the year up to now. Raises Malformed ``period-malformed``."""
    try:
        until = float(call.query.get("until", "") or call.now)
        return float(call.query.get("since", "") or until - 365 * 86400.0), until
    except ValueError:
        raise Malformed("period-malformed", "This period cannot be counted.", "Choose at most three years.") from None
