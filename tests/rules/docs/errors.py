"""The page of all errors, reasons and alerts (``docs/reference/errors.md``), from the sources and their tables."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator

from beeldbrug.hub.policy.reasons import REASONS as HUB_REASONS
from beeldbrug.hub.protocols.http import errors as hub_http
from beeldbrug.hub.usecases.refusal import ERRORS as HUB_ERRORS
from beeldbrug.model.errors import BeeldbrugError, Denied
from beeldbrug.node.policy.texts import REASONS
from beeldbrug.node.protocols.dicomweb import status as dicomweb
from beeldbrug.node.protocols.dimse import move_scu, negotiation, pdu, requestor
from beeldbrug.node.protocols.dimse import status as dimse
from beeldbrug.node.protocols.sftp import client as sftp_client
from beeldbrug.node.usecases.sweep import SWEEP_SECONDS
from beeldbrug.sealed.envelope import EnvelopeWarning
from tests.rules.docs.codes import KINDS, Found, found
from tests.rules.docs.tables import MADE, page, table
from tests.rules.source import SOURCE, modules, tree

RUNNING = {
    "beeldbrug.node.protocols.dimse.move_scu:_refused": "its table is read below",
    "beeldbrug.node.protocols.dimse.requestor:_refused": "its table is read below",
    "beeldbrug.node.protocols.hub.client:_sorted": "another error's code, kept",
    "beeldbrug.node.protocols.hub.client:put_segment": "another error's code, kept",
    "beeldbrug.node.protocols.sftp.client:_errors": "its table is read below",
    "beeldbrug.node.usecases.asking.facts:refused": "a reason of policy, with the others below",
    "beeldbrug.node.usecases.trust:_remembered_key": "another error's code, kept",
}
"""Places that take their code from a table, and where that is read."""

_CLASSES: dict[str, type[BeeldbrugError]] = {KINDS[one.__name__]: one for one in BeeldbrugError.__subclasses__()}

_REACH: tuple[tuple[str, str], ...] = (
    ("beeldbrug.node.protocols.dimse.store_scp", "dimse"),
    ("beeldbrug.node.protocols.dimse.pdu", "abort"),
    ("beeldbrug.node.protocols.dimse.message", "abort"),
    ("beeldbrug.node.protocols.dimse.command", "abort"),
    ("beeldbrug.node.protocols.dicomweb", "web"),
    ("beeldbrug.node.policy.admission", "reject"),
    ("beeldbrug.node.usecases.receive", "dimse"),
    ("beeldbrug.node.usecases.read", "web"),
    ("beeldbrug.node.stores.rootkey", ""),
    ("beeldbrug.node.stores.schema", ""),
    ("beeldbrug.node.stores.sql.backup", ""),
    ("beeldbrug.node.stores", "dimse web"),
    ("beeldbrug.hub.app", ""),
    ("beeldbrug.hub", "hub"),
    ("beeldbrug.dicom.edit", ""),
    ("beeldbrug.dicom.encode", ""),
    ("beeldbrug.dicom.recode", ""),
    ("beeldbrug.dicom", "dimse web"),
    ("beeldbrug.sealed.opening.message", "web"),
    ("beeldbrug.sealed.opening.vault", "web"),
    ("beeldbrug.sealed.opening", ""),
    ("beeldbrug.sealed.keys", ""),
    ("beeldbrug.sealed.pack", ""),
    ("beeldbrug.sealed.capsule", ""),
    ("beeldbrug.sealed", "hub"),
    ("beeldbrug.kit.files", "dimse web hub"),
    ("beeldbrug.kit.sql", "dimse web hub"),
    ("beeldbrug.kit.group_commit", "dimse web hub"),
)
"""Where an error of a module can come out on a wire; the first that fits counts. Others reach people only."""

_HEAD = f"""\
# Errors, reasons and alerts

{MADE.format(source="the sources")}

Every error has a stable code, a kind, a text and mostly a remedy, none of which names a patient. Scripts may rely on
code and kind; texts may change. A command prints them and ends with 1; with `--json` as `code`, `text`, `remedy`.
A `…` is filled in while running: counts, names of settings, kinds of fault. One code may have several texts.

## Errors

Columns at the right: what a peer sees, where errors of that part of the program can reach one. DIMSE: the status of a
C-STORE response (hex), or RJ with result, source and reason, or the reason of an A-ABORT. DICOMweb and hub: the HTTP
status. A node that its hub refuses goes on with the hub's code.
"""

_REASONS = """\
## Reasons

Why an exchange waits, goes or ends, as `status`, `park list` and `desk list` give it. A refusal's code goes to the
sender. An exchange that failed has the code of an error, or `pacs-refused-` and the status that the own PACS gave, in
hex.
"""

_ALERTS = f"""\
## Alerts

