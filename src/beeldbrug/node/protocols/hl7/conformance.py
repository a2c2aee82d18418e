"""The conformance statement of this port, made from the tables that it runs on (``docs/conformance/hl7.md``).

``python -m beeldbrug.node.protocols.hl7.conformance`` prints it; a test compares it with the page in the docs.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping

from beeldbrug.model.report import ReportStatus
from beeldbrug.node.protocols.hl7.acknowledge import CONDITIONS, INTERNAL, STATUS_BY_KIND
from beeldbrug.node.protocols.hl7.adt import EVENTS, VERSIONS, Meaning
from beeldbrug.node.protocols.hl7.client import REFUSED
from beeldbrug.node.protocols.hl7.limits import Limits
from beeldbrug.node.protocols.hl7.message import CHARACTER_SETS, SEGMENTS
from beeldbrug.node.protocols.hl7.observation import DELETED, RESULT_STATUS
from beeldbrug.node.protocols.hl7.order import ACCESSION_PLACES, CANCEL, FIELDS, KINDS, LONGEST_ACCESSION
from beeldbrug.node.protocols.hl7.oru import PROFILE, STATUS
from beeldbrug.node.protocols.hl7.report import COMPLETION, DOCUMENT_TYPES, GONE, ORDER_STATUS, SECTIONS
from beeldbrug.node.protocols.hl7.write import CODECS

_INTRODUCTION = """\
# HL7 v2 conformance statement

Made by `python -m beeldbrug.node.protocols.hl7.conformance` from the tables that the port runs on; do not edit.

The node receives ADT, ORU^R01 and MDM messages over MLLP (release 1), with or without TLS. It learns from ADT who the
hospital's own patients are, and takes reports of imaging from ORU and MDM. It answers in original mode, or in enhanced
mode where MSH-15 or MSH-16 says something (accept acknowledgement CA, CE or CR, application acknowledgement, both, or
none, on one connection).
It sends reports and orders to the systems of `[[hl7_out]]`.
HAPI HL7v2 2.5.1 talks to it in `tests/interop/test_hl7.py` and `test_hapi_reports.py`; it talks to HAPI there and in
`test_hapi_orders.py`, and to the MLLP server of the Python package `hl7` in `tests/interop/test_hl7_out.py`.
"""

_REPORTS_OUT = """\
## Reports that are sent

The node sends ORU^R01 to the system that `[reports] hl7` names, over MLLP, in original or enhanced mode, in the version
and character set of its `[[hl7_out]]`. One message has one version of one report. HAPI takes it and finds nothing wrong
by its model of version 2.5 in `tests/interop/test_hapi_reports.py`, and from RIS to RIS in
`tests/e2e/test_reports_between.py`; the MLLP server of the Python package `hl7` in `tests/interop/test_reports_on.py`.
"""

_REPORTS_ANSWERED = """\
AA or CA: it is there. AE, AR, CE, CR: it waits for a human, and is sent anew under another MSH-10. Anything else, or
nothing: the same message is sent again.
"""

_FIELDS = """\
## What is read

| field | use |
|---|---|
| MSH-7, EVN-2 | the time by which messages are put in order; one without zone is of `[notices] time_zone` |
| MSH-9, EVN-1 | type and event |
| MSH-11, MSH-12, MSH-18 | processing id, version, character set (its first repetition) |
| PID-3, MRG-1 | own numbers by assigning authority (`[hl7] authority`), else by type PI, else MR |
| PID-3 | the BSN: type NNNLD or authority NLMINBIZA, where it passes the 11-test and there is one |
| PID-5 | the legal name, else the first; family name with own and partner's parts (HL7-NL) |
| PID-7, PID-8 | birth date, sex |

Segments of other names are not looked at in ADT. In events that change a patient PID-3 counts as whole: a BSN that it
lacks is gone. An empty field leaves what is known; `""` takes it away. A message older than what is known changes
nothing.
"""

_REPORT_FIELDS = (
    ("PID-3", "the hospital's own number of the one patient, as in ADT"),
    (
        "OBR-3, OBR-2, ORC-3, ORC-2, TXA-15, TXA-14",
        "the order's numbers; in ORU the first of them is the report's, with OBR-3.2 or MSH-3 as its issuer",
    ),
    ("TXA-12", "in MDM the document's number, with MSH-3 as its issuer"),
    ("TXA-13", "of T09 and T10 the document that is replaced; of T06 the one that is added to"),
    ("ZDS-1, IPC-3, OBX-3 113014 or 110180", "Study Instance UID"),
    ("IPC-1, OBR-18, OBX-3 121022", "Accession Number"),
    (
        "IPC-1, OBR-18, OBR-3, OBR-2, ORC-3, ORC-2, TXA-15, TXA-14: components 2 and 3",
        "who gave the number, compared with (0008,0051) of the study: another issuer's is never joined by itself; all "
        "of `[hl7] accession_authority` are one",
    ),
    ("OBR-7, TXA-4", "the day of the examination"),
    (
        "OBR-24, TXA-2",
        "whether it is of imaging; without OBR-24 a report has text (TX, FT), a PDF, ZDS or IPC, and no SPM",
    ),
    ("OBR-4, TXA-16", "procedure, title"),
    (
        "OBR-22, TXA-22.15, TXA-6, TXA-7, MSH-7",
        "when this version was written: the newest is in force, but what is preliminary never replaces what is final",
    ),
    ("OBR-25, OBX-11, TXA-17, TXA-19", "status: the least certain that the message says"),
    ("OBR-32, OBX-16, TXA-9, TXA-5", "author; TXA-22 and TXA-10, and OBR-32 of what is final, who verified it"),
    ("OBX-5 of TX, FT, ST", "text; `.br`, `.sp` and `.ce` become line ends"),
    ("OBX-5, OBX-6 of others", "CE and CWE: their words; NM, SN and dates: with their unit"),
    ("OBX-5 of ED and RP", "one PDF in Base64"),
)

_REPORTS = """\
## Reports

