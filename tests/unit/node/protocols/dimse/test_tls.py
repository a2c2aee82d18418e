"""TLS contexts keep to the profile, and unusable files are one clear error."""

import ssl
from pathlib import Path

import pytest

from beeldbrug.model.errors import Malformed
from beeldbrug.node.protocols.dimse.tls import ClientCertificates, ServerTls, client_context, server_context
from tests.peers.certificates import make_authority


def test_contexts_keep_to_the_profile(tmp_path: Path) -> None:
    authority = make_authority(tmp_path)
    certificate, key = authority.issue("localhost")
    for wanted, mode in (
        (ClientCertificates.NONE, ssl.CERT_NONE),
        (ClientCertificates.OPTIONAL, ssl.CERT_OPTIONAL),
        (ClientCertificates.REQUIRED, ssl.CERT_REQUIRED),
    ):
        context = server_context(ServerTls(str(certificate), str(key), str(authority.certificate), wanted))
        assert context.verify_mode == mode
        assert context.minimum_version >= ssl.TLSVersion.TLSv1_2
    client = client_context(str(authority.certificate), str(certificate), str(key))
    assert client.verify_mode == ssl.CERT_REQUIRED
    assert client.check_hostname
    assert not client_context(str(authority.certificate), check_host=False).check_hostname
    for cipher in client.get_ciphers():
        assert "GCM" in cipher["name"] or "POLY1305" in cipher["name"] or "CCM" in cipher["name"]


def test_unusable_files_are_one_clear_error(tmp_path: Path) -> None:
    certificate, key = make_authority(tmp_path).issue("localhost")
    _, other_key = make_authority(tmp_path / "other").issue("localhost")
    for settings in (
        ServerTls(str(tmp_path / "absent"), str(key)),
        ServerTls(str(certificate), str(other_key)),
        ServerTls(str(certificate), str(key)),
    ):
        with pytest.raises(Malformed) as caught:
            server_context(settings)
        assert caught.value.code == "tls-files-invalid"
        assert str(tmp_path) not in str(caught.value)
    with pytest.raises(Malformed):
        client_context(str(tmp_path / "absent"))
