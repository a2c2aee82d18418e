"""A care directory taken into the address book: who can be reached, what stays, what is replaced."""

from __future__ import annotations

from dataclasses import replace

import pytest

from beeldbrug.model.errors import Unavailable
from beeldbrug.model.exchange import Party, Route
from beeldbrug.node.ports.partners import Door, Partner, Way
from beeldbrug.node.ports.sending import AddressEntry
from beeldbrug.node.usecases.sending.directory import Listed, ListedDoor
from beeldbrug.node.usecases.sending.take_directory import Taken, take_directory
from tests.contract.node.exchange.house import House, events
from tests.contract.node.given import A, B

Houses = tuple[House, House]

NORTH = Partner(A, "noord", "Noord", "00000044", (Door("", "Archief"),), (Way(Route.DISC),))
RADIOLOGY = ListedDoor("Hoofdlocatie", "Radiologie", "030 3")
LISTED = (
    Listed(A, "Wij zelf", (RADIOLOGY,)),
    Listed(B, "Anders gespeld", (RADIOLOGY, ListedDoor("", "SEH"))),
    Listed("00000044", "Noord", (RADIOLOGY,)),
    Listed("00000099", "Onbekend", (RADIOLOGY,)),
)


def take(house: House, *listed: Listed) -> Taken:
    return take_directory(house.database, house.trust, house.ura, listed, "beheer", house.clock.now())


def doors(house: House) -> list[tuple[str, str, str]]:
    with house.database.read() as tx:
        found = [one.party for one in tx.addresses.all(house.ura)]
    return sorted((one.location, one.department, one.phone) for one in found if one.organisation == B)


def test_only_who_can_be_reached_is_kept_and_the_rest_is_told(houses: Houses) -> None:
    a, _ = houses
    with a.database.write() as tx:
        tx.partners.put(NORTH)
    assert take(a, *LISTED) == Taken((B, "00000044"), 3, ("00000099",), 0)
    assert doors(a) == [("", "SEH", ""), ("Hoofdlocatie", "Radiologie", "030 3")]
    with a.database.read() as tx:
        north = tx.partners.get(A, "noord")
        names = {one.party.name for one in tx.addresses.all(A)}
    assert north is not None and north.ways == NORTH.ways
    assert north.doors == (Door("", "Archief"), Door("Hoofdlocatie", "Radiologie"))
    assert names == {one.name for one, _ in a.trust.book() if one.ura == B}  # as its certificate has it
    assert events(a).count("addresses-read") == 2


def test_a_later_file_replaces_an_earlier_one_and_nothing_that_people_typed(houses: Houses) -> None:
    a, _ = houses
    mine = AddressEntry("1" * 32, A, Party(B, "", "Hoofdlocatie", "Radiologie", "", "06 1"), a.clock.now())
    with a.database.write() as tx:
        tx.addresses.put(mine)
    take(a, *LISTED)
    assert doors(a) == [("", "SEH", ""), ("Hoofdlocatie", "Radiologie", "06 1")]
    take(a, Listed(B, "B", (ListedDoor("", "Neurologie"),)))
    assert doors(a) == [("", "Neurologie", ""), ("Hoofdlocatie", "Radiologie", "06 1")]
    take(a, LISTED[3])  # says nothing of B
    assert len(doors(a)) == 2


def test_words_are_made_one_clean_line_and_empty_doors_are_left_out(houses: Houses) -> None:
    a, _ = houses
    told = Listed(B, "B", (ListedDoor("", ""), ListedDoor(" Poli\n", "x" * 300), ListedDoor("Poli", "x" * 300)))
    assert take(a, told).left_out == 2
    assert doors(a) == [("Poli", "x" * 100, "")]


def test_nothing_is_kept_while_the_book_of_the_hub_cannot_be_read(
    houses: Houses, monkeypatch: pytest.MonkeyPatch
) -> None:
    a, _ = houses

    def away() -> None:
        raise Unavailable("hub-unreachable", "The hub does not answer.", "Wait.")

    with a.database.write() as tx:
        tx.partners.put(replace(NORTH, doors=()))
    monkeypatch.setattr(a.trust, "book", away)
    with pytest.raises(Unavailable):
        take(a, *LISTED)
    with a.database.read() as tx:
        assert tx.partners.all(A)[0].doors == () and doors(a) == []
