"""Requests for missing images on both engines."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import text

from beeldbrug.kit.sql import reading
from beeldbrug.model.answer import Answerer
from beeldbrug.model.errors import Conflict
from beeldbrug.model.exchange import Urgency
from beeldbrug.model.image_request import RequestState, Want, Wanted
from beeldbrug.node.ports.image_requests import ImageRequestRow, Reply
from beeldbrug.node.ports.listing import Wanted as Listed
from beeldbrug.node.ports.sending import Gathering, GatherState, Source
from beeldbrug.node.stores.sql.database import Vault
from tests.contract.node import given
from tests.contract.node.given import NOW, PARCEL, A, B

OTHER = "d" * 32
ROW = ImageRequestRow(
    organisation=A,
    exchange=PARCEL,
    number=1,
    state=RequestState.ASKED,
    urgency=Urgency.STAT,
    at=NOW + 0.25,
    want=Want((Wanted.THIN_SLICES,), ("1.2.840.99.7",), "De dunne van Jansen-Zegel"),
    who=Answerer("Balie Bakker", "image-desk", "Radiologie"),
    phone="030 555 0112",
    login="bakker",
    had=12,
)
REPLY = Reply(
    outcome=RequestState.COMING,
    at=NOW + 5,
    who=Answerer("Coördinator de Boer"),
    reason="",
    text="Komt eraan, Zegel-tekst",
    phone="010 555 0113",
    login="boer",
    supplement=True,
    parcels=(OTHER,),
)


def test_requests_come_back_as_they_were_made_in_order(vault: Vault) -> None:
    second = replace(ROW, number=2, want=Want(text="Iets anders"), state=RequestState.REFUSED, part=7)
    with vault.write() as tx:
        tx.image_requests.add(second)
        tx.image_requests.add(ROW)
        tx.image_requests.add(replace(ROW, exchange=OTHER, at=NOW))
    with vault.read() as tx:
        assert tx.image_requests.of(A, [PARCEL, OTHER, "e" * 32]) == {
            PARCEL: [ROW, second],
            OTHER: [replace(ROW, exchange=OTHER, at=NOW)],
        }
        assert tx.image_requests.get(A, PARCEL, 2) == second
        assert [row.exchange for row in tx.image_requests.in_state(A, RequestState.ASKED)] == [OTHER, PARCEL]
        assert tx.image_requests.of(A, []) == {}
        assert tx.image_requests.of(B, [PARCEL]) == {}
        assert tx.image_requests.get(B, PARCEL, 1) is None
        assert tx.image_requests.in_state(B, RequestState.ASKED) == []


def test_a_number_is_given_once(vault: Vault) -> None:
    with vault.write() as tx:
        tx.image_requests.add(ROW)
    with pytest.raises(Conflict) as error, vault.write() as tx:
        tx.image_requests.add(replace(ROW, phone=""))
    assert error.value.code == "image-request-is-here"


def test_what_becomes_of_a_request_is_kept_with_it(vault: Vault) -> None:
    coming = replace(ROW, state=RequestState.COMING, reply=REPLY, reply_part=3, had=40)
    done = replace(coming, state=RequestState.ANSWERED, ended=NOW + 9, heard=NOW + 10)
    with vault.write() as tx:
        tx.image_requests.add(ROW)
        tx.image_requests.add(replace(ROW, number=2))
        tx.image_requests.put(coming)
    with vault.write() as tx:
        assert tx.image_requests.get(A, PARCEL, 1) == coming
        tx.image_requests.put(done)
        tx.image_requests.put(replace(done, organisation=B))
    with vault.read() as tx:
        assert tx.image_requests.of(A, [PARCEL])[PARCEL] == [done, replace(ROW, number=2)]


def test_who_asked_and_every_word_of_it_is_sealed(vault: Vault) -> None:
    with vault.write() as tx:
        tx.image_requests.add(replace(ROW, reply=REPLY))
    with reading(vault.engine) as connection:
        (row,) = connection.execute(text("SELECT * FROM image_request")).all()
    plain = b"".join(part if isinstance(part, bytes) else str(part).encode() for part in row)
    for word in (b"Zegel", b"Bakker", b"bakker", b"Boer", b"boer", b"555", b"1.2.840.99.7", b"thin"):
        assert word not in plain


def test_the_list_shows_those_in_which_something_is_asked(vault: Vault) -> None:
    with vault.write() as tx:
        for id in (PARCEL, OTHER):
            tx.exchanges.add(given.exchange(id))
        tx.image_requests.add(ROW)
        tx.image_requests.add(replace(ROW, exchange=OTHER, state=RequestState.ANSWERED))
    with vault.read() as tx:
        assert [row.id for row in tx.listings.page(A, Listed(asked=True), None, 10)] == [PARCEL]
        assert len(tx.listings.page(A, Listed(), None, 10)) == 2
    with vault.write() as tx:
        tx.image_requests.put(replace(ROW, state=RequestState.REFUSED))
    with vault.read() as tx:
        assert tx.listings.page(A, Listed(asked=True), None, 10) == []


def test_what_is_fetched_later_is_kept_with_the_gathering(vault: Vault) -> None:
    row = Gathering(PARCEL, A, "bundle", "arts", given.STUDY, Source.PACS, NOW, NOW, series=("1.2",))
    with vault.write() as tx:
        tx.gatherings.add(row)
        tx.gatherings.update(A, PARCEL, NOW, later=("1.3", "1.4"), series=("1.2", "1.9"), state=GatherState.WAITING)
    with vault.read() as tx:
        found = tx.gatherings.get(A, PARCEL)
    assert found is not None and (found.series, found.later) == (("1.2", "1.9"), ("1.3", "1.4"))
    assert found.fetches == ("1.3", "1.4") and found.takes("1.3", "PR") and not found.takes("1.2", "CT")


def test_what_feeds_an_exchange_can_begin_anew_after_it_had_ended(vault: Vault) -> None:
    with vault.write() as tx:
        tx.exchanges.add(given.exchange())
        tx.exchanges.association_opened(PARCEL, A, "feeder", "gathering", NOW)
        tx.exchanges.association_ended("feeder", NOW + 1)
        tx.exchanges.association_opened(PARCEL, A, "feeder", "gathering", NOW + 2)
        assert tx.exchanges.associations_open(PARCEL) == 0
        tx.exchanges.association_opened(PARCEL, A, "feeder", "gathering", NOW + 3, anew=True)
        assert tx.exchanges.associations_open(PARCEL) == 1
        tx.exchanges.association_ended("feeder", NOW + 4)
        assert tx.exchanges.associations_open(PARCEL) == 0
