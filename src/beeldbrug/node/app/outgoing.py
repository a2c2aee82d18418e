"""Composition of what sends HL7 v2: the systems of ``[[hl7_out]]``, and the client over MLLP."""

from __future__ import annotations

import ssl

from beeldbrug.node.ports.messages import Outgoing, Peer
from beeldbrug.node.protocols.dimse.tls import client_context
from beeldbrug.node.protocols.hl7.client import MllpClient


def make_outgoing() -> Outgoing:
    """What sends messages."""
    return MllpClient(_client_tls)


def _client_tls(peer: Peer) -> ssl.SSLContext | None:
    return client_context(peer.tls_ca, peer.tls_certificate, peer.tls_key) if peer.tls_ca else None
