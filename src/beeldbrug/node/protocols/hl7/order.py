"""Orders as messages: ORM^O01, OMG^O19, OMI^O23 (HL7 v2 sections 4.4.1, 4.4.4 and 4.4.10), and the number in their
answers (ORR, ORG, ORI).

The Study Instance UID is in ZDS, as in IHE RAD TF-2 4.4; in OMI it is in the segment IPC that the standard has for it,
with the accession number and the ids of procedure and step. OBR-18 is the accession number, OBR-24 the modality.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

from beeldbrug.model.errors import Malformed, TooLarge, Unsupported
from beeldbrug.model.importing import OrderForm
from beeldbrug.node.ports.messages import Peer
from beeldbrug.node.ports.ordering import Asked
from beeldbrug.node.protocols.hl7.message import Message
from beeldbrug.node.protocols.hl7.write import Field, message, moment, msh, order_number, pid, segment

KINDS: Final = {
    OrderForm.ORM: ("ORM", "O01", "ORM_O01"),
    OrderForm.OMG: ("OMG", "O19", "OMG_O19"),
    OrderForm.OMI: ("OMI", "O23", "OMI_O23"),
}
"""MSH-9 by form."""

CANCEL: Final = "CA"
"""ORC-1 of an order that is cancelled (HL7 table 0119)."""

ACCESSION_PLACES: Final = (("IPC", 1), ("OBR", 18), ("OBR", 3), ("ORC", 3))
"""Where an answer gives the accession number; the first that is there counts."""

LONGEST_ACCESSION: Final = 16
"""Characters of an SH value (PS3.5 section 6.2)."""

FIELDS: Final = (
    ("PID-3", "own number (type PI), and the BSN (NLMINBIZA, NNNLD) where it is known"),
    ("PID-5, PID-7, PID-8", "name, birth date, sex, as the hospital knows them, else as sent"),
    ("PV1-2", "O"),
    ("ORC-1, ORC-5", "by setting: NW or SN; empty, SC, IP or CM"),
    ("ORC-2, OBR-2, OBR-18", "our number: placer number and accession number"),
    ("OBR-4", "the procedure, from the table in the settings"),
    ("OBR-13, OBR-24", "name of the sender; modality"),
    ("ORC-7 and OBR-27 of ORM, else TQ1", "time and priority: S for urgent and stat, else R"),
    ("ZDS-1 of ORM and OMG", "Study Instance UID (IHE RAD TF-2 4.4)"),
    ("IPC-1 of OMI", "accession number with its issuer"),
    ("IPC-2, IPC-4 of OMI", "ids of the requested procedure and its step: our number"),
    ("IPC-3 of OMI", "Study Instance UID"),
    ("IPC-5, IPC-6 of OMI", "modality, procedure"),
)
"""What an order says, for the conformance statement."""

_SEGMENTS = ("MSH", "MSA", "ORC", "OBR", "IPC")


@dataclass(frozen=True, slots=True)
class OrderWriter:
    """``ports.ordering.OrderMessages``; ``zone`` is that of the times it writes."""

    zone: tzinfo

    def write(self, peer: Peer, asked: Asked) -> bytes:
        """See the port."""
        return self._message(peer, asked, asked.control, asked.status, asked.control_id, asked.when)

    def cancel(self, peer: Peer, asked: Asked, control_id: str, when: float) -> bytes:
        """See the port."""
        return self._message(peer, asked, CANCEL, CANCEL, control_id, when)

    def _message(self, peer: Peer, asked: Asked, control: str, status: str, control_id: str, at: float) -> bytes:
        now, since = (datetime.fromtimestamp(one, self.zone) for one in (at, asked.when))
        priority = "S" if asked.urgent else "R"
        timed = ("", "", "", moment(since), "", priority)
        placer = order_number(asked.placer, peer.sending_application)
        orc: dict[int, Field] = {1: control, 2: placer, 5: status, 9: moment(now)}
        obr: dict[int, Field] = {
            1: "1",
            2: placer,
            4: (asked.code.value, asked.code.meaning, asked.code.scheme),
            13: asked.sender,
            18: asked.placer,
            24: asked.modality,
        }
        tq1 = []
        if asked.form is not OrderForm.ORM:
            tq1 = [segment("TQ1", {1: "1", 7: moment(since), 9: priority})]
        else:
            orc[7] = obr[27] = timed
        return message(
            peer,
            [
                msh(peer, KINDS[asked.form], control_id, now),
                pid(asked.number, asked.authority, asked.bsn, asked.name, asked.birth_date, asked.sex),
                segment("PV1", {1: "1", 2: "O"}),
                segment("ORC", orc),
                *tq1,
                segment("OBR", obr),
                _study(asked),
            ],
        )

    def accession_in(self, content: bytes) -> str:
        """See the port."""
        try:
            read = Message(content, "iso-8859-1", _SEGMENTS)
        except (Malformed, Unsupported, TooLarge):
            return ""
        for name, field in ACCESSION_PLACES:
            found = [read.value(one, field) for _, one in read.segments(name)]
            if found and found[0]:
                return found[0] if _is_short(found[0]) else ""
        return ""


def _study(asked: Asked) -> str:
    """The segment with the Study Instance UID."""
    if asked.form is not OrderForm.OMI:
        return segment("ZDS", {1: (asked.study_uid, "", "Application", "DICOM")})
    code = (asked.code.value, asked.code.meaning, asked.code.scheme)
    numbers: dict[int, Field] = {1: (asked.placer, asked.issuer), 2: (asked.placer,), 3: (asked.study_uid,)}
    return segment("IPC", {**numbers, 4: (asked.placer,), 5: (asked.modality,), 6: code})


def _is_short(value: str) -> bool:
    return len(value) <= LONGEST_ACCESSION and value.isascii() and value.isprintable() and "\\" not in value
