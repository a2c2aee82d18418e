"""Every storage class that pynetdicom and pydicom know is taken, and no other standard service."""

from pydicom.uid import UID_dictionary
from pynetdicom.presentation import build_context
from pynetdicom.sop_class import _APPLICATION_EVENT_CLASSES, _QR_CLASSES, _STORAGE_CLASSES

from beeldbrug.node.protocols.dimse.sop_classes import is_storage, is_uid


def test_every_storage_class_is_taken() -> None:
    assert all(is_storage(uid) for uid in _STORAGE_CLASSES.values())
    assert build_context("1.2.840.10008.1.1").abstract_syntax
    named = [uid for uid, entry in UID_dictionary.items() if entry[1] == "SOP Class" and "Image Storage" in entry[0]]
    assert len(named) > 50
    assert all(is_storage(uid) for uid in named)


def test_other_services_are_not_storage() -> None:
    assert not any(is_storage(uid) for uid in (*_QR_CLASSES.values(), *_APPLICATION_EVENT_CLASSES.values()))
    strange = [uid for uid, entry in UID_dictionary.items() if entry[1] == "SOP Class" and "- FIND" in entry[0]]
    assert not any(is_storage(uid) for uid in strange)


def test_private_classes_are_taken_and_nonsense_is_not() -> None:
    assert is_storage("1.3.12.2.1107.5.9.1")
    for text in ("", "abc", "1..2", ".1", "1.", "1." * 32 + "1", "1.2.3\n"):
        assert not is_uid(text)
        assert not is_storage(text)
