"""Capsule parts against the ``age`` and ``zstd`` commands: they open ours, and we open what they made."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import msgspec
import pytest

from beeldbrug.model.capsule import CAPSULE_VERSION, HeaderRecord, Preface, Receipt
from beeldbrug.sealed.capsule import seal_part
from beeldbrug.sealed.envelope import VERSION, Envelope, part_hash
from beeldbrug.sealed.keys import TransportKey, new_transport_key, read_transport_key
from beeldbrug.sealed.opening.capsule import open_part

pytestmark = [
    pytest.mark.skipif(shutil.which(command) is None, reason=f"the {command} command is not installed")
    for command in ("age", "age-keygen", "zstd")
]

SENDER, RECEIVER, PARCEL = "90000001", "90000002", "0" * 32
TIMEOUT = 30


def run(*command: str, given: bytes = b"") -> bytes:
    return subprocess.run(command, input=given, stdout=subprocess.PIPE, check=True, timeout=TIMEOUT).stdout


def keyfile(folder: Path, key: TransportKey) -> str:
    path = folder / "key.txt"
    path.write_text(key.secret + "\n")
    return str(path)


def an_envelope(sealed: bytes, key: TransportKey, kind: str) -> Envelope:
    return Envelope(VERSION, kind, PARCEL, 1, part_hash(sealed), "", SENDER, RECEIVER, key.key_id, 1.0)


def a_preface(kind: str) -> Preface:
    return Preface(CAPSULE_VERSION, SENDER, RECEIVER, PARCEL, 1, kind)


def frames(plain: bytes) -> list[bytes]:
    found = []
    while plain:
        assert plain[:1] == b"\xc6"
        end = 5 + int.from_bytes(plain[1:5], "big")
        found.append(plain[5:end])
        plain = plain[end:]
    return found


def test_the_age_command_opens_a_part_of_ours_and_zstd_unpacks_it(tmp_path: Path) -> None:
    key, header = new_transport_key(), bytes(range(256)) * 300
    record = HeaderRecord(1, "1.2", "1.2.3", "1.2.3.4", "1.2.5", "1.2.6", False, header)
    sealed = seal_part(a_preface("parcel"), [record], key.recipient)
    plain = run("zstd", "-dc", given=run("age", "--decrypt", "-i", keyfile(tmp_path, key), given=sealed))
    preface, content = (msgspec.msgpack.decode(frame) for frame in frames(plain))
    assert preface == ["preface", msgspec.to_builtins(a_preface("parcel"))]
    assert content[0] == "header"
    assert content[1]["header"] == header


def test_the_age_command_with_another_key_does_not_open_it(tmp_path: Path) -> None:
    sealed = seal_part(a_preface("parcel"), [], new_transport_key().recipient)
    other = keyfile(tmp_path, new_transport_key())
    done = subprocess.run(["age", "--decrypt", "-i", other], input=sealed, capture_output=True, timeout=TIMEOUT)
    assert done.returncode != 0
    assert not done.stdout


def test_a_part_made_by_zstd_and_age_opens_here_with_a_key_of_age_keygen() -> None:
    lines = run("age-keygen").decode().splitlines()
    key = read_transport_key(next(line for line in lines if line.startswith("AGE-SECRET-KEY-1")))
    receipt = Receipt("verified", 3, 3, bytes(32), at=2.0)
    tagged = [msgspec.msgpack.encode(("preface", a_preface("receipt"))), msgspec.msgpack.encode(("receipt", receipt))]
    plain = b"".join(b"\xc6" + len(item).to_bytes(4, "big") + item for item in tagged)
    padding = b"\x50\x2a\x4d\x18\x0c\x00\x00\x00" + bytes(12)
    sealed = run("age", "-r", key.recipient, given=run("zstd", "-c", given=plain) + padding)
    opened = open_part(sealed, [key.secret], an_envelope(sealed, key, "receipt"))
    assert opened.records == (receipt,)
