"""Fingerprints are those that OpenSSH shows, so that two people can compare them on the telephone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from beeldbrug.node.policy.fingerprint import fingerprints
from tests.peers.processes import run


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
def test_a_fingerprint_is_the_one_that_ssh_keygen_prints(tmp_path: Path, kind: str) -> None:
    program = shutil.which("ssh-keygen")
    if program is None:
        pytest.skip("ssh-keygen is not installed")
    key = tmp_path / "key"
    assert run([program, "-q", "-t", kind, "-N", "", "-f", str(key)]).code == 0
    public = key.with_suffix(".pub").read_text()
    printed = run([program, "-lf", str(key)]).output
    assert fingerprints(public)[0].split()[1] == printed.split()[1]
    assert fingerprints("[sftp.example]:2222 " + public) == fingerprints(public)
