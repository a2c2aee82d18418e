"""What this node answers to an association request: PS3.8 sections 7.1 and 9.3, PS3.7 annex D.3.

Pure: a request in, an acceptance or a rejection out. Any transfer syntax is taken, the first of each context that is
a UID at all, because nothing is decoded on the way; but for reports of storage commitment, which are. Extended
negotiation and user identity are not answered, which the standard lets an acceptor do; the operations window is
answered 1, 1 (PS3.7 D.3.3.3).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from beeldbrug.model.errors import BeeldbrugError, Kind
from beeldbrug.node.protocols.dimse import pdu
from beeldbrug.node.protocols.dimse.pdu import AnsweredContext, AssociateAc, AssociateRj, AssociateRq
from beeldbrug.node.protocols.dimse.sop_classes import COMMITMENT, VERIFICATION, is_storage, is_uid

ACCEPTED, USER_REJECTION, ABSTRACT_SYNTAX_UNKNOWN, TRANSFER_SYNTAXES_UNKNOWN = 0, 1, 3, 4
"""PS3.8 table 9-18, result of a presentation context."""

REPORT_SYNTAXES = frozenset({"1.2.840.10008.1.2", "1.2.840.10008.1.2.1"})
"""Implicit and explicit VR little endian: reports of storage commitment are read here."""

PERMANENT, TRANSIENT = 1, 2
USER, ACSE, PRESENTATION = 1, 2, 3
"""PS3.8 table 9-21, result and source of a rejection."""

PROTOCOL_VERSION_UNSUPPORTED = AssociateRj(PERMANENT, ACSE, 2)
APPLICATION_CONTEXT_UNSUPPORTED = AssociateRj(PERMANENT, USER, 2)
TEMPORARY_CONGESTION = AssociateRj(TRANSIENT, PRESENTATION, 1)
LOCAL_LIMIT_EXCEEDED = AssociateRj(TRANSIENT, PRESENTATION, 2)

REJECTION_BY_CODE: dict[str, AssociateRj] = {
    "called-ae-unknown": AssociateRj(PERMANENT, USER, 7),
    "calling-ae-unknown": AssociateRj(PERMANENT, USER, 3),
    "address-not-allowed": AssociateRj(PERMANENT, USER, 3),
    "certificate-not-allowed": AssociateRj(PERMANENT, USER, 1),
}

REJECTION_BY_KIND: dict[Kind, AssociateRj] = {
    Kind.MALFORMED: AssociateRj(PERMANENT, USER, 1),
    Kind.DENIED: AssociateRj(PERMANENT, USER, 1),
    Kind.NOT_FOUND: AssociateRj(PERMANENT, USER, 7),
    Kind.CONFLICT: AssociateRj(TRANSIENT, USER, 1),
    Kind.UNSUPPORTED: AssociateRj(PERMANENT, USER, 1),
    Kind.UNAVAILABLE: TEMPORARY_CONGESTION,
    Kind.TOO_LARGE: LOCAL_LIMIT_EXCEEDED,
}

SMALLEST_PEER_PDU = 64
"""A peer that can take less than this cannot be answered; a command set would fall apart in crumbs."""


@dataclass(frozen=True, slots=True)
class Context:
    """A presentation context that both ends agreed on."""

    id: int
    abstract_syntax: str
    transfer_syntax: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """What both ends agreed on. ``send_bytes`` is the longest P-DATA-TF the peer takes, 0 without limit."""

    answer: AssociateAc
    contexts: Mapping[int, Context]
    send_bytes: int


def rejection(error: BeeldbrugError) -> AssociateRj:
    """The rejection for an error of ``Reception.admit``."""
    return REJECTION_BY_CODE.get(error.code, REJECTION_BY_KIND[error.kind])


def rejection_before_admission(request: AssociateRq) -> AssociateRj | None:
    """Why nobody at all may have this association, if so: protocol version or application context."""
    if not request.version & pdu.PROTOCOL_VERSION:
        return PROTOCOL_VERSION_UNSUPPORTED
    if request.application_context != pdu.APPLICATION_CONTEXT:
        return APPLICATION_CONTEXT_UNSUPPORTED
    return None


def _answer_context(context: pdu.ProposedContext, roles: Mapping[str, pdu.Role]) -> AnsweredContext:
    usable = [syntax for syntax in context.transfer_syntaxes if is_uid(syntax)]
    first = usable[0] if usable else "1.2.840.10008.1.2"
    role = roles.get(context.abstract_syntax)
    if context.abstract_syntax == COMMITMENT:
        return _answer_commitment(context, role)
    if context.abstract_syntax != VERIFICATION and not is_storage(context.abstract_syntax):
        result = ABSTRACT_SYNTAX_UNKNOWN
    elif not usable:
        result = TRANSFER_SYNTAXES_UNKNOWN
    elif role is not None and not role.scu:
        result = USER_REJECTION
    else:
        result = ACCEPTED
    return AnsweredContext(context.id, result, first)


def _answer_commitment(context: pdu.ProposedContext, role: pdu.Role | None) -> AnsweredContext:
    """An archive reports as SCP on an association of its own (PS3.4 J.3.3); one that asks us to keep is refused."""
    syntax = next((one for one in context.transfer_syntaxes if one in REPORT_SYNTAXES), "")
    if role is None or not role.scp:
        return AnsweredContext(context.id, USER_REJECTION, syntax or "1.2.840.10008.1.2")
    if not syntax:
        return AnsweredContext(context.id, TRANSFER_SYNTAXES_UNKNOWN, "1.2.840.10008.1.2")
    return AnsweredContext(context.id, ACCEPTED, syntax)


def _answer_role(role: pdu.Role) -> pdu.Role:
    reports = role.sop_class == COMMITMENT
    return pdu.Role(role.sop_class, role.scu and not reports, role.scp and reports)


def negotiate(request: AssociateRq, offered_bytes: int) -> Agreement:
    """The answer to an admitted peer. ``offered_bytes`` is the longest P-DATA-TF that we take. Raises Malformed."""
    user = request.user
    if 0 < user.maximum_length < SMALLEST_PEER_PDU:
        raise pdu.malformed("maximum-length-too-small", "The other system cannot take PDUs of a usable length.")
    roles = {role.sop_class: role for role in user.roles}
    answers = tuple(_answer_context(context, roles) for context in request.contexts)
    proposed = {context.id: context for context in request.contexts}
    accepted = {
        answer.id: Context(answer.id, proposed[answer.id].abstract_syntax, answer.transfer_syntax)
        for answer in answers
        if answer.result == ACCEPTED
    }
    answer = AssociateAc(
        called=request.called,
        calling=request.calling,
        contexts=answers,
        user=pdu.own_information(
            offered_bytes,
            None if user.window is None else (1, 1),
            tuple(_answer_role(role) for role in roles.values()),
        ),
    )
    return Agreement(answer, accepted, user.maximum_length)
