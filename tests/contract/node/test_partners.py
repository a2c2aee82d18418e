"""The own list of partners and what they have taken: one set of promises for both engines."""

from __future__ import annotations

from dataclasses import replace

from beeldbrug.model.exchange import Route
from beeldbrug.node.ports.partners import Delivery, Door, Form, Partner, Way
from beeldbrug.node.stores.sql.database import Vault
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
