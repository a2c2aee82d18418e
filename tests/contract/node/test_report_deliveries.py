"""Reports that are given on, as the vault keeps them: each once, its bytes until it was taken, nothing readable."""

from __future__ import annotations

from dataclasses import replace

from beeldbrug.node.ports.report_delivery import DeliveryRow, DeliveryState, Outlet, Said
from beeldbrug.node.stores.sql.database import Vault
from tests.contract.node.given import NOW, PARCEL, A, B
from tests.unit.node.protocols.hl7.test_oru import ADDRESSED, REPORT

ROW = DeliveryRow(A, "d" * 32, PARCEL, "9" * 32, 1, Outlet.HL7, "", DeliveryState.WAITING, "C0", NOW, NOW)
SAID = Said(REPORT, ADDRESSED)


def test_a_version_goes_one_way_once(vault: Vault) -> None:
    with vault.write() as tx:
        assert tx.report_deliveries.add(ROW, SAID, b"bytes")
        assert not tx.report_deliveries.add(replace(ROW, id="e" * 32, control="C1"), SAID, b"other")
        for other in (
            replace(ROW, id="1" * 32, number=2, created=NOW + 1),
            replace(ROW, id="2" * 32, outlet=Outlet.DICOM_SR, created=NOW + 2),
            replace(ROW, id="3" * 32, mark="1700", created=NOW + 3),
            replace(ROW, id="4" * 32, retracts=True, created=NOW + 4),
        ):
            assert tx.report_deliveries.add(other, SAID, b"bytes")
    with vault.read() as tx:
        rows = tx.report_deliveries.of_exchange(A, PARCEL)
        assert rows[0] == ROW
        assert [row.id[0] for row in rows] == ["d", "1", "2", "3", "4"]
        assert tx.report_deliveries.of_exchange(B, PARCEL) == []
        assert tx.report_deliveries.get(B, ROW.id) is None
        assert tx.report_deliveries.opened(B, ROW.id) is None


def test_the_bytes_are_there_until_it_was_taken(vault: Vault) -> None:
    with vault.write() as tx:
        tx.report_deliveries.add(ROW, replace(SAID, report=replace(REPORT, document=b"%PDF")), b"bytes")
        assert tx.report_deliveries.opened(A, ROW.id) == (SAID, b"bytes")
        tx.report_deliveries.settle(B, [ROW.id], DeliveryState.DELIVERED, "", NOW)
        tx.report_deliveries.settle(A, [ROW.id], DeliveryState.REFUSED, "hl7-error", NOW + 1)
        assert tx.report_deliveries.opened(A, ROW.id) == (SAID, b"bytes")
        tx.report_deliveries.settle(A, [ROW.id], DeliveryState.DELIVERED, "", NOW + 2)
        assert tx.report_deliveries.opened(A, ROW.id) == (SAID, b"")
        row = tx.report_deliveries.get(A, ROW.id)
        assert row == replace(ROW, state=DeliveryState.DELIVERED, changed=NOW + 2)


def test_only_what_was_refused_is_forgotten_to_be_made_anew(vault: Vault) -> None:
    with vault.write() as tx:
        tx.report_deliveries.add(ROW, SAID, b"bytes")
        tx.report_deliveries.remove(A, ROW.id)
        assert tx.report_deliveries.get(A, ROW.id) is not None
        tx.report_deliveries.settle(A, [ROW.id], DeliveryState.REFUSED, "hl7-error", NOW)
        tx.report_deliveries.remove(B, ROW.id)
        assert tx.report_deliveries.get(A, ROW.id) is not None
        tx.report_deliveries.remove(A, ROW.id)
        assert tx.report_deliveries.get(A, ROW.id) is None


def test_what_waits_outlives_the_content_of_its_exchange(vault: Vault) -> None:
    with vault.write() as tx:
        tx.report_deliveries.add(ROW, SAID, b"bytes")
        taken = replace(ROW, id="e" * 32, number=2, state=DeliveryState.DELIVERED)
        tx.report_deliveries.add(taken, SAID, b"")
        tx.report_deliveries.forget(B, PARCEL)
        tx.report_deliveries.forget(A, PARCEL)
        assert [row.id for row in tx.report_deliveries.of_exchange(A, PARCEL)] == [ROW.id]
