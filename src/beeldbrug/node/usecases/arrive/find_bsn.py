"""Where the sender of an arrival put the BSN, by its first instance; the number itself is neither kept nor given."""

from __future__ import annotations

from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.model.figures import BsnFinding
from beeldbrug.model.identity import Patient
from beeldbrug.node.policy.bsn import bsn_finding
from beeldbrug.node.ports.records import ExchangeRow, InstanceState
from beeldbrug.node.usecases.arrive.headers import index_of
from beeldbrug.node.usecases.read.part10 import read_header
from beeldbrug.node.usecases.read.places import Places
from beeldbrug.node.usecases.read.sources import Sources
from beeldbrug.node.usecases.send.records import head_of

_LOOKED_AT = 100
"""Of so many the first that came whole; the others are what the sender gave up."""


def find_bsn(sources: Sources, exchange: ExchangeRow) -> BsnFinding:
    """Of an arrival whose instances have been checked."""
    return bsn_finding(_patient(sources, exchange))


def _patient(sources: Sources, exchange: ExchangeRow) -> Patient | None:
    """As its header gives it; None where that cannot be read."""
    with sources.database.read() as tx:
        members = [member.instance for member in tx.exchanges.members(exchange.id, 0, _LOOKED_AT)]
        found = tx.instances.get(exchange.organisation, members)
    whole = [row for row in found if row.state is not InstanceState.HEADER]
    if not whole:
        return None
    try:
        header = read_header(sources, Places(sources, exchange.organisation), whole[0])
        return index_of(head_of(whole[0], header), whole[0].pieces).patient
    except BeeldbrugError:  # a sender's oddity is counted as one, and keeps no study from its reader
        return None
