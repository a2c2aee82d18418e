"""Launch from PACS or EPD: the system that somebody works in asks for a link, which opens this patient, signed in.

The system proves itself server to server; the link holds a random ticket, lives a minute and works once. The session is
limited to what there is of the patient at that moment, and never begins without such a limit.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import msgspec

from beeldbrug.model.account import Account, Assurance, Stage, Ticket, TicketKind
from beeldbrug.model.errors import BeeldbrugError, Denied
from beeldbrug.node.policy.launch import About, Candidate, chosen, no_account, no_role, nothing_here, over
from beeldbrug.node.policy.permissions import Permission, permissions_of
from beeldbrug.node.policy.sign_in import TICKET_SECONDS
from beeldbrug.node.ports.records import OWN, StudyRow
from beeldbrug.node.ports.vault import Transaction
from beeldbrug.node.usecases.read.scope import hash_token
from beeldbrug.node.usecases.sign_in.signing import Session, Signing, begin, checked, give_ticket, of_account

METHOD: Final = "launch"
STUDIES_MOST: Final = 500
SECRET_CHARACTERS: Final = 32


@dataclass(frozen=True, slots=True)
class Launcher:
    """A system that may launch, server to server with ``secret``, by links that it signs with ``link_key``, or both.
    ``issuer`` empty: it names people by account name; else by what that provider calls them."""

    id: str
    secret: Callable[[], str] | None
    issuer: str = ""
    assurance: Assurance = Assurance.SUBSTANTIAL
    link_key: Callable[[], str] | None = None


Launchers = Mapping[str, Launcher]


class _Pending(msgspec.Struct, frozen=True):
    launcher: str
    user: str
    about: About
    mark: bytes = b""
    """Of the signed link that this is of: whoever opens it first uses the link up."""


@dataclass(frozen=True, slots=True)
class Cause:
    """By what a session is launched, how sure that is, and the stage that it begins at."""

    method: str
    launcher: str
    assurance: Assurance
    stage: Stage = Stage.IN


@dataclass(frozen=True, slots=True)
class Launched:
    """A session's token, the session, and the page to begin at."""

    token: str
    session: Session
    page: str


def known(launchers: Launchers, id: str, secret: str) -> Launcher:
    """The system that proved itself. Raises Denied ``launch-not-known``, Unavailable ``secret-file``."""
    one = launchers.get(id)
    kept = one.secret() if one is not None and one.secret is not None else ""
    if one is None or len(kept) < SECRET_CHARACTERS or not hmac.compare_digest(kept.encode(), secret.encode()):
        raise Denied(
            "launch-not-known",
            "This system may not launch, or its secret is not right.",
            "Compare id and secret (32 characters or more) with the node's settings.",
        )
    return one


def announce(signing: Signing, launcher: Launcher, user: str, wanted: About) -> str:
    """The ticket of a link that opens this once, within a minute."""
    with signing.database.write() as tx:
        return keep(tx, signing, launcher, user, wanted)


def keep(tx: Transaction, signing: Signing, launcher: Launcher, user: str, wanted: About, mark: bytes = b"") -> str:
    """As ``announce``, within a transaction; of tickets with one ``mark`` one alone opens."""
    data = msgspec.msgpack.encode(_Pending(launcher.id, user.strip(), wanted, mark))
    return give_ticket(tx, signing, TicketKind.LAUNCH, data=data)


def open_launch(signing: Signing, launchers: Launchers, ticket: str, before: bytes = b"") -> Launched:
    """Use a ticket up. ``before`` is the session that this browser had; it ends.

    Raises Denied ``launch-over``, ``launch-no-account``, ``launch-no-role``, as ``check_open``; NotFound
    ``launch-nothing-here``.
    """
    with signing.database.write() as tx:
        account: Account | None = None
        id = ""
        try:
            pending = _taken(tx, signing, ticket)
            id = pending.launcher
            _use_up(tx, signing, pending.mark)
            account = _account(tx, signing, launchers, pending)
            rows = found(tx, signing, pending.about)
            return begun(tx, signing, account, rows, Cause(METHOD, id, launchers[id].assurance), before)
        except BeeldbrugError as caught:
            error = caught
        tx.audit.append(
            of_account(signing, "sign-in", "E", "failure", account, method=METHOD, launcher=id, reason=error.code)
        )
    raise error


