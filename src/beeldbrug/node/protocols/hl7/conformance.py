"""The conformance statement of this port, made from the tables that it runs on (``docs/conformance/hl7.md``).

``python -m beeldbrug.node.protocols.hl7.conformance`` prints it; a test compares it with the page in the docs.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator

from beeldbrug.node.protocols.hl7.acknowledge import CONDITIONS, INTERNAL, STATUS_BY_KIND
from beeldbrug.node.protocols.hl7.adt import EVENTS, VERSIONS, Meaning
from beeldbrug.node.protocols.hl7.client import REFUSED
from beeldbrug.node.protocols.hl7.limits import Limits
from beeldbrug.node.protocols.hl7.message import CHARACTER_SETS, SEGMENTS
from beeldbrug.node.protocols.hl7.order import ACCESSION_PLACES, CANCEL, FIELDS, KINDS, LONGEST_ACCESSION
from beeldbrug.node.protocols.hl7.write import CODECS

_INTRODUCTION = """\
# HL7 v2 conformance statement

Made by `python -m beeldbrug.node.protocols.hl7.conformance` from the tables that the port runs on; do not edit.

The node receives ADT messages over MLLP (release 1), in original acknowledgement mode, with or without TLS. It learns
from them who the hospital's own patients are, and does not read MSH-15 and MSH-16. It sends orders to the systems of
`[[hl7_out]]`.
HAPI HL7v2 2.5.1 talks to it in `tests/interop/test_hl7.py`; it talks to the MLLP server of the Python package `hl7` in
`tests/interop/test_hl7_out.py`.
"""

_FIELDS = """\
## What is read

| field | use |
|---|---|
| MSH-7, EVN-2 | the time by which messages are put in order; one without zone is of `[notices] time_zone` |
| MSH-9, EVN-1 | type ADT, and the event |
| MSH-11, MSH-12, MSH-18 | processing id, version, character set (its first repetition) |
| PID-3, MRG-1 | own numbers by assigning authority (`[hl7] authority`), else by type PI, else MR |
| PID-3 | the BSN: type NNNLD or authority NLMINBIZA, where it passes the 11-test and there is one |
| PID-5 | the legal name, else the first; family name with own and partner's parts (HL7-NL) |
| PID-7, PID-8 | birth date, sex |

Segments of other names are not looked at. In events that change a patient PID-3 counts as whole: a BSN that it lacks is
gone. An empty field leaves what is known; `""` takes it away. A message older than what is known changes nothing.
"""

_SENT = """\
## What is sent

A connection for each message, closed after its acknowledgement. Original mode; in enhanced mode, by setting, MSH-15 and
MSH-16 are AL, and the answer of the application is waited for on the same connection and acknowledged (CA) where it
asks for that. MSA-2 must be the control id. A message without an acknowledgement is sent again, byte for byte.
"""

_MEANINGS = {
    Meaning.CHANGE: "the patient is added or changed",
    Meaning.MERGE: "the number in PID-3 stands for those in MRG-1 from now on, and for what these stood for",
    Meaning.DELETE: "the number is no patient's any more",
}


def statement() -> str:
    """The whole page."""
    return "\n".join(_parts())


def _parts() -> Iterator[str]:
    yield _INTRODUCTION
    yield _FIELDS
    yield "## Events\n"
    rows = [(", ".join(one for one, found in EVENTS.items() if found is m), text) for m, text in _MEANINGS.items()]
    yield _table(("event", "meaning"), [*rows, ("any other", "acknowledged with AA; changes nothing")])
    low, high = (".".join(map(str, one)) for one in VERSIONS)
    yield f"Versions {low} to {high}. Segments: {', '.join(SEGMENTS)}.\n"
    yield "## Character sets\n"
    yield _table(("MSH-18", "read as"), CHARACTER_SETS.items())
    yield "An empty MSH-18, and ASCII, are read by `[hl7] character_set`.\n"
    yield "## Acknowledgements\n"
    yield "AA: kept, or not of interest. Else by the [kind of error](../reference/errors.md):\n"
    yield _table(("kind", "MSA-1"), ((kind.value, code) for kind, code in STATUS_BY_KIND.items()))
    yield "From version 2.5 on ERR goes along: ERR-3 by this table, ERR-5 our code, ERR-8 the remedy.\n"
    conditions = [(code, number, text) for code, (number, text) in CONDITIONS.items()]
    yield _table(("code", "ERR-3", "text"), [*conditions, ("any other", *INTERNAL)])
    yield from _sent()
    yield "## Limits\n"
    yield _table(("limit", "default"), ((name, f"{getattr(Limits(), name)}") for name in Limits.__slots__))


def _sent() -> Iterator[str]:
    yield _SENT
    yield _table(("setting", "MSH-9"), ((form.value, "^".join(kind)) for form, kind in KINDS.items()))
    yield "Before version 2.3.1 the structure is left out. Fields:\n"
    yield _table(("field", "content"), FIELDS)
    places = ", ".join(f"{name}-{field}" for name, field in ACCESSION_PLACES)
    yield f"An order is cancelled by the same message with {CANCEL} in ORC-1 and ORC-5.\n"
    yield f"The accession number of an answer (ORR, ORG), of at most {LONGEST_ACCESSION} characters, is in {places}.\n"
    yield f"Character sets: {', '.join(CODECS)}.\n"
    yield "Accepted is AA, and CA where no answer of the application was asked for. Any other answer:\n"
    yield _table(("MSA-1", "reason"), REFUSED.items())


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    columns = list(head)
    lines = [columns, ["---"] * len(columns), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


if __name__ == "__main__":
    sys.stdout.write(statement())
