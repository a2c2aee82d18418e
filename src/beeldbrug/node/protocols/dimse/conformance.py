"""The DICOM conformance statement of the node's DIMSE services, made from the tables that they run on (PS3.2).

``python -m beeldbrug.node.protocols.dimse.conformance`` prints it; a test compares it with
``docs/conformance/dimse.md``. It reads tables and holds prose; it opens no socket.
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterable, Iterator
from dataclasses import fields
from itertools import pairwise

from pydicom.uid import UID

from beeldbrug.dicom.part10 import IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION
from beeldbrug.model.errors import Kind
from beeldbrug.node.policy.rules import GENERAL_AE
from beeldbrug.node.protocols.dimse import (
    limits,
    move_scu,
    negotiation,
    pdu,
    requestor,
    sop_classes,
    status,
    store_scu,
    tls,
)
from beeldbrug.node.usecases.imports.commit import TRIES as COMMIT_TRIES
from beeldbrug.node.usecases.imports.commit import CommitStep
from beeldbrug.node.usecases.imports.store import FULL_AFTER
from beeldbrug.node.usecases.imports.turned_away import TRIES

_INTRODUCTION = f"""\
# DICOM conformance statement: DIMSE

Made by `python -m beeldbrug.node.protocols.dimse.conformance` from the tables that the services run on; do not edit.

A node takes instances from modalities and archives (Storage and Verification as SCP), finds patients (Query and
Modality Worklist as SCU) and puts received instances into the own archive (Storage as SCU). It transcodes nothing:
a dataset leaves a node in the transfer syntax in which it came, but for one case that is named under Storage as SCU.

| | |
|---|---|
| Implementation Class UID | `{IMPLEMENTATION_CLASS_UID}` |
| Implementation Version Name | `{IMPLEMENTATION_VERSION}` |
| AE titles as SCP | one for each sending rule, and `{GENERAL_AE}` (by setting another) for what has no rule |
| AE title as SCU | `BEELDBRUG`, by setting another for the archive and the worklist each |
| Port | 11112 by default |

Not offered: Query/Retrieve as SCP, C-GET, Storage Commitment as SCP, MPPS, print.

| service | SCU | SCP |
|---|---|---|
| Verification | yes | yes |
| Storage, every class below | yes | yes |
| Patient Root and Study Root Query, FIND | yes | no |
| Storage Commitment Push Model | yes | no |
| Modality Worklist, FIND | yes | no |
| Patient Root and Study Root Retrieve, MOVE | yes, by `beeldbrug demo` | no |

Software that is not ours and that each of these is tested with, in `tests/interop`: DCMTK (`echoscu`, `storescu`,
`dcmsend`, `storescp`, `dcmqrscp`), Orthanc and pynetdicom.
"""

_ADMISSION = """\
## Who is let in

The called AE title names a sending rule, and the rule names its callers: a calling AE title or any, from which
networks, with which client certificates (by SHA-256 fingerprint). Everybody else is rejected, logged by code and
address, and audited. PS3.8 tables 9-21 and 9-26.
"""

_NEGOTIATION = """\
## Negotiation

Every storage class is accepted, and Verification. In each presentation context the first transfer syntax proposed
that has the form of a UID is accepted, known or not, since nothing is decoded on the way: a sender that wants a
syntax has to propose it first, or alone. The answer to an operations window is 1, 1 (no asynchronous operations).
Role selection: the peer is SCU; a role of SCP alone is refused, but for storage commitment, where it
is demanded. Extended negotiation and user identity are not answered, which the acceptor may leave (PS3.7 annex
D.3.3); a user identity is not kept. Unknown items are skipped.
"""

_STORAGE_SCP = """\
## Storage as SCP

Success (0000H) is answered when the header, the place of the pixels, the audit event and the outbox row are
committed, and the sealed bytes are synced to disk: a sender may then delete its copy. The dataset is not coerced in
any way and comes back byte for byte. SOP Class UID and SOP Instance UID of the dataset have to be those of the
request.

The same instance with the same content again is success, and is not sent twice. The same SOP Instance UID with
other content is kept beside the first, goes along, and raises an alert. A refused instance is read to its end,
answered with its status, and the association goes on.

A study is complete when no association that feeds it is open and the rule's quiet period has passed since the last
one ended; sending begins before that. What comes later is a supplement to the same exchange.
"""

_STORAGE_SCU = f"""\
## Storage as SCU

One presentation context for each pair of SOP class and transfer syntax in the arrival, with that syntax alone; over
128 pairs, further associations one after the other. Several associations (4 by default) share a large arrival. A
deflated dataset is inflated and stored as Explicit VR Little Endian, since its header has to be changed.

Changed at import are Patient ID and its issuer, Accession Number and its issuer, Other Patient IDs Sequence and,
where the archive or worklist knows the patient, name, birth date and sex. The settings' table `[coercion]` says what
is written in each but the first two, and may add Study Description, Procedure Code Sequence, Request Attributes
Sequence and Institution Name. Series that a rule or a human leaves out are not stored. What was there before is
kept in Original Attributes Sequence (0400,0561), reason COERCE. The changed datasets are fixed in the vault before
the first C-STORE, so a repeat sends the same bytes.

