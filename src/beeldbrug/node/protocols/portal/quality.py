"""Routes of the BSN quality report: where senders put the BSN. No route of this module gives anything of a patient."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from beeldbrug.model.figures import BsnFinding
from beeldbrug.node.policy.bsn_letter import MENDING, WORDS
from beeldbrug.node.policy.bsn_quality import RIGHT, USABLE, SenderQuality
from beeldbrug.node.policy.figures import SMALL
from beeldbrug.node.policy.permissions import Permission
from beeldbrug.node.protocols.portal.period import period
from beeldbrug.node.protocols.portal.portal import Portal
from beeldbrug.node.protocols.portal.route import Call, Reply, Route


class FindingCount(msgspec.Struct, frozen=True):
    """Studies in which the BSN was found there, or not for this reason. ``usable``: the patient can be found by it;
    ``right_place``: it stands where it should."""

    finding: str
    count: int
    usable: bool
    right_place: bool
    nl: str
    en: str
    mending_nl: str
    mending_en: str


class SenderObject(msgspec.Struct, frozen=True):
    """One sender (URA). ``studies`` null: fewer than ``small``, and then no counts."""

    sender: str
    name: str
    studies: int | None
    right: int
    usable: int
    findings: list[FindingCount]


class QualityObject(msgspec.Struct, frozen=True):
    """Where most is to be mended first."""

    since: float
    until: float
    small: int
    senders: list[SenderObject]


class LetterRequest(msgspec.Struct, frozen=True):
    """Of this time (POSIX seconds), in the sender's language."""

    since: float
    until: float
    language: Literal["nl", "en"]


class LetterObject(msgspec.Struct, frozen=True):
    """The text for one sender."""

    text: str


def _quality(portal: Portal, call: Call) -> QualityObject:
    since, until = period(call)
    found, names = portal.administration.quality.report(since, until)
    return QualityObject(since, until, SMALL, [_sender(one, names[one.sender]) for one in found])


def _csv(portal: Portal, call: Call) -> Reply:
    since, until = period(call)
    text = portal.administration.quality.table(since, until, "", call.session.account.login, call.now)
    name = (b"content-disposition", b'attachment; filename="beeldbrug-bsn.csv"')
    return Reply(text.encode(), content_type="text/csv; charset=utf-8; header=present", headers=[name])


def _letter(portal: Portal, call: Call) -> LetterObject:
    body: LetterRequest = call.body
    sender, login = call.variables["sender"], call.session.account.login
    text = portal.administration.quality.letter(body.since, body.until, sender, body.language, login, call.now)
    return LetterObject(text)


def _sender(one: SenderQuality, name: str) -> SenderObject:
    findings = [_finding(finding, one.findings[finding]) for finding in BsnFinding if finding in one.findings]
    return SenderObject(one.sender, name, one.studies.value, one.right, one.usable, findings)


def _finding(finding: BsnFinding, count: int) -> FindingCount:
    mending = MENDING.get(finding, ("", ""))
    return FindingCount(finding.value, count, finding in USABLE, finding is RIGHT, *WORDS[finding], *mending)


_MAY: Final = Permission.BSN_QUALITY

ROUTES: Final[tuple[Route, ...]] = (
    Route("GET", "/bsn-quality", _MAY, _quality, answer=QualityObject),
    Route("GET", "/bsn-quality/csv", _MAY, _csv),
    Route("POST", "/bsn-quality/{sender}/letter", _MAY, _letter, body=LetterRequest, answer=LetterObject),
)
