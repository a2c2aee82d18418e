"""Is it this program that listens there: C-ECHO, and the implementation class that the acceptor names (PS3.7 D.3.3.2).

For ``check`` only; it stores nothing and asks for nothing.
"""

from __future__ import annotations

from beeldbrug.dicom.part10 import IMPLEMENTATION_CLASS_UID
from beeldbrug.node.ports.pacs import Application
from beeldbrug.node.protocols.dimse import command
from beeldbrug.node.protocols.dimse.limits import Limits
from beeldbrug.node.protocols.dimse.pdu import ProposedContext
from beeldbrug.node.protocols.dimse.sop_classes import VERIFICATION
from beeldbrug.node.protocols.dimse.store_scu import IMPLICIT_LITTLE_ENDIAN, open_association


def is_ours(application: Application) -> bool:
    """Whether a node of this program answers there. Raises Unavailable as ``store_scu.echo``."""
    context = ProposedContext(1, VERIFICATION, (IMPLICIT_LITTLE_ENDIAN,))
    with open_association(application, [context], Limits()) as requestor:
        if 1 in requestor.contexts and requestor.contexts[1].result == 0:
            requestor.send_command(1, command.echo_request(requestor.next_message_id(), VERIFICATION))
            requestor.receive()
        return requestor.peer_implementation == IMPLEMENTATION_CLASS_UID