| status of the response | what the node does |
|---|---|
| 0000, Bxxx | the instance is in; never sent again |
| A7xx | goes on with the others, after {FULL_AFTER} such answers in a row waits, and tries again, from half a second \
up to every 30 seconds, for as long as it takes; an instance that is answered so {TRIES} times more while the archive \
takes others that were offered later counts as refused |
| any other | tries the other instances; the exchange then fails with `pacs-refused-` and the status |
"""

_COMMITMENT = f"""\
## Storage commitment as SCU

After an import the archive is asked to keep all of it (PS3.4 annex J), unless a setting says never: N-ACTION on an
association of its own, in Implicit VR Little Endian, under a transaction UID that is in the vault before. The report
(N-EVENT-REPORT) is taken on that association, which is kept open {CommitStep.soon:.0f} seconds for it, and on one
that the archive opens to the node's port: with a role selection as SCP, in Implicit or Explicit VR Little Endian, to
the AE title that the node calls it with or to any that has a rule for it. A report counts once, whenever it comes, and
only under a transaction UID that was asked for.

Without a report within {CommitStep.wait:.0f} seconds, by setting, it is asked anew under another UID, {COMMIT_TRIES}
times in all. What the archive does not keep, or does not mention, is stored once more and asked for once more; then a
human is told. An archive that refuses the context or the request is not asked again for that import.
"""

_QUERY = """\
## Query and worklist as SCU

To find a patient the node asks Patient Root at PATIENT level, or Study Root at STUDY level where Patient Root is
not accepted, and then the worklist where one is set: once for each patient number, once by birth date, once by
family name and first letter with a wildcard. It reads at most 500 matches of each. Only live answers count; none
are kept.

| attribute | tag | matching key | return key |
|---|---|---|---|
| Patient's Name | (0010,0010) | yes | yes |
| Patient ID | (0010,0020) | yes | yes |
| Issuer of Patient ID | (0010,0021) | no | yes |
| Patient's Birth Date | (0010,0030) | yes | yes |
| Patient's Sex | (0010,0040) | no | yes |
| Other Patient IDs (retired) | (0010,1000) | no | yes |
| Other Patient IDs Sequence | (0010,1002) | no | yes |
| Accession Number, worklist only | (0008,0050) | no | yes |

To find the order that a study is imported for, the worklist is asked once by Patient ID. Of what it returns with
exactly that Patient ID, a step fits whose Accession Number is not empty, whose Modality is one of the study's (or one
that the settings allow), and whose start date lies within 14 days (by setting) of the arrival. Read are Accession
Number and its issuer, Requested Procedure ID, Description and Code Sequence, and of the step Modality, Description and
Start Date.

Automatic import needs an archive or worklist that returns the BSN: as Patient ID or in Other Patient IDs Sequence,
in each case with an issuer that says so (NLMINBIZA). Both Explicit and Implicit VR Little Endian are proposed.
Identifiers that are not ASCII are in ISO_IR 192.
"""

_RETRIEVE = """\
## Retrieve as SCU

C-MOVE to a port of our own, one association for each request. Both Explicit and Implicit VR Little Endian are
proposed. Pending responses are not needed: the request is cancelled (C-CANCEL) when for 60 seconds neither a
response nor an instance comes. 0000H and B000H end it, with the counts and the Failed SOP Instance UID List that came.
"""

_SECURITY = f"""\
## Security

DICOM over TLS after PS3.15 annexes B.9 and B.12 (BCP 195): TLS 1.2 or 1.3, suites `{tls.CIPHERS}` in OpenSSL's
notation and those of TLS 1.3, no compression, no renegotiation. With a certificate set, the port speaks TLS only.
Client certificates are not asked for, optional or required, by setting, and may be listed by fingerprint for each
rule. As SCU the authority, the host name and, where set, an own certificate are used. Without TLS the lists of AE
titles and networks are all that keeps callers out: such a port belongs on a network of its own.

## Character sets

Headers are kept as bytes. For searching and matching they are read in every character set of PS3.3 C.12.1.1.2, code
extensions included; what cannot be read is reported and keeps no instance out.
"""


def statement() -> str:
    """The whole page in Markdown."""
    parts = [
        _INTRODUCTION,
        _ADMISSION,
        *_rejections(),
        _NEGOTIATION,
        *_classes(),
        _STORAGE_SCP,
        *_statuses(),
        _STORAGE_SCU,
        _COMMITMENT,
        *_refusals(),
        _QUERY,
        _RETRIEVE,
        *_move_refusals(),
        *_limits(),
        *_aborts(),
        _SECURITY,
    ]
    return "\n".join(part.rstrip("\n") + "\n" for part in parts)


def _rejections() -> Iterator[str]:
    said = {
        negotiation.PROTOCOL_VERSION_UNSUPPORTED: "another protocol version",
        negotiation.APPLICATION_CONTEXT_UNSUPPORTED: "another application context",
        negotiation.LOCAL_LIMIT_EXCEEDED: "too many associations, see Limits",
    }
    rows = [(_rejection(one), f"`{code}`") for code, one in negotiation.REJECTION_BY_CODE.items()]
    rows += [(_rejection(one), text) for one, text in said.items()]
    yield _table(("A-ASSOCIATE-RJ (result, source, reason)", "when"), rows)


def _rejection(one: pdu.AssociateRj) -> str:
    return f"{one.result}, {one.source}, {one.reason}"


def _classes() -> Iterator[str]:
    yield f"""## SOP classes

