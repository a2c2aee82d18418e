"""The root key's file: made once, for its user alone, restorable from a passphrase-sealed text."""

from __future__ import annotations

from pathlib import Path

import pytest

from beeldbrug.model.errors import Conflict, Denied, Malformed, Unavailable, Unsupported
from beeldbrug.node.stores.rootkey import RootFile, root_file
from beeldbrug.sealed.opening.vault import unwrap, wrap

PHRASE = "twaalf paarden op de dijk"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "root"


def test_the_first_start_makes_a_key_that_later_starts_find(path: Path) -> None:
    first = RootFile(path).provide(None)
    again = RootFile(path).provide(first.key_id)
    assert again.key_id == first.key_id
    assert unwrap(again, b"a", wrap(first, b"a", b"x")) == b"x"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_lost_key_is_said_and_never_replaced(path: Path) -> None:
    with pytest.raises(Unavailable) as lost:
        RootFile(path).provide("0011223344556677")
    assert lost.value.code == "root-key-missing"
    assert "keys restore" in lost.value.remedy
    assert not path.exists()


def test_a_key_that_others_may_read_is_refused(path: Path) -> None:
    RootFile(path).provide(None)
    path.chmod(0o640)
    with pytest.raises(Denied) as exposed:
        RootFile(path).provide(None)
    assert exposed.value.code == "root-key-exposed"


@pytest.mark.parametrize("content", ["", "x y z", "beeldbrug-vault-root-1 00 AAAA", "\udce9"])
def test_a_damaged_file_is_said(path: Path, content: str) -> None:
    RootFile(path).provide(None)
    path.write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(Malformed) as damaged:
        RootFile(path).provide(None)
    assert damaged.value.code in ("root-key-malformed",)


def test_one_changed_character_of_the_key_is_found(path: Path) -> None:
    RootFile(path).provide(None)
    form, key_id, encoded = path.read_text().split()
    swapped = ("A" if encoded[0] != "A" else "B") + encoded[1:]
    path.write_text(f"{form} {key_id} {swapped}\n")
    with pytest.raises(Malformed):
        RootFile(path).provide(None)


def test_a_backup_restores_the_key_and_shows_nothing_of_it(path: Path, tmp_path: Path) -> None:
    file = RootFile(path)
    root = file.provide(None)
    text = file.backup(PHRASE)
    assert text.startswith("-----BEGIN AGE ENCRYPTED FILE-----")
    assert path.read_text().split()[2] not in text
    assert file.rehearse(text, PHRASE) == root.key_id
    with pytest.raises(Conflict):
        file.restore(text, PHRASE)
    elsewhere = RootFile(tmp_path / "other" / "root")
    assert elsewhere.restore("\n" + text + "\n", PHRASE).key_id == root.key_id
    assert elsewhere.provide(root.key_id).key_id == root.key_id
    for wrong in ((text, PHRASE + "x"), (text[:-80], PHRASE), ("", PHRASE)):
        with pytest.raises(Denied) as refused:
            file.rehearse(*wrong)
        assert refused.value.code == "backup-not-opened"


def test_a_rehearsal_with_the_backup_of_another_key_fails(path: Path, tmp_path: Path) -> None:
    other = RootFile(tmp_path / "other")
    other.provide(None)
    text = other.backup(PHRASE)
    file = RootFile(path)
    file.provide(None)
    with pytest.raises(Denied) as refused:
        file.rehearse(text, PHRASE)
    assert refused.value.code == "backup-of-other-key"


def test_a_short_passphrase_and_hardware_are_refused_with_a_remedy(path: Path) -> None:
    RootFile(path).provide(None)
    with pytest.raises(Malformed):
        RootFile(path).backup("kort")
    for source in ("pkcs11:token=x", "KMS:arn"):
        with pytest.raises(Unsupported) as refused:
            root_file(source)
        assert refused.value.remedy
    assert root_file(str(path)).provide(None).key_id
