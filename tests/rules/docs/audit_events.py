"""The page of the audit trail's events (``docs/reference/audit-events.md``); a new event has to be explained here.

Events are found by the syntax tree: the argument ``event`` of what makes one (MAKERS), followed through functions of
its module.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.rules.docs.tables import MADE, page, table
from tests.rules.source import SOURCE, modules, shown, tree

MAKERS = ("AuditEvent", "of_exchange", "of_scope", "report_event", "of_account", "of_upload", "_of_request")
"""What makes an event; all take ``event`` second and ``action`` third, and the others hand them to the first."""

_HEAD = f"""\
# Audit events

{MADE.format(source="the sources and the meanings beside them")}

Every organisation has one chain of events in the vault, only ever added to. An event of a sending, an arrival or a
viewing is written in the transaction of its deed, or before anything is shown: what cannot be written is not done.
Each has the SHA-256 of the event before it (canonical JSON), and the signed head of the chain goes to the hub every
minute, so that a changed, missing or cut-off event is found: `beeldbrug audit verify`. `beeldbrug audit list` shows
them, which is an event too.

"""

_FIELDS = """\
## Fields

| field | holds |
|---|---|
| `organisation`, `sequence`, `at` | whose chain, number in it from 1, POSIX seconds |
| `event` | see below |
| `action` | C create, R read, U update, D delete, E execute |
| `outcome` | `success`, what was decided, or a code |
| `actor`, `role` | who did it: account, calling AE title, URA of another organisation, or `node` by itself |
| `responsible` | role or person on whose behalf, as the sending rule or the token says |
| `purpose`, `ground`, `consent` | purpose of use, legal ground, where consent is registered |
| `exchange`, `peer` | the exchange's id and the other organisation |
| `decision` | codes of policy's [reasons](errors.md#reasons) |
| `details` | counts and codes, never identity |
| patient, study | number and Study Instance UID, sealed under the vault's key, with a keyed hash to find them by |

