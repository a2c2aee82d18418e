"""Keys are told from what is none; that a fingerprint is OpenSSH's own is tried in ``tests/interop``."""

from __future__ import annotations

from beeldbrug.node.policy.fingerprint import fingerprints


def test_what_is_no_key_has_no_fingerprint() -> None:
    assert fingerprints("") == fingerprints("# sftp.example ssh-ed25519 AAAA") == []
    assert fingerprints("ssh-ed25519 no*base64") == fingerprints("ssh-ed25519") == []


def test_each_key_of_a_text_has_its_own() -> None:
    found = fingerprints("noord ssh-ed25519 AAAA\n# a remark\necdsa-sha2-nistp256 AAAB noord")
    assert [one.split()[0] for one in found] == ["ssh-ed25519", "ecdsa-sha2-nistp256"]
    assert found[0].split()[1] != found[1].split()[1]
