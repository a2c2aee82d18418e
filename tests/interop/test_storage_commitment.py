"""Storage commitment with pynetdicom, which is not ours: it answers our N-ACTION, and reports to our port."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import generate_uid
from pynetdicom import AE, build_role, evt
from pynetdicom.sop_class import StorageCommitmentPushModel, StorageCommitmentPushModelInstance, Verification

from beeldbrug.kit.ports import free_port
from beeldbrug.model.errors import Unsupported
from beeldbrug.node.ports.committing import CommitReport
from beeldbrug.node.ports.pacs import Application
from beeldbrug.node.protocols.dimse.commitment import request_commitment
from beeldbrug.node.protocols.dimse.limits import Limits
from tests.reception import AE as TITLE
from tests.reception import MemoryReception, listening

CT = "1.2.840.10008.5.1.4.1.1.2"
REFERENCES = [(CT, f"1.2.3.{number}") for number in range(300)]


def references(uids: list[str], reason: int | None = None) -> Sequence:
    items = []
    for uid in uids:
        one = Dataset()
        one.ReferencedSOPClassUID, one.ReferencedSOPInstanceUID = CT, uid
        if reason is not None:
            one.FailureReason = reason
        items.append(one)
    return Sequence(items)


@contextmanager
def archive(answers: Any, supports: Any = StorageCommitmentPushModel) -> Iterator[Application]:
    ae = AE("PACS")
    ae.add_supported_context(supports)
    port = free_port()
    server = ae.start_server(("127.0.0.1", port), block=False, evt_handlers=[(evt.EVT_N_ACTION, answers)])
    try:
        yield Application("PACS", "127.0.0.1", port, TITLE, timeout=10.0)
    finally:
        server.shutdown()


def test_the_request_names_everything_and_the_transaction() -> None:
    asked: list[Dataset] = []

    def taken(event: Any) -> tuple[int, None]:
        asked.append(event.action_information)
        assert (event.action_type, event.request.RequestedSOPInstanceUID) == (1, StorageCommitmentPushModelInstance)
        return 0x0000, None

    uid = generate_uid()
    with archive(taken) as application:
        assert request_commitment(application, uid, REFERENCES, 0.2) is None, "it reports later, or on another"
    (read,) = asked
    assert read.TransactionUID == uid
    found = [(one.ReferencedSOPClassUID, one.ReferencedSOPInstanceUID) for one in read.ReferencedSOPSequence]
    assert found == REFERENCES


@pytest.mark.parametrize("how", ["not accepted", "refused"])
def test_an_archive_that_cannot_is_told_apart_from_one_that_is_away(how: str) -> None:
    supports = Verification if how == "not accepted" else StorageCommitmentPushModel
    with (
        archive(lambda event: (0x0110, None), supports) as application,
        pytest.raises(Unsupported, match="pacs-no-commitment"),
    ):
        request_commitment(application, generate_uid(), REFERENCES, 0.2)


@contextmanager
def reporting(reception: MemoryReception, role: bool = True) -> Iterator[Any]:
    """An association of the archive's own, on which it is SCP."""
    with listening(reception, Limits()) as listener:
        ae = AE("PACS")
        ae.add_requested_context(StorageCommitmentPushModel)
        roles = [build_role(StorageCommitmentPushModel, scp_role=True)] if role else []
        association = ae.associate("127.0.0.1", listener.port, ae_title=TITLE, ext_neg=roles)
        try:
            yield association
        finally:
            if association.is_established:
                association.release()


def report(association: Any, dataset: Dataset, event: int = 1) -> int:
    status, _ = association.send_n_event_report(
        dataset, event, StorageCommitmentPushModel, StorageCommitmentPushModelInstance
    )
    return int(status.Status)


def test_a_report_on_an_association_of_the_archive_is_taken() -> None:
    reception = MemoryReception()
    dataset = Dataset()
    dataset.TransactionUID = "2.25.7"
    dataset.ReferencedSOPSequence = references(["1.2.3.1", "1.2.3.2"])
    dataset.FailedSOPSequence = references(["1.2.3.3"], 0x0112)
    with reporting(reception) as association:
        assert association.is_established
        assert report(association, dataset, 2) == 0x0000
    assert reception.reports == [CommitReport("2.25.7", frozenset({"1.2.3.1", "1.2.3.2"}), {"1.2.3.3": 0x0112})]


def test_who_would_have_us_keep_is_refused() -> None:
    with reporting(MemoryReception(), role=False) as association:
        assert not association.is_established


@pytest.mark.parametrize("uid", ["", "no uid"])
def test_a_report_that_cannot_be_read_is_answered_with_an_error_and_the_association_goes_on(uid: str) -> None:
    reception = MemoryReception()
    with reporting(reception) as association:
        broken, whole = Dataset(), Dataset()
        broken.TransactionUID, whole.TransactionUID = uid, "2.25.8"
        whole.ReferencedSOPSequence = references(["1.2.3.1"])
        assert report(association, broken) == 0xC000
        assert report(association, whole) == 0x0000
    assert len(reception.reports) == 1
