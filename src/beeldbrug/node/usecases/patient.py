"""Whose a study is, with all numbers that its headers give: the index keeps the first alone."""

from __future__ import annotations

from beeldbrug.model.errors import BeeldbrugError
from beeldbrug.model.identity import Patient
from beeldbrug.node.ports.records import InstanceRow, InstanceState
from beeldbrug.node.ports.vault import Transaction
from beeldbrug.node.usecases.arrive.headers import index_of
from beeldbrug.node.usecases.read.part10 import read_header
from beeldbrug.node.usecases.read.places import Places
from beeldbrug.node.usecases.read.sources import Sources
from beeldbrug.node.usecases.send.records import head_of


def sample_of(tx: Transaction, organisation: str, origin: str, study_uid: str) -> InstanceRow | None:
    """An instance of a study whose header can be read; of the smallest series, which is soonest looked through."""
    series = tx.instances.series(organisation, origin, study_uid, {})
    smallest = min(series, key=lambda one: one.instances, default=None)
    if smallest is None:
        return None
    rows = tx.instances.instances(organisation, origin, study_uid, smallest.series_uid, {})
    return next((one for one in rows if one.state is not InstanceState.HEADER or one.header_place is None), None)


def patient_of(sources: Sources, sample: InstanceRow | None) -> Patient | None:
    """The patient in its header; None where that has not come."""
    if sample is None:
        return None
    try:
        header = read_header(sources, Places(sources, sample.organisation), sample)
        return index_of(head_of(sample, header), sample.pieces).patient
    except BeeldbrugError:  # it lies in a pack that has not come
        return None