"""

MEANINGS: dict[str, str] = {
    "account-changed": "an administrator changed an account's roles or details, or closed it",
    "account-made": "an account was made: at the first run, by an administrator, or on the command line",
    "account-recovered": "its holder chose a new password with a one-time code; older factors and sessions are gone",
    "password-changed": "somebody changed his own password; his other sessions ended",
    "recovery-code-given": "a one-time code was made with which an account's holder can choose a new password",
    "recovery-codes-made": "somebody made new recovery codes; older ones are gone",
    "deliver": "delivering to a partner without Beeldbrug failed for good; the outcome is why",
    "deliver-again": "somebody had the rest delivered of what such a partner took in part",
    "delivered": "all of it is in the system of a partner that sends no receipt, or the partner refused a part",
    "partner-kept": "a partner without Beeldbrug was put on the own list, or changed; details name its ways",
    "partner-removed": "a partner was taken off the own list",
    "patients-read": "a list of the hospital's own patients was read",
    "disc-listed": "somebody saw whose images are on a disc, in a folder or file; one event for each patient",
    "disc-refused": "something in the watched folder was put aside; the outcome says why",
    "stow-stored": "a partner's request to store by STOW-RS ended, or a token was refused: from where, files, refused",
    "sftp-uploaded": "a connection of a partner by SFTP ended, or was refused: from where, with which key, files",
    "drop-refused": "something that a partner brought by SFTP or STOW-RS was put aside; the outcome says why",
    "drop-removed": "somebody threw away what lay aside of a partner's upload",
    "save": "somebody saved key images or a presentation state beside a study",
    "picture": "somebody handed out a picture without a name, or policy denied it; details name the file by its hash",
    "saved-imported": "what was saved beside a study after its import followed it into the PACS, or was refused",
    "unsave": "somebody took back what he had saved beside a study, before it had gone anywhere",
    "second-factor-added": "somebody set up a second factor",
    "second-factor-removed": "somebody removed one of several second factors",
    "report-aside": "somebody at the image desk set a report aside that belongs to no study here",
    "report-arrived": "a version of a report came with an arrival, or was put there by hand; details say its status",
    "report-kept": "an own system or person gave a version of a report; the decision says where it belongs",
    "report-placed": "somebody at the image desk put a report on its study",
    "report-read": "somebody read a report: at the image desk, or by the command line",
    "report-sent": "a version of a report was sealed to the receiver of its study",
    "reports-deleted": "own reports whose study is not here were destroyed after their days; details say how many",
    "sessions-ended": "an administrator ended all sessions of an account",
    "set-up-token-made": "the one-time token of the first run was made",
    "sign-in": "somebody signed in, or tried to: which step, how often in a row",
    "sign-out": "somebody signed out",
    "acknowledge": "somebody sees to what people were called for; details say for what, how and after how many seconds",
    "answer": "somebody answered an arrival: come, stay, more imaging, call me, or took that back; what it came to",
    "answer-heard": "somebody took note of the receiver's answers",
    "answered": "the receiver's answer came in; its ground goes along with 'come'",
    "address-added": "somebody put a door of a partner into the own address book",
    "address-changed": "somebody changed such a door",
    "addresses-read": "locations and departments of an organisation were taken from a directory; details count them",
    "address-removed": "somebody removed such a door",
    "arriving": "the first part of a sending came in and was opened",
    "associate": "a caller was turned away; outcome is why",
    "audit-read": "somebody read the trail; details say how many events and whether patients were shown",
    "backup": "a backup of the vault was made",
    "bsn-quality-exported": "somebody took the counts of where senders put the BSN along, as table or as letter to one",
    "contact-asked": "somebody asked for a code to a new address for notices; the address is not on record",
    "contact-confirmed": "somebody proved an address with the code; outcome says whether it was right",
    "contact-removed": "somebody removed an address for notices",
    "contact-used": "somebody switched an address for notices on, or off",
    "department-changed": "somebody renamed, closed or opened a department; accounts followed the name",
    "department-made": "somebody put a department on the list",
    "desk-import": "somebody at the image desk chose an own number, or had an import repeated",
    "disclose": "the first part of a sending was sealed to its receiver: from here on it may be known there",
    "disclose-decision": "policy decided whether a sending may go; outcome, reasons, table version and obligations",
    "drop": "somebody said that a parked study is for nobody",
    "echo": "somebody had a PACS or worklist called (C-ECHO); outcome is how that ended",
    "emptied": "an exchange had ended some time ago: its content here was destroyed, with the keys of so many packs",
    "enclose": "a report (PDF) was put beside a study that is sent",
    "expired": "an exchange came to its end date; the receiver's keys and rows of it are gone",
    "figures-exported": "somebody took the figures without identity along",
    "hold": "a sending waits because the receiver's keys cannot be trusted now; outcome is why",
    "import": "an import failed; outcome is why",
    "images-answered": "what a request for missing images asked for has been verified by who asked",
    "images-ask": "the sender of an arrival was asked for what is missing, or was not; details say what is wanted",
    "images-asked": "the receiver of a sending asks for what is missing; the outcome says where it is too late",
    "images-heard": "somebody who asked has read the sender's refusal",
    "images-refuse": "the request for missing images was refused; the outcome is why",
    "images-reply": "the sender of an arrival says that what was asked for comes, or why not",
    "images-supply": "what was asked for and had not been sent is sent; details count series and instances",
    "committed": "the own PACS said whether it keeps what was imported, or did not: how many it does and does not",
    "imported": "all instances are in the own PACS",
    "report-again": "somebody had a report made and sent anew that an own system had refused",
    "report-delivered": "a version of a report went to the RIS, EPD or PACS, or was refused there",
    "report-retracted": "a report that went out under an import that was undone was withdrawn at the RIS or EPD",
    "keys-backup": "a backup of the root key and the signing key was made",
    "keys-rehearsal": "such a backup was opened and compared with the keys in use",
    "notice": "somebody was told by mail or SMS; details say whom, by which way, why, and after how many tries",
    "notice-tested": "somebody had a test message sent to an own address",
    "summary-sent": "the daily summary of what waits was mailed; details say to how many",
    "order": "somebody chose a study and had it sent; details say out of what, and how many series were named",
    "part-refused": "a part of a sending was refused: signature, order, seal or content; outcome is why",
    "patient-shown": "a patient's name was shown in a list",
    "receipt-…": "the receiver's signed receipt came in; the state it tells is the end of the name",
    "receipt-of-earlier-manifest": "a receipt about a sending before its supplement; noted, not followed",
    "receive": "the first instance of a study came in by an association",
    "received": "an association ended; counts of instances, duplicates, bytes, and refusals by code",
    "reconcile": "who an arrival is here was decided, or left to a human; outcome and reasons",
    "refuse": "the image desk refused an arrival; reasons; whether it had been seen",
    "release": "somebody said for whom a parked study is",
    "repeat-judged": "somebody said whether an arrival avoided a repeat examination",
    "restore": "the vault was restored from a backup",
    "retrieve": "the own PACS was asked for a study that somebody sends, or has given it; outcome, counts",
    "roster-added": "somebody made a roster for a department",
    "roster-changed": "somebody changed a roster; details say which lines came and which went",
    "roster-removed": "somebody removed a roster",
    "search": "a token searched; the level and how many results",
    "send": "a sending failed; outcome is why",
    "sent": "the manifest went out: everything is at the hub",
    "setting-changed": "somebody set a rule, PACS, worklist, import table or assumption in the portal; details name it",
    "setting-removed": "somebody took such a setting away",
    "settings-exported": "somebody took the settings along as a file, without secrets",
    "share-joined": "a colleague came into a shared view",
    "share-opened": "somebody began a shared view of a study inside the organisation",
    "share-view": "somebody shows live what he sees of a study (once per 15 minutes)",
    "token-made": "a token for reading was made",
    "token-revoked": "tokens of an account were revoked",
    "transport-key-destroyed": "a spent transport key was destroyed",
    "transport-key-made": "a transport key was made",
    "verified": "every count and hash of the sender's manifest was checked",
    "verify": "an arrival does not hold; outcome is why",
    "view": "a token looked at a study (once per 15 minutes), or asked in vain: outcome `failure`",
    "upload-closed": "an upload was thrown away before anything of it was taken",
    "upload-expired": "an upload that nobody went on with was destroyed",
    "upload-request-closed": "somebody closed an upload request",
    "upload-request-extended": "somebody gave an upload request more days",
    "upload-request-made": "somebody made a link for an outsider to upload by",
    "upload-request-opened": "somebody gave the code of an upload request, right or wrong",
    "uploaded": "the holder of a link says that all was sent",
    "upload-taken": "what somebody uploaded was taken in; instances taken, known before, and missing",
    "desk-claimed": "somebody at the desk says that he decides about an arrival, or takes that over from a colleague",
    "rejection-sent": "the own PACS took or refused a rejection note about an import that was undone; its title",
    "rejected-by-sender": "a rejection note came with an arrival: its title, and about how many instances",
    "re-key-asked": "the RIS or EPD said (A40) who an emergency patient is, or now says another; the emergency number",
    "re-keyed": "an import under an emergency number got the own number; or a human must look first, and why",
    "re-key-confirmed": "somebody says that the PACS has such a study under the own number already",
    "re-key-undone": "that an emergency number is replaced was taken back; the own number that had been given",
    "re-key-ended": "the PACS has the study under the own number (`followed`), or it goes there anew (`imported-anew`)",
    "import-undone": "the desk undid an import; the number it was under, and why",
    "order-asked": "an order for an import was fixed, to be asked of the RIS; the patient number it is for",
    "order-placed": "the RIS has taken that order; or the import waits, since it refused or did not answer, and why",
    "order-cancel": "an order that was made is to be cancelled, for the import is undone, refused or goes otherwise",
    "order-cancelled": "the RIS has cancelled it; or did not, and why",
    "removed-in-pacs": "somebody says that what was undone is out of the PACS",
    "withdraw": "somebody asked for a sending to be taken back",
    "withdraw-asked": "the sender asks to delete an arrival",
    "withdraw-refused": "too late to delete: the import had begun",
    "withdrawn": "keys and rows of a withdrawn arrival are deleted",
    "work-retried": "somebody had work that waits tried at once; its kind and the code of why it waited",
}
"""What each event says."""


def audit_events() -> str:
    """The whole page. Raises AssertionError when an event has no meaning, or a meaning no event."""
    found: dict[str, set[str]] = {}
    for event, action in events():
        found.setdefault(event, set()).add(action)
    assert set(found) == set(MEANINGS), set(found) ^ set(MEANINGS)
    rows = [(f"`{event}`", " ".join(sorted(found[event])), MEANINGS[event]) for event in sorted(found)]
    return page([_HEAD + _FIELDS.rstrip(), "## Events\n", table(("event", "action", "says that"), rows)])


def events() -> Iterator[tuple[str, str]]:
    """(event, action) of every deed in the sources but the demo's."""
    for path in modules(SOURCE):
        if "demo" not in shown(path) and "stores" not in shown(path):
            yield from _of_module(tree(path))


