"""One DICOM port for several organisations: the called AE title says whose door it is."""

from __future__ import annotations

from collections.abc import Sequence

from beeldbrug.node.ports.reception import Peer
from beeldbrug.node.usecases.receive.session import Receiving, Session


class Front:
    """``ports.reception.Reception`` over those of the organisations, of which the first is the node's own.

    A title that two have is the first one's; one that nobody has is refused, and audited, by the node's own.
    """

    def __init__(self, doors: Sequence[Receiving]) -> None:
        self._doors = tuple(doors)

    def admit(self, peer: Peer) -> Session:
        """Admit under the rule of the organisation whose title is called. Raises Denied, audited there."""
        for door in self._doors:
            if any(rule.ae_title == peer.called_ae for rule in door.rules) or door.reports(peer):
                return door.admit(peer)
        return self._doors[0].admit(peer)
