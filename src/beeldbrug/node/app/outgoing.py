"""Composition of what sends HL7 v2: the systems of ``[[hl7_out]]``, and the client over MLLP."""

from __future__ import annotations

import ssl
from dataclasses import dataclass

from beeldbrug.model.errors import Unavailable
from beeldbrug.node.app.settings import NodeSettings
from beeldbrug.node.ports.messages import Outgoing, Peer
from beeldbrug.node.protocols.dimse.tls import client_context
from beeldbrug.node.protocols.hl7.client import MllpClient


def make_outgoing() -> Outgoing:
    """What sends messages."""
    return MllpClient(_client_tls)


def _client_tls(peer: Peer) -> ssl.SSLContext | None:
    return client_context(peer.tls_ca, peer.tls_certificate, peer.tls_key) if peer.tls_ca else None


@dataclass(frozen=True)
class Peers:
    """The systems as they are set."""

    settings: NodeSettings

    def __call__(self, name: str) -> Peer:
        """One by its name. Raises Unavailable ``hl7-peer-not-set``."""
        for one in self.settings.hl7_out:
            if one.name == name:
                return one.peer()
        raise Unavailable(
            "hl7-peer-not-set",
            "The system that the message is for is not in the settings.",
            "Set it again in [[hl7_out]] under the same name.",
        )
