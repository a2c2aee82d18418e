"""Settings of orders and of the systems that HL7 v2 is sent to: faults are told before anything is sent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from beeldbrug.model.exchange import Urgency
from beeldbrug.model.importing import Code, OrderForm
from beeldbrug.node.app.hl7_settings import Hl7Peer
from beeldbrug.node.app.import_settings import OrdersSection
from beeldbrug.node.app.settings import NodeSettings
from beeldbrug.node.policy.ordering import Procedure, procedure_for
from beeldbrug.node.ports.messages import Mode

ROW = {"code": "IMP", "meaning": "Import"}
CT = Procedure(Code("CT", "L", "CT"), "CT")
CHEST = Procedure(Code("TH", "L", "Thorax"), "CT", "CHEST")
ANY = Procedure(Code("IMP", "L", "Import"))


def test_a_system_is_given_as_the_port_has_it() -> None:
    section = Hl7Peer.model_validate({"name": "ris", "host": "ris", "port": 2575, "mode": "enhanced", "version": "2.4"})
    peer = section.peer()
    assert (peer.name, peer.mode, peer.version, peer.character_set, peer.tls_ca) == (
        *("ris", Mode.ENHANCED, "2.4"),
        *("8859/1", ""),
    )


@pytest.mark.parametrize(
    "more", [{"tls_key": "k"}, {"tls_name": "n"}, {"name": "RIS"}, {"version": "3.0"}, {"port": 0}]
)
def test_a_system_that_cannot_be_called_is_refused(more: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Hl7Peer.model_validate({"name": "ris", "host": "ris", "port": 2575, **more})


@pytest.mark.parametrize("given", [{"peer": "ris"}, {"prefix": "TOOLONGXX"}, {"prefix": "ABCDEFGH", "digits": 9}])
def test_orders_that_cannot_be_made_are_refused(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        OrdersSection.model_validate(given)


def test_orders_are_made_where_a_system_is_named_and_for_stat_only_where_that_is_set() -> None:
    making = OrdersSection.model_validate({"peer": "ris", "message": "OMG", "procedures": [ROW]}).making("Ziekenhuis B")
    assert making.form is OrderForm.OMG and making.issuer == "Ziekenhuis B"
    assert making.wanted(Urgency.ROUTINE) and not making.wanted(Urgency.STAT)
    assert not OrdersSection().making("B").wanted(Urgency.ROUTINE)


def test_the_first_row_that_fits_modality_and_body_part_counts() -> None:
    table = (CHEST, CT, ANY)
    assert procedure_for(["CT"], ["Chest"], table) is CHEST
    assert procedure_for(["CT", "SR"], ["KNEE"], table) is CT
    assert procedure_for(["MR"], [], table) is ANY
    assert procedure_for(["MR"], [], (CHEST, CT)) is None


def test_omi_is_written_in_the_versions_that_have_it(tmp_path: Path) -> None:
    here = tmp_path / "any"
    own = {"ura": "00000001", "name": "A", "certificate": here, "signing_key": here}
    settings: dict[str, Any] = {"data": tmp_path / "data", "root_key": here, "organisation": own}
    ris: Any = {"name": "ris", "host": "ris", "port": 2575}
    orders: Any = {"peer": "ris", "message": "OMI", "procedures": [ROW]}
    assert NodeSettings(**settings, hl7_out=[ris], orders=orders).orders.message == "OMI"
    with pytest.raises(ValidationError, match="OMI is of version"):
        NodeSettings(**settings, hl7_out=[{**ris, "version": "2.3.1"}], orders=orders)
