"""Decide on what was put aside of a partner's upload: take what there is of it, or throw it away."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager

from beeldbrug.model.errors import Conflict, NotFound
from beeldbrug.node.ports.drop import Aside
from beeldbrug.node.ports.records import AuditEvent
from beeldbrug.node.ports.vault import Database
from beeldbrug.node.usecases.intake.drops import INCOMPLETE, Outcome, Partner, brought_by, take_batch
from beeldbrug.node.usecases.receive.session import Receiving

PREFIX_LEAST = 4


def lying_aside(partners: Mapping[str, Partner]) -> list[tuple[Partner, Aside]]:
    """All of it, by partner and age. Raises Unavailable."""
    return [(partner, aside) for _, partner in sorted(partners.items()) for aside in partner.batches.aside()]


def find_aside(partners: Mapping[str, Partner], id: str) -> tuple[Partner, Aside]:
    """By its id or the beginning of that. Raises NotFound, Conflict."""
    found = [one for one in lying_aside(partners) if len(id) >= PREFIX_LEAST and one[1].batch.id.startswith(id)]
    if not found:
        raise NotFound("drop-not-aside", "Nothing of this id lies aside.", "See `beeldbrug sftp list`.")
    if len(found) > 1:
        raise Conflict("drop-id-short", "This is the beginning of several ids.", "Give more of it.")
    return found[0]


def take_aside(
    found: tuple[Partner, Aside],
    receiving: Callable[[], AbstractContextManager[Receiving]],
    organisation: tuple[str, str],
    partly: bool,
) -> Outcome:
    """Take it in; gone from aside when all that is an image is in an arrival. ``organisation``: URA and name. Raises
    Conflict ``drop-incomplete``, and as ``take_batch``."""
    partner, aside = found
    brought = brought_by(partner, *organisation, aside.batch, partly)
    with partner.batches.open_aside(aside.batch) as carrier, receiving() as taking:
        outcome = take_batch(taking, carrier, aside.batch, brought)
    if outcome.code == INCOMPLETE:
        raise Conflict(
            "drop-incomplete",
            "Not all of it can be taken in, or some is missing.",
            "Ask the partner to send it again, or take what is there with --partly.",
        )
    if not outcome.code:
        partner.batches.throw_away(aside.batch)
    return outcome


def throw_away(database: Database, organisation: str, found: tuple[Partner, Aside], actor: str, now: float) -> None:
    """For good; audited before it is done."""
    partner, aside = found
    details: dict[str, str | int | float | bool] = {"partner": partner.account, "files": aside.files}
    event = AuditEvent(organisation, "drop-removed", "D", aside.code or "success", actor=actor, details=details, at=now)
    with database.write() as tx:
        tx.audit.append(event)
    partner.batches.throw_away(aside.batch)
