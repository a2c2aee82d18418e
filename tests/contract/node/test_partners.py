"""The own list of partners and what they have taken: one set of promises for both engines."""

from __future__ import annotations

from dataclasses import replace

from beeldbrug.model.exchange import Direction, Route, State
from beeldbrug.node.ports.partners import Delivery, Door, Form, Partner, Standing, Way
from beeldbrug.node.stores.sql.database import Vault
from tests.contract.node import given
from tests.contract.node.given import NOW, PARCEL, A, B

SFTP = Way(Route.SFTP, "Hoofdlocatie", "sftp.example", 2222, "beelden", "/etc/key", "ssh-ed25519 AAAA", "in", Form.ZIP)
DICOM = Way(Route.DICOM, host="pacs.example", port=2762, ae_title="NOORD", tls_ca="/etc/ca.pem")
NORTH = Partner(A, "noord", "Ziekenhuis Noord", "00000044", (Door("Hoofdlocatie", "SEH"),), (SFTP, DICOM), NOW)


def test_a_partner_comes_back_as_it_was_kept(vault: Vault) -> None:
    with vault.write() as tx:
        tx.partners.put(NORTH)
        tx.partners.put(Partner(A, "ambu", "Ambulance", ways=(Way(Route.DISC),), changed=NOW))
    with vault.read() as tx:
        assert tx.partners.get(A, "noord") == NORTH
        assert [one.id for one in tx.partners.all(A)] == ["ambu", "noord"]
        assert tx.partners.get(B, "noord") is None and tx.partners.all(B) == []


def test_the_first_way_that_leads_to_the_location_is_taken() -> None:
    assert NORTH.way("Hoofdlocatie") == SFTP and NORTH.way("Polikliniek") == NORTH.way("") == DICOM
    assert NORTH.address == "partner:noord"


def test_a_partner_is_replaced_and_removed(vault: Vault) -> None:
    with vault.write() as tx:
        tx.partners.put(NORTH)
        tx.partners.put(replace(NORTH, name="Noord"))
        assert [one.name for one in tx.partners.all(A)] == ["Noord"]
        assert not tx.partners.delete(B, "noord")
        assert tx.partners.delete(A, "noord") and not tx.partners.delete(A, "noord")


def test_of_each_instance_the_newest_answer_is_kept(vault: Vault) -> None:
    taken, refused = Delivery(1, 0, "", NOW), Delivery(2, 0xC000, "class-not-accepted", NOW)
    with vault.write() as tx:
        tx.deliveries.note(A, PARCEL, taken)
        tx.deliveries.note(A, PARCEL, refused)
        assert tx.deliveries.of(A, PARCEL) == {1: taken, 2: refused}
        assert tx.deliveries.of(B, PARCEL) == {}
        tx.deliveries.note(B, PARCEL, Delivery(1, 0xA700, "", NOW))
        assert tx.deliveries.forget_refused(B, PARCEL) == 0
        assert tx.deliveries.forget_refused(A, PARCEL) == 1
        assert tx.deliveries.of(A, PARCEL) == {1: taken}


def test_how_delivering_stands_is_counted_by_partner_of_one_organisation(vault: Vault) -> None:
    rows = [
        ("partner:noord", State.DELIVERED, "", NOW),
        ("partner:noord", State.DELIVERED, "", NOW + 10),
        ("partner:noord", State.SENDING, "partner-log-in", NOW + 20),
        ("partner:noord", State.SENDING, "", NOW + 30),
        ("partner:zuid", State.FAILED, "partner-refused", NOW),
        (B, State.SENDING, "", NOW),
    ]
    with vault.write() as tx:
        for number, (peer, state, reason, created) in enumerate(rows):
            id = f"{number:032x}"
            tx.exchanges.add(given.exchange(id, peer=peer, state=state, created=created))
            tx.exchanges.update(id, NOW, reason_code=reason, first_part=NOW)
            tx.deliveries.note(A, id, Delivery(1, 0, "", created + 5))
        tx.exchanges.add(given.exchange("a" * 32, B, peer="partner:noord", state=State.SENDING))
        tx.exchanges.add(given.exchange("c" * 32, peer="partner:noord", direction=Direction.IN, state=State.VERIFIED))
        tx.exchanges.add(given.exchange("d" * 32, peer="partner:noord", state=State.FAILED))
        tx.exchanges.update("d" * 32, NOW, withdrawn=NOW, first_part=NOW)
    with vault.read() as tx:
        assert tx.deliveries.standing(A) == {
            "partner:noord": Standing(2, 1, "partner-log-in", 0, NOW + 15),
            "partner:zuid": Standing(0, 0, "", 1, None),
        }
        assert tx.deliveries.standing(B) == {"partner:noord": Standing(1, 0, "", 0, None)}
