"""All routes of the portal's API, area by area."""

from __future__ import annotations

from typing import Final

from beeldbrug.node.protocols.portal import (
    accounts,
    addresses,
    administration,
    asking,
    by_provider,
    carrying,
    coercing,
    consulting,
    exchanges,
    figures,
    importing,
    launch,
    partners,
    people,
    picturing,
    quality,
    related,
    report_desk,
    requests,
    saving,
    sending,
    sharing,
    sign_in,
    smart,
    stream,
    study_reports,
    trail,
    uploads,
    viewing,
    waking,
)
from beeldbrug.node.protocols.portal.route import Route

AREAS: Final = (
    sign_in,
    by_provider,
    smart,
    launch,
    accounts,
    exchanges,
    importing,
    report_desk,
    consulting,
    asking,
    sharing,
    viewing,
    saving,
    study_reports,
    picturing,
    related,
    stream,
    people,
    administration,
    coercing,
    partners,
    figures,
    quality,
    trail,
    waking,
    sending,
    carrying,
    addresses,
    uploads,
    requests,
)
"""Each has a table ROUTES; a new one is added here."""

ROUTES: Final[tuple[Route, ...]] = tuple(route for area in AREAS for route in area.ROUTES)
