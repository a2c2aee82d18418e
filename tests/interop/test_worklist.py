"""Orders for an import come from DCMTK's modality worklist (wlmscpfs), by exactly the patient's number."""

from __future__ import annotations

from beeldbrug.model.importing import Code
from beeldbrug.node.policy.orders import OrderRule, fitting
from beeldbrug.node.ports.pacs import Application
from beeldbrug.node.protocols.dimse.pacs import DimsePacs
from tests.peers.dcmtk import StartWorklist, scheduled

NOON = 1_700_000_000.0
"""14 November 2023."""


def test_orders_of_a_worklist_are_found_by_number_and_those_that_fit_are_chosen(wlmscpfs: StartWorklist) -> None:
    port = wlmscpfs(
        [
            scheduled("7001", "Vries^Els^^de", "B-1", "CT", "20231114", "Import CT"),
            scheduled("7001", "Vries^Els^^de", "B-2", "MR", "20231114", "MRI knie"),
            scheduled("7001", "Vries^Els^^de", "B-3", "CT", "20190101", "CT buik"),
            scheduled("70012", "Ander^Iemand", "B-4", "CT", "20231114", "Import CT"),
        ]
    )
    worklist = Application("WORKLIST", "127.0.0.1", port, "BEELDBRUG")
    nowhere = Application("PACS", "127.0.0.1", 1, "BEELDBRUG")
    orders = DimsePacs(nowhere, worklist).find_orders("7001")
    assert sorted(one.accession_number for one in orders) == ["B-1", "B-2", "B-3"]
    (found,) = fitting(orders, ("CT",), NOON, OrderRule())
    assert (found.accession_number, found.description, found.procedure_id) == ("B-1", "Import CT", "RP-B-1")
    assert found.code == Code("IMP", "99ZHB", "Import CT") and (found.modality, found.start) == ("CT", "20231114")
    assert DimsePacs(nowhere, worklist).find_orders("NOBODY") == []
    assert DimsePacs(nowhere, worklist).find_orders("7*") == [], "a number is no pattern"
    assert DimsePacs(nowhere).find_orders("7001") == []
