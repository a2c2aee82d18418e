"""One vault, two organisations: every method that takes an organisation, called with the other's, gives nothing."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest

from beeldbrug.model.errors import NotFound
from beeldbrug.model.exchange import Direction, State
from beeldbrug.node.ports import vault as ports
from beeldbrug.node.ports.records import OWN, AlertRow, ImportRow, PartRow, TransportKeyRow
from beeldbrug.node.stores.sql.database import Vault, VaultTransaction
from tests.contract.node import given
from tests.contract.node.given import NOW, PACK, PARCEL, A, B

Call = Callable[[Any, str, int], Any]

NOTHING: dict[str, Call] = {
    "instances.find": lambda tx, o, i: tx.instances.find(o, OWN, "1.2.3.1.1", given.instance().hash),
    "instances.has_other_content": lambda tx, o, i: tx.instances.has_other_content(o, OWN, "1.2.3.1.1", b"x"),
    "instances.get": lambda tx, o, i: tx.instances.get(o, [i]),
    "instances.header": lambda tx, o, i: tx.instances.header(o, i),
    "instances.delete_origin": lambda tx, o, i: tx.instances.delete_origin(o, OWN),
    "instances.delete": lambda tx, o, i: tx.instances.delete(o, [i]),
    "instances.packs_used": lambda tx, o, i: tx.instances.packs_used(o, OWN, given.STUDY),
    "instances.studies": lambda tx, o, i: tx.instances.studies(o, None, {"PatientName": "vries"}, 0, 9),
    "instances.series": lambda tx, o, i: tx.instances.series(o, OWN, given.STUDY, {}),
    "instances.instances": lambda tx, o, i: tx.instances.instances(o, OWN, given.STUDY, None, {}),
    "packs.key": lambda tx, o, i: tx.packs.key(o, PACK),
    "packs.line": lambda tx, o, i: tx.packs.line(o, PACK),
    "packs.of_origin": lambda tx, o, i: tx.packs.of_origin(o, OWN),
    "packs.origins": lambda tx, o, i: tx.packs.origins(o, PACK),
    "packs.grow_segment": lambda tx, o, i: tx.packs.grow_segment(o, PACK, 1, 9999),
    "packs.segment": lambda tx, o, i: tx.packs.segment(o, PACK, 2),
    "packs.segments": lambda tx, o, i: [row for row in tx.packs.segments(o, PACK) if row.organisation != o],
    "packs.delete_keys": lambda tx, o, i: tx.packs.delete_keys(o, OWN),
    "packs.delete_origin": lambda tx, o, i: tx.packs.delete_origin(o, OWN),
    "packs.delete": lambda tx, o, i: tx.packs.delete(o, OWN, [PACK]) == [PACK],
    "exchanges.get": lambda tx, o, i: tx.exchanges.get(o, PARCEL),
    "exchanges.find_open": lambda tx, o, i: tx.exchanges.find_open(o, "rule-1", given.STUDY),
    "exchanges.listing": lambda tx, o, i: tx.exchanges.listing(o),
    "exchanges.expired": lambda tx, o, i: tx.exchanges.expired(o, NOW + 1e9),
    "exchanges.full": lambda tx, o, i: tx.exchanges.full(o, Direction.OUT, tuple(State), NOW + 1e9),
    "exchanges.empty": lambda tx, o, i: tx.exchanges.empty(o, PARCEL, NOW + 1e9, NOW),
    "exchanges.leave": lambda tx, o, i: tx.exchanges.leave(o, PARCEL, [i]),
    "exchanges.study_is_fed": lambda tx, o, i: tx.exchanges.study_is_fed(o, given.STUDY),
    "exchanges.silent": lambda tx, o, i: tx.exchanges.silent(o, tuple(State), NOW + 1e9),
    "exchanges.exchanges_of": lambda tx, o, i: tx.exchanges.exchanges_of(o, i),
    "parcels.part": lambda tx, o, i: tx.parcels.part(o, PARCEL, B, 1),
    "parcels.last_part": lambda tx, o, i: tx.parcels.last_part(o, PARCEL, B),
    "parcels.unsent_parts": lambda tx, o, i: tx.parcels.unsent_parts(o, PARCEL, B),
    "parcels.part_done": lambda tx, o, i: tx.parcels.part_done(o, PARCEL, B, 1, NOW),
    "parcels.count_parts": lambda tx, o, i: tx.parcels.count_parts(o, PARCEL, B),
    "parcels.retract": lambda tx, o, i: tx.parcels.retract(o, PARCEL, B),
    "parcels.delete_sendings": lambda tx, o, i: tx.parcels.delete_sendings(o, PARCEL),
    "parcels.only_here": lambda tx, o, i: tx.parcels.only_here(o, PARCEL),
    "parcels.delete": lambda tx, o, i: tx.parcels.delete(o, PARCEL),
    "imports.fix": lambda tx, o, i: tx.imports.fix(o, [ImportRow(PARCEL, i, b"x", (), "1.2")]),
    "imports.other_content": lambda tx, o, i: tx.imports.other_content(o, "1.2.3.1.1", b"x"),
    "imports.forget": lambda tx, o, i: tx.imports.forget(o, PARCEL),
    "keys.transport": lambda tx, o, i: tx.keys.transport(o),
    "keys.destroy_transport": lambda tx, o, i: tx.keys.destroy_transport(o, "1" * 32, NOW),
    "keys.statement": lambda tx, o, i: tx.keys.statement(o, A),
    "audit.head": lambda tx, o, i: tx.audit.head(o),
    "audit.events": lambda tx, o, i: tx.audit.events(o),
    "audit.hash_at": lambda tx, o, i: tx.audit.hash_at(o, 1),
    "alerts.open": lambda tx, o, i: tx.alerts.open(o),
    "alerts.clear": lambda tx, o, i: tx.alerts.clear(o, PARCEL, None, NOW),
    "tokens.revoke": lambda tx, o, i: tx.tokens.revoke(o, "gebruiker-7"),
    "facts.get": lambda tx, o, i: tx.facts.get(o, "cursor"),
}

ADDS = {
    "packs.add", "exchanges.add", "exchanges.add_member", "exchanges.association_opened", "parcels.want_sending",
    "keys.remember_statement", "work.add", "facts.set",
}  # fmt: skip
"""They make rows of the organisation that they are given, and read none."""

ELSEWHERE = {"audit.verify"}
"""Its answer for an unknown organisation, an empty chain that holds, is in test_audit."""


def _fill(tx: VaultTransaction) -> int:
    id_ = tx.instances.add(given.instance())
    tx.packs.add(given.pack())
    tx.packs.grow_segment(A, PACK, 1, 10)
    tx.packs.put_segment(given.segment(2))
    tx.exchanges.add(given.exchange())
    tx.exchanges.add_member(PARCEL, A, id_)
    tx.exchanges.association_opened(PARCEL, A, "association", "process", NOW)
    tx.parcels.add_part(PartRow(A, PARCEL, B, 1, "parcel", "e", b"body"))
    tx.parcels.want_sending(PARCEL, A, PACK, 1)
    tx.imports.fix(A, [ImportRow(PARCEL, id_, b"x", (), "1.2")])
    tx.imports.answered(PARCEL, id_, 0, "", NOW)
    tx.keys.add_transport(TransportKeyRow(A, "1" * 32, "age1", "AGE-SECRET-KEY-1", NOW, NOW))
    tx.keys.remember_statement(A, A, 1, "s", NOW)
    tx.audit.append(given.event())
    tx.alerts.raise_(AlertRow(0, A, PARCEL, "x", "", "", "", "", NOW))
    tx.facts.set(A, "cursor", "1")
    return id_


@pytest.mark.parametrize("name", sorted(NOTHING))
def test_another_organisation_gets_and_changes_nothing(vault: Vault, name: str) -> None:
    with vault.write() as tx:
        id_ = _fill(tx)
        before = _state(tx, id_)
        try:
            answer = NOTHING[name](tx, B, id_)
        except NotFound:
            answer = None
        assert not answer
        assert _state(tx, id_) == before


def test_every_method_that_takes_an_organisation_is_tried() -> None:
    taking = set()
    for store, port in inspect.getmembers(ports.Transaction, lambda member: isinstance(member, property)):
        kind = getattr(ports, inspect.signature(port.fget).return_annotation)
        for name, method in inspect.getmembers(kind, inspect.isfunction):
            if "organisation" in inspect.signature(method).parameters:
                taking.add(f"{store}.{name}")
    assert taking <= set(NOTHING) | ADDS | ELSEWHERE


def _state(tx: VaultTransaction, id_: int) -> list[Any]:
    return [
        tx.instances.get(A, [id_]),
        tx.packs.key(A, PACK),
        tx.packs.segments(A, PACK),
        tx.exchanges.get(A, PARCEL),
        tx.exchanges.members(PARCEL),
        tx.parcels.part(A, PARCEL, B, 1),
        tx.parcels.sendings(PARCEL),
        tx.imports.all(PARCEL),
        tx.keys.transport(A),
        tx.audit.head(A),
        tx.alerts.open(A),
    ]