Verification (`{sop_classes.VERIFICATION}`), every UID below `{sop_classes.STORAGE_ROOT}` but those marked "no", the
classes marked
"yes", and every UID outside `1.2.840.10008.`, so that private classes and those of coming editions pass.
"""
    rows = [(f"`{uid}`", UID(uid).name, "no") for uid in sorted(sop_classes.NOT_STORAGE)]
    rows += [(f"`{uid}`", UID(uid).name, "yes") for uid in sorted(sop_classes.STORAGE_ELSEWHERE)]
    yield _table(("UID", "name", "accepted"), rows)


def _statuses() -> Iterator[str]:
    yield """The status follows from the kind of error, or from its code where that has a closer one. Error Comment
(0000,0902) holds the stable code and the beginning of its text. Codes, texts and remedies:
[errors](../reference/errors.md).
"""
    rows = [("0000", "stored, safe", "nothing")]
    rows += [(f"{number:04X}", kind.value, _REMEDIES[kind]) for kind, number in status.STATUS_BY_KIND.items()]
    rows += [(f"{number:04X}", f"`{code}`", _REMEDIES[number]) for code, number in status.STATUS_BY_CODE.items()]
    yield _table(("status (hex)", "kind or code of error", "what to do at the sender"), rows)


_REMEDIES: dict[Kind | int, str] = {
    Kind.MALFORMED: "have the instance repaired; it cannot be read as DICOM",
    Kind.DENIED: "ask the node's operator",
    Kind.NOT_FOUND: "report it: it does not occur for C-STORE",
    Kind.CONFLICT: "report it: it does not occur for C-STORE",
    Kind.UNSUPPORTED: "see the comment's code",
    Kind.UNAVAILABLE: "send again later; a full disk is noticed to be free within a second",
    Kind.TOO_LARGE: "see the comment's code and the limits below; sending it again does not help",
    status.CLASS_NOT_SUPPORTED: "propose the SOP class of the instance",
    status.DATASET_MISMATCH: "send again from the source; if it comes back, report it to the sending system's vendor",
    status.INVALID_INSTANCE: "have the SOP Instance UID corrected",
    status.UNRECOGNIZED_OPERATION: "send C-STORE or C-ECHO only",
}


def _refusals() -> Iterator[str]:
    yield "What the archive may refuse, and the node's code for it:\n"
    rows = [
        (f"A-ASSOCIATE-RJ, source {source}, reason {reason}", f"`{code}`", remedy)
        for (source, reason), (code, remedy) in requestor.REFUSED_BY_REASON.items()
    ]
    rows += [
        (f"presentation context, result {result}", f"`{reason}`", "Have the class or syntax allowed in the archive.")
        for result, reason in store_scu.REASON_BY_RESULT.items()
    ]
    yield _table(("the archive answers", "code", "remedy"), rows)


def _move_refusals() -> Iterator[str]:
    rows = [(f"{status:04X}", f"`{code}`", remedy) for status, (code, _, remedy) in move_scu.REFUSED_BY_STATUS.items()]
    yield _table(
        ("final status (hex)", "code", "remedy"), [*rows, ("any other", "`peer-move-failed`", move_scu.OTHER_REMEDY)]
    )


def _limits() -> Iterator[str]:
    yield "## Limits\n\nBytes and seconds. The first two and `idle_seconds` are settings; the others are fixed.\n"
    defaults, said = limits.Limits(), _docstrings()
    rows = [(f"`{one.name}`", f"{getattr(defaults, one.name)}", said[one.name]) for one in fields(defaults)]
    yield _table(("limit", "value", "of what"), rows)


def _docstrings() -> dict[str, str]:
    """The text below each field of ``Limits``."""
    body = next(node for node in ast.parse(inspect.getsource(limits)).body if isinstance(node, ast.ClassDef)).body
    found: dict[str, str] = {}
    for field, text in pairwise(body):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(text, ast.Expr):
            found[field.target.id] = str(ast.literal_eval(text.value))
    return found


def _aborts() -> Iterator[str]:
    yield """## Aborts

A peer that breaks the protocol or a limit gets A-ABORT with source 2 (service provider) and this reason; a silent one
source 0. An instance that was under way is forgotten; those answered before stay.
"""
    rows = [
        (f"{reason.value}", f"`{code}`") for code, reason in pdu.ABORT_REASON_BY_CODE.items() if code != "peer-silent"
    ]
    rows.append((f"{pdu.AbortReason.INVALID_PARAMETER.value}", "any other"))
    yield _table(("reason", "code"), rows)


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    columns = list(head)
    lines = ["| " + " | ".join(row) + " |" for row in (columns, *rows)]
    lines.insert(1, "|" + "---|" * len(columns))
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(statement())