def _of_module(root: ast.Module) -> Iterator[tuple[str, str]]:
    functions = {node.name: node for node in ast.walk(root) if isinstance(node, ast.FunctionDef)}
    handed_on = {node for name in MAKERS if name in functions for node in ast.walk(functions[name])}
    for call in (call for maker in MAKERS for call in _calls(root, maker) if call not in handed_on):
        event, actions = _given(call, "event", 1), list(_texts(_given(call, "action", 2)))
        if isinstance(event, ast.Name):
            inside = next(one for one in functions.values() if call in ast.walk(one))
            place = [one.arg for one in inside.args.args].index(event.id)
            for outer in _calls(root, inside.name):
                yield from ((text, action) for text in _texts(_given(outer, event.id, place)) for action in actions)
        else:
            yield from ((text, action) for text in _texts(event) for action in actions)


def _calls(root: ast.AST, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(root):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
            yield node


def _given(call: ast.Call, name: str, place: int) -> ast.expr:
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    return named[name] if name in named else call.args[place]


def _texts(event: ast.expr) -> Iterator[str]:
    if isinstance(event, ast.JoinedStr):
        yield "".join(str(one.value) if isinstance(one, ast.Constant) else "…" for one in event.values)
    elif isinstance(event, ast.IfExp):
        yield from _texts(event.body)
        yield from _texts(event.orelse)
    else:
        assert isinstance(event, ast.Constant), ast.dump(event)
        yield str(event.value)