An alert tells a human of something that waits for him: in `status`, as a log line, and by mail or web hook where set,
within about {SWEEP_SECONDS:.0f} seconds. It has the code and text of an error or reason above, or one of these.
"""


def errors() -> str:
    """The whole page. Raises AssertionError for a place whose codes nobody explained."""
    here, unknown = found()
    assert set(unknown) == set(RUNNING), unknown
    by_code: dict[str, list[Found]] = defaultdict(list)
    for one in (*here, *_tabled()):
        by_code[one.code].append(one)
    rows = [_row(code, sorted(by_code[code], key=lambda one: (one.text, one.remedy))) for code in sorted(by_code)]
    return page(
        [
            _HEAD,
            table(("code", "kind", "what happened; what to do", "DIMSE", "DICOMweb", "hub"), rows),
            _REASONS,
            table(("code", "Nederlands", "English"), _reasons()),
            _ALERTS,
            table(("code", "Nederlands", "English"), sorted(_alerts())),
        ]
    )


def _tabled() -> Iterator[Found]:
    """Codes that are looked up in a table while running."""
    module = requestor.__name__
    for code, remedy in requestor.REFUSED_BY_REASON.values():
        yield Found(code, "unavailable", "The other DICOM system rejected the association.", remedy, module)
    for _, code, text in sftp_client.BY_ERROR:
        yield Found(code, "unavailable", text, sftp_client.AGAIN, sftp_client.__name__)
    for code, text, remedy in move_scu.REFUSED_BY_STATUS.values():
        yield Found(code, "unavailable", text, remedy, move_scu.__name__)
    for reason in HUB_REASONS.values():
        kind = HUB_ERRORS.get(reason.code, Denied).kind.value
        yield Found(reason.code, kind, reason.en, reason.remedy_en, "beeldbrug.hub.usecases.refusal")


def _row(code: str, several: list[Found]) -> tuple[str, ...]:
    kinds = " / ".join(dict.fromkeys(one.kind for one in several))
    said = dict.fromkeys(f"{one.text} *{one.remedy}*" if one.remedy else one.text for one in several)
    return f"`{code}`", kinds, "<br>".join(text for text in said if text), *_wires(several)


def _wires(several: Iterable[Found]) -> tuple[str, str, str]:
    seen: dict[str, dict[str, None]] = {"dimse": {}, "web": {}, "hub": {}}
    for one in several:
        error = _CLASSES[one.kind](one.code, "")
        reach = next((where for prefix, where in _REACH if f"{one.module}.".startswith(f"{prefix}.")), "")
        for where in reach.split():
            seen[where if where in seen else "dimse"][_status(where, error)] = None
    return tuple(", ".join(numbers) for numbers in seen.values())  # type: ignore[return-value]  # three, by the dict


def _status(where: str, error: BeeldbrugError) -> str:
    if where == "dimse":
        return f"{dimse.status_of(error)[0]:04X}"
    if where == "abort":
        reason = pdu.ABORT_REASON_BY_CODE.get(error.code, pdu.AbortReason.INVALID_PARAMETER)
        return f"A-ABORT {reason.value}"
    if where == "reject":
        answer = negotiation.rejection(error)
        return f"RJ {answer.result}, {answer.source}, {answer.reason}"
    return str(dicomweb.status_of(error) if where == "web" else hub_http.status_of(error))


def _reasons() -> Iterator[tuple[str, str, str]]:
    for code in sorted(REASONS):
        one = REASONS[code]
        yield f"`{code}`", _with(one.nl, one.remedy_nl), _with(one.en, one.remedy_en)


def _with(text: str, remedy: str) -> str:
    return f"{text} *{remedy}*" if remedy else text


def _alerts() -> Iterator[tuple[str, str, str]]:
    """Alerts with a literal code, and those whose code is made while running."""
    for path in modules(SOURCE / "node"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "AlertRow":
                said = [one.value if isinstance(one, ast.Constant) else None for one in node.args[3:8]]
                if len(said) == 5 and all(isinstance(one, str) for one in said):
                    code, nl, en, remedy_nl, remedy_en = (str(one) for one in said)
                    yield f"`{code}`", _with(nl, remedy_nl), _with(en, remedy_en)
    yield "`receiver-refused`", "De ontvanger heeft de zending geweigerd.", "The receiver has refused the sending."
    yield (
        "`receiver-failed`",
        "Bij de ontvanger is de zending niet compleet of niet in het PACS gekomen.",
        "At the receiver the sending did not become complete or did not get into the PACS.",
    )
    yield (
        f"`{EnvelopeWarning.UNKNOWN_KIND}`",
        "Een onbekend soort bericht kwam aan en is bewaard. *Werk deze node bij.*",
        "A message of an unknown kind came in and was kept. *Upgrade this node.*",
    )
