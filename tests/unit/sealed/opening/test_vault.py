"""Promises of the vault's seals: what was altered, moved or sealed under another root does not open."""

from __future__ import annotations

import os
import pickle
from concurrent.futures import ThreadPoolExecutor

import pytest
import zstandard

from beeldbrug.model.errors import Denied, Malformed, TooLarge
from beeldbrug.sealed.opening.vault import (
    VaultRoot,
    binding,
    new_root,
    open_blob,
    seal_blob,
    unwrap,
    wrap,
    wrapped_key_id,
)

SECRET = new_root()
ROOT = VaultRoot(SECRET)
AAD = binding("90000001", "content-key", "7")


def test_a_value_comes_back_and_never_looks_the_same_twice() -> None:
    for plain in (b"", b"k" * 16, os.urandom(10_000)):
        wrapped = wrap(ROOT, AAD, plain)
        assert unwrap(VaultRoot(SECRET), AAD, wrapped) == plain
        assert wrapped != wrap(ROOT, AAD, plain)
        assert len(wrapped) == len(plain) + 49
        assert wrapped_key_id(wrapped) == ROOT.key_id


def test_a_blob_comes_back_smaller() -> None:
    header = b"(0010,0010) some attribute " * 200
    sealed = seal_blob(ROOT, AAD, header)
    assert open_blob(ROOT, AAD, sealed) == header
    assert len(sealed) < len(header) / 5
    assert open_blob(ROOT, AAD, seal_blob(ROOT, AAD, b"")) == b""


@pytest.mark.parametrize(
    "other",
    [
        binding("90000002", "content-key", "7"),
        binding("90000001", "header", "7"),
        binding("90000001", "content-key", "8"),
        binding("90000001", "content-key7", ""),
        b"",
    ],
)
def test_a_value_moved_to_another_organisation_purpose_or_row_does_not_open(other: bytes) -> None:
    with pytest.raises(Denied, match="vault-seal-broken"):
        unwrap(ROOT, other, wrap(ROOT, AAD, b"key"))


def test_any_altered_byte_is_refused() -> None:
    wrapped = bytearray(wrap(ROOT, AAD, b"key"))
    for at in range(len(wrapped)):
        wrapped[at] ^= 1
        with pytest.raises((Denied, Malformed)):
            unwrap(ROOT, AAD, bytes(wrapped))
        wrapped[at] ^= 1


def test_another_root_key_is_named_as_the_reason() -> None:
    with pytest.raises(Malformed, match="root-key-other"):
        unwrap(VaultRoot(new_root()), AAD, wrap(ROOT, AAD, b"key"))


def test_values_out_of_form_are_refused() -> None:
    for broken in (b"", b"\x01", b"\x02" + bytes(60)):
        with pytest.raises(Malformed, match="vault-value-malformed"):
            unwrap(ROOT, AAD, broken)
    with pytest.raises((Denied, Malformed)):
        unwrap(ROOT, AAD, wrap(ROOT, AAD, b"")[:-1])
    with pytest.raises(Malformed, match="vault-value-malformed"):
        open_blob(ROOT, AAD, wrap(ROOT, AAD, b"not zstd"))


def test_a_blob_that_would_fill_memory_is_refused() -> None:
    giant = b"\x28\xb5\x2f\xfd\xe0" + (2**40).to_bytes(8, "little")
    assert zstandard.frame_content_size(giant) == 2**40
    with pytest.raises(TooLarge, match="vault-value-too-large"):
        open_blob(ROOT, AAD, wrap(ROOT, AAD, giant))


def test_the_root_is_neither_shown_nor_pickled() -> None:
    assert SECRET.hex() not in repr(ROOT)
    assert repr(SECRET) not in repr(ROOT)
    with pytest.raises(Malformed, match="root-key-malformed"):
        pickle.dumps(ROOT)
    with pytest.raises(Malformed, match="root-key-malformed"):
        VaultRoot(b"short")


def test_derived_keys_differ_by_purpose_and_root() -> None:
    keys = {ROOT.derive("a"), ROOT.derive("b"), VaultRoot(new_root()).derive("a"), SECRET}
    assert len(keys) == 4
    assert ROOT.derive("a") == VaultRoot(SECRET).derive("a")


def test_blobs_are_sealed_and_opened_by_many_threads_at_once() -> None:
    headers = [os.urandom(50) * 100 for _ in range(200)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda header: open_blob(ROOT, AAD, seal_blob(ROOT, AAD, header)), headers)) == headers