def _taken(tx: Transaction, signing: Signing, ticket: str) -> _Pending:
    found = tx.sessions.take_ticket(hash_token(ticket), TicketKind.LAUNCH, signing.now())
    if found is None or found.organisation != signing.organisation:
        raise over()
    return msgspec.msgpack.decode(found.data, type=_Pending)


def _use_up(tx: Transaction, signing: Signing, mark: bytes) -> None:
    used = Ticket(signing.organisation, TicketKind.LINK, "", signing.now() + TICKET_SECONDS[TicketKind.LINK], b"")
    if mark and not tx.sessions.add_ticket(mark, used):
        raise over()


def _account(tx: Transaction, signing: Signing, launchers: Launchers, pending: _Pending) -> Account:
    one = launchers.get(pending.launcher)
    if one is None:
        raise over()
    if one.issuer:
        account = tx.accounts.by_subject(signing.organisation, one.issuer, pending.user)
    else:
        account = tx.accounts.by_login(signing.organisation, pending.user.casefold())
    if account is None:
        raise no_account()
    checked(tx, signing, account)
    check_sees(account)
    return account


def check_sees(account: Account) -> None:
    """Raises Denied ``launch-no-role``."""
    if Permission.SEE_EXCHANGES not in permissions_of(account.roles):
        raise no_role()


def found(tx: Transaction, signing: Signing, wanted: About) -> list[StudyRow]:
    """What there is of this patient, or of these studies. Raises NotFound ``launch-nothing-here``."""
    by: dict[tuple[str, str], set[str]] = {}
    for value, _ in wanted.numbers:
        for place in tx.instances.with_number(signing.organisation, value, STUDIES_MOST):
            by.setdefault(place, set()).add(value)
    uids = {uid for _, uid in by} | set(wanted.studies)
    match = {"StudyInstanceUID": "\\".join(sorted(uids))} if uids else {"AccessionNumber": wanted.accession}
    if not any(match.values()):
        raise nothing_here()
    rows = {
        _candidate(row, by): row for row in tx.instances.studies(signing.organisation, None, match, 0, STUDIES_MOST)
    }
    fit = [rows[one] for one in chosen(wanted, list(rows))]
    if not fit:
        raise nothing_here()
    return fit


def _candidate(row: StudyRow, by: Mapping[tuple[str, str], set[str]]) -> Candidate:
    found_by = frozenset(by.get((row.origin, row.study_uid), ()))
    own = row.origin == OWN
    return Candidate(
        row.study_uid, own, row.patient_number.value, row.birth_date, row.accession_number, found_by, row.origin
    )


def begun(
    tx: Transaction, signing: Signing, account: Account, rows: list[StudyRow], cause: Cause, before: bytes
) -> Launched:
    """Open a session for these studies and nothing else. Raises NotFound ``launch-nothing-here``."""
    studies = tuple(sorted({row.study_uid for row in rows}))
    arrivals = tuple(sorted({row.origin for row in rows if row.origin != OWN}))
    own = any(row.origin == OWN for row in rows)
    exchanges = () if own else arrivals
    if not studies:  # an empty limit is none at all
        raise nothing_here()
    if before:
        tx.sessions.end(before)
    token, session = begin(tx, signing, account, cause.assurance, exchanges, studies, cause.stage)
    tx.audit.append(
        of_account(
            signing, "sign-in", "E", "success", account, method=cause.method, launcher=cause.launcher,
            assurance=int(cause.assurance), studies=len(studies),
        )
    )  # fmt: skip
    page = "/ontvangen" if arrivals else "/verzonden"
    return Launched(token, session, f"/uitwisseling/{arrivals[0]}" if len(arrivals) == 1 and not own else page)
