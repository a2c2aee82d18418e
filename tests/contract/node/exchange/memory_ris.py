"""A RIS in memory: what it was sent, which orders it has, what it answers, and when it is silent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from beeldbrug.model.errors import Unavailable
from beeldbrug.model.importing import Code
from beeldbrug.node.policy.ordering import Making, Procedure
from beeldbrug.node.ports.messages import Acknowledged, Peer
from beeldbrug.node.protocols.hl7.order import OrderWriter

RIS = Peer("ris", "ris.example", 2575, receiving_application="RIS", character_set="UNICODE UTF-8")
WRITER = OrderWriter(ZoneInfo("Europe/Amsterdam"))
IMPORT_CT = Procedure(Code("IMPCT", "L", "Import CT van elders"), "CT")
ANY = Procedure(Code("IMP", "L", "Import van elders"))
MAKING = Making("ris", issuer="RIS-B", authority="ZHB", procedures=(IMPORT_CT, ANY))


def silent() -> Unavailable:
    return Unavailable("hl7-peer-silent", "No answer.", "Again.")


@dataclass
class MemoryRis:
    """``ports.messages.Outgoing``. ``orders`` by placer number: NW or CA, as it was last told."""

    received: list[bytes] = field(default_factory=list)
    orders: dict[str, str] = field(default_factory=dict)
    code: str = "AA"
    rest: str = ""
    """Segments after MSA."""
    lost: bool = False
    """It takes a message, and its answer does not come."""
    away: bool = False
    """It takes nothing."""
    before: Callable[[], None] | None = None
    """What happens once while it thinks."""

    def send(self, peer: Peer, content: bytes) -> Acknowledged:
        if self.before is not None:
            happens, self.before = self.before, None
            happens()
        if self.away:
            raise silent()
        self.received.append(content)
        lines = content.decode().split("\r")
        control, orc = lines[0].split("|")[9], next(line for line in lines if line.startswith("ORC")).split("|")
        if self.code == "AA":
            self.orders[orc[2].split("^")[0]] = orc[1]
        if self.lost:
            raise silent()
        answer = f"MSH|^~\\&|RIS||BEELDBRUG||20261123||ORR^O02|1|P|2.5\rMSA|{self.code}|{control}\r{self.rest}"
        return Acknowledged(self.code, "" if self.code == "AA" else "hl7-rejected", answer.encode())

    def standing(self) -> list[str]:
        """Accession numbers of orders that stand."""
        return [number for number, control in self.orders.items() if control != "CA"]
