"""From a policy decision to the error tree: a refusal carries the decision's first reason. Decides nothing itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from beeldbrug.model.decision import Decision
from beeldbrug.model.errors import BeeldbrugError, Conflict, Denied, Unavailable

ERRORS: Final[Mapping[str, type[BeeldbrugError]]] = {
    "parcel-receiver-differs": Conflict,
    "parcel-withdrawn": Conflict,
    "quota-exceeded": Unavailable,
}
"""Reasons that are not of kind denied."""


def demand(decision: Decision) -> None:
    """Return when permitted; else raise what the first reason says."""
    if decision.permitted:
        return
    reason = decision.reasons[0]
    raise ERRORS.get(reason.code, Denied)(reason.code, reason.en, reason.remedy_en)