Each order (OBR) of an ORU^R01 that is of imaging or pathology is one report; an MDM is one. What is no such report, as
a laboratory result, is acknowledged with AA and changes nothing. A report is in the vault before AA.
"""

_REPORTS_REFUSED = """\
RTF, CDA, HTML, pictures, references (RP) and other types of value are refused with AR: nothing is left out or garbled.

Of a document in MDM:

| event | meaning |
| --- | --- |
| T02, T04, T06, T08, T10 | its words, with the status of TXA-17 and TXA-19; final ones of T08 and T10 are corrected |
| T03, T04 without content, T11 | its words as they are here, with a new status; T11 cancels |
| T09, T10 | it takes the place of the document in TXA-13: all of such a chain are one report |
| T06 | it adds to the document in TXA-13, as a report of its own; of the same order where it names none |
| T01, T05, T07 | nothing: the words come with a message of their own |

The order of a chain counts, not the times in it and not the order in which it came. What was replaced is never in force
again, whatever comes about it later. Where the words of a replacement are not here (T09), or are preliminary, what it
replaces is cancelled. Where a document in the middle never came, the ends are one report only if system, patient,
order, title and procedure are the same and the upper one was written first. Where the replacement is of another patient
it is a report of its own, and what it replaces is cancelled.
"""

_SENT = """\
## Orders that are sent

A connection for each message, closed after its acknowledgement. Original mode; in enhanced mode, by setting, MSH-15 and
MSH-16 are AL, and the answer of the application is waited for on the same connection and acknowledged (CA) where it
asks for that. MSA-2 must be the control id. A message without an acknowledgement is sent again, byte for byte.
"""

_MEANINGS = {
    Meaning.CHANGE: "the patient is added or changed",
    Meaning.MERGE: "the number in PID-3 stands for those in MRG-1 from now on, and for what these stood for; of an "
    "emergency number that this node gave, the import gets the number in PID-3",
    Meaning.DELETE: "the number is no patient's any more",
}


def statement() -> str:
    """The whole page."""
    return "\n".join(_parts())


def _parts() -> Iterator[str]:
    yield _INTRODUCTION
    yield _FIELDS
    yield _REPORTS
    yield _table(("field", "use"), _REPORT_FIELDS)
    yield _REPORTS_REFUSED
    yield f"Services (OBR-24): {', '.join(sorted(SECTIONS))}.\n"
    yield f"Types of documents (TXA-2): {', '.join(sorted(DOCUMENT_TYPES))}.\n"
    yield _table(("OBR-25", "status"), _states(ORDER_STATUS))
    yield _table(
        ("OBX-11", "status"), [*_states(RESULT_STATUS), (", ".join(sorted(DELETED)), "this result is not read")]
    )
    yield _table(("TXA-17", "status"), _states(COMPLETION))
    yield f"TXA-19 {', '.join(sorted(GONE))}, and event T11: cancelled.\n"
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
    yield _REPORTS_OUT
    yield _table(("field", "holds"), PROFILE)
    yield _table(("OBR-25, OBX-11", "the report is"), ((code, status.value) for status, code in STATUS.items()))
    yield _REPORTS_ANSWERED
    yield from _sent()
    yield "## Limits\n"
    yield _table(("limit", "default"), ((name, f"{getattr(Limits(), name)}") for name in Limits.__slots__))


def _states(table: Mapping[str, ReportStatus]) -> list[tuple[str, str]]:
    found = ((", ".join(code for code, one in table.items() if one is status), status.value) for status in ReportStatus)
    return [(codes, status) for codes, status in found if codes]


def _sent() -> Iterator[str]:
    yield _SENT
    yield _table(("setting", "MSH-9"), ((form.value, "^".join(kind)) for form, kind in KINDS.items()))
    yield "Before version 2.3.1 the structure is left out. Fields:\n"
    yield _table(("field", "content"), FIELDS)
    places = ", ".join(f"{name}-{field}" for name, field in ACCESSION_PLACES)
    yield f"An order is cancelled by the same message with {CANCEL} in ORC-1 and ORC-5.\n"
    yield f"The accession number of an answer (ORR, ORG, ORI) has at most {LONGEST_ACCESSION} characters: {places}.\n"
    yield f"Character sets: {', '.join(CODECS)}.\n"
    yield "Accepted is AA, and CA where no answer of the application was asked for. Any other answer:\n"
    yield _table(("MSA-1", "reason"), REFUSED.items())


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    columns = list(head)
    lines = [columns, ["---"] * len(columns), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


if __name__ == "__main__":
    sys.stdout.write(statement())
