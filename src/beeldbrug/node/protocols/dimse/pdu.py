"""Protocol data units of the upper layer, decoded and encoded: PS3.8 section 9.3 and annex D, PS3.7 annex D.3.3.

Pure functions over bytes; no socket, no decision. Unknown items are skipped as PS3.8 section 9.3.1 demands. What
breaks the format raises Malformed with a code that ``ABORT_REASON_BY_CODE`` turns into an A-ABORT reason. User
identity (PS3.7 D.3.3.7) is noticed, never kept. P-DATA-TF is read by ``message``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from struct import Struct

from beeldbrug.dicom.part10 import IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION
from beeldbrug.model.errors import Malformed

APPLICATION_CONTEXT = "1.2.840.10008.3.1.1.1"
PROTOCOL_VERSION = 1

PDU_HEADER = Struct(">BxI")
PDV_HEADER = Struct(">IBB")
_ITEM = Struct(">BxH")
_ASSOCIATE = Struct(">H2x16s16s32x")
_ASSOCIATE_FIXED = 68
_PARAMETERS = Struct(">BBBB")
_SHORT = Struct(">H")
_PAIR = Struct(">HH")
_LONG = Struct(">I")


class PduType(IntEnum):
    """PS3.8 section 9.3.1; CLOSED, TIMEOUT and UNKNOWN are what else can be met where a PDU was expected."""

    UNKNOWN = -3
    TIMEOUT = -2
    CLOSED = -1
    ASSOCIATE_RQ = 1
    ASSOCIATE_AC = 2
    ASSOCIATE_RJ = 3
    DATA = 4
    RELEASE_RQ = 5
    RELEASE_RP = 6
    ABORT = 7


class ItemType(IntEnum):
    """PS3.8 section 9.3.2 and 9.3.3, annex D; PS3.7 annex D.3.3."""

    APPLICATION_CONTEXT = 0x10
    CONTEXT_RQ = 0x20
    CONTEXT_AC = 0x21
    ABSTRACT_SYNTAX = 0x30
    TRANSFER_SYNTAX = 0x40
    USER_INFORMATION = 0x50
    MAXIMUM_LENGTH = 0x51
    IMPLEMENTATION_UID = 0x52
    OPERATIONS_WINDOW = 0x53
    ROLE = 0x54
    IMPLEMENTATION_VERSION = 0x55
    EXTENDED = 0x56
    COMMON_EXTENDED = 0x57
    USER_IDENTITY = 0x58


class AbortReason(IntEnum):
    """PS3.8 table 9-26, source 2 (service provider)."""

    NOT_SPECIFIED = 0
    UNRECOGNIZED_PDU = 1
    UNEXPECTED_PDU = 2
    UNRECOGNIZED_PARAMETER = 4
    UNEXPECTED_PARAMETER = 5
    INVALID_PARAMETER = 6


ABORT_REASON_BY_CODE: dict[str, AbortReason] = {
    "pdu-unrecognized": AbortReason.UNRECOGNIZED_PDU,
    "pdu-unexpected": AbortReason.UNEXPECTED_PDU,
    "pdv-unexpected": AbortReason.UNEXPECTED_PARAMETER,
    "peer-silent": AbortReason.NOT_SPECIFIED,
}
"""Codes of our errors that have a closer reason than INVALID_PARAMETER."""


@dataclass(frozen=True, slots=True)
class ProposedContext:
    """Presentation context item of a request (PS3.8 table 9-13)."""

    id: int
    abstract_syntax: str
    transfer_syntaxes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AnsweredContext:
    """Presentation context item of an acceptance (PS3.8 table 9-18); ``result`` 0 is acceptance."""

    id: int
    result: int
    transfer_syntax: str


@dataclass(frozen=True, slots=True)
class Role:
    """SCP/SCU role selection (PS3.7 D.3.3.4), as the association requestor's roles."""

    sop_class: str
    scu: bool
    scp: bool


@dataclass(frozen=True, slots=True)
class UserInformation:
    """User information sub-items; ``maximum_length`` 0 means that the peer sets no limit."""

    maximum_length: int = 0
    implementation_uid: str = ""
    implementation_version: str = ""
    window: tuple[int, int] | None = None
    roles: tuple[Role, ...] = ()
    extended: tuple[str, ...] = ()
    identity: bool = False


def own_information(
    maximum_length: int, window: tuple[int, int] | None = None, roles: tuple[Role, ...] = ()
) -> UserInformation:
    """What we say of ourselves in a request or an acceptance."""
    return UserInformation(maximum_length, IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION, window, roles)


@dataclass(frozen=True, slots=True)
class AssociateRq:
    """A-ASSOCIATE-RQ (PS3.8 table 9-11)."""

    called: str
    calling: str
    contexts: tuple[ProposedContext, ...]
    user: UserInformation = field(default=UserInformation())
    application_context: str = APPLICATION_CONTEXT
    version: int = PROTOCOL_VERSION


@dataclass(frozen=True, slots=True)
class AssociateAc:
    """A-ASSOCIATE-AC (PS3.8 table 9-17)."""

    called: str
    calling: str
    contexts: tuple[AnsweredContext, ...]
    user: UserInformation = field(default=UserInformation())
    application_context: str = APPLICATION_CONTEXT
    version: int = PROTOCOL_VERSION


@dataclass(frozen=True, slots=True)
class AssociateRj:
    """A-ASSOCIATE-RJ (PS3.8 table 9-21)."""

    result: int
    source: int
    reason: int


@dataclass(frozen=True, slots=True)
class Abort:
    """A-ABORT (PS3.8 table 9-26); source 0 is the peer's user, 2 its provider."""

    source: int
    reason: int


# ---------------------------------------------------------------- encoding


def _pdu(kind: PduType, body: bytes) -> bytes:
    return PDU_HEADER.pack(kind, len(body)) + body


def _item(kind: ItemType, body: bytes) -> bytes:
    return _ITEM.pack(kind, len(body)) + body


def _uid(kind: ItemType, uid: str) -> bytes:
    return _item(kind, uid.encode("latin-1"))


def _title(title: str) -> bytes:
    return title.encode("latin-1", "replace")[:16].ljust(16)


def _user(user: UserInformation) -> bytes:
    items = [
        _item(ItemType.MAXIMUM_LENGTH, _LONG.pack(user.maximum_length)),
        _uid(ItemType.IMPLEMENTATION_UID, user.implementation_uid),
    ]
    if user.window is not None:
        items.append(_item(ItemType.OPERATIONS_WINDOW, _PAIR.pack(*user.window)))
    for role in user.roles:
        uid = role.sop_class.encode("latin-1")
        items.append(_item(ItemType.ROLE, _SHORT.pack(len(uid)) + uid + bytes((role.scu, role.scp))))
    items.append(_uid(ItemType.IMPLEMENTATION_VERSION, user.implementation_version))
    return _item(ItemType.USER_INFORMATION, b"".join(items))


def _associate(kind: PduType, content: AssociateRq | AssociateAc, contexts: list[bytes]) -> bytes:
    fixed = _ASSOCIATE.pack(content.version, _title(content.called), _title(content.calling))
    application = _uid(ItemType.APPLICATION_CONTEXT, content.application_context)
    return _pdu(kind, b"".join([fixed, application, *contexts, _user(content.user)]))


def encode_associate_rq(request: AssociateRq) -> bytes:
    """The whole PDU."""
    contexts = []
    for context in request.contexts:
        syntaxes = b"".join(_uid(ItemType.TRANSFER_SYNTAX, uid) for uid in context.transfer_syntaxes)
        body = bytes((context.id, 0, 0, 0)) + _uid(ItemType.ABSTRACT_SYNTAX, context.abstract_syntax) + syntaxes
        contexts.append(_item(ItemType.CONTEXT_RQ, body))
    return _associate(PduType.ASSOCIATE_RQ, request, contexts)


def encode_associate_ac(acceptance: AssociateAc) -> bytes:
    """The whole PDU."""
    contexts = []
    for context in acceptance.contexts:
        body = bytes((context.id, 0, context.result, 0)) + _uid(ItemType.TRANSFER_SYNTAX, context.transfer_syntax)
        contexts.append(_item(ItemType.CONTEXT_AC, body))
    return _associate(PduType.ASSOCIATE_AC, acceptance, contexts)


def encode_associate_rj(rejection: AssociateRj) -> bytes:
    """The whole PDU."""
    return _pdu(PduType.ASSOCIATE_RJ, bytes((0, rejection.result, rejection.source, rejection.reason)))


def encode_abort(abort: Abort) -> bytes:
    """The whole PDU."""
    return _pdu(PduType.ABORT, bytes((0, 0, abort.source, abort.reason)))


RELEASE_RQ = _pdu(PduType.RELEASE_RQ, bytes(4))
RELEASE_RP = _pdu(PduType.RELEASE_RP, bytes(4))


# ---------------------------------------------------------------- decoding


def malformed(code: str, text: str) -> Malformed:
    """An error about the peer's bytes with the remedy that fits them all."""
    return Malformed(code, text, "Look at the other system's DICOM settings, or ask its vendor.")


def _items(body: bytes) -> Iterator[tuple[int, bytes]]:
    """(item type, content) of each item; a length beyond the end raises Malformed."""
    position = 0
    while position < len(body):
        if len(body) - position < _ITEM.size:
            raise malformed("pdu-item-length", "An item of an association PDU is cut off.")
        kind, length = _ITEM.unpack_from(body, position)
        position += _ITEM.size
        if position + length > len(body):
            raise malformed("pdu-item-length", "An item of an association PDU is longer than what holds it.")
        yield kind, body[position : position + length]
        position += length


def _text(value: bytes) -> str:
    """AE titles and UIDs without padding; bytes outside ASCII are kept, so that they match nothing that is known."""
    return value.decode("latin-1").strip(" \0")


def _number(layout: Struct, value: bytes) -> tuple[int, ...]:
    if len(value) < layout.size:
        raise malformed("pdu-item-length", "An item of an association PDU is too short.")
    return layout.unpack_from(value)


def _decode_role(value: bytes) -> Role:
    (length,) = _number(_SHORT, value)
    if len(value) < length + 4:
        raise malformed("pdu-item-length", "A role selection item is too short.")
    return Role(_text(value[2 : 2 + length]), value[2 + length] == 1, value[3 + length] == 1)


def _decode_user(body: bytes) -> UserInformation:
    maximum, window, identity = 0, None, False
    uid = version = ""
    roles: list[Role] = []
    extended: list[str] = []
    for kind, value in _items(body):
        if kind == ItemType.MAXIMUM_LENGTH:
            (maximum,) = _number(_LONG, value)
        elif kind == ItemType.IMPLEMENTATION_UID:
            uid = _text(value)
        elif kind == ItemType.IMPLEMENTATION_VERSION:
            version = _text(value)
        elif kind == ItemType.OPERATIONS_WINDOW:
            invoked, performed = _number(_PAIR, value)
            window = (invoked, performed)
        elif kind == ItemType.ROLE:
            roles.append(_decode_role(value))
        elif kind in (ItemType.EXTENDED, ItemType.COMMON_EXTENDED):
            (length,) = _number(_SHORT, value)
            extended.append(_text(value[2 : 2 + length]))
        elif kind == ItemType.USER_IDENTITY:
            identity = True
    return UserInformation(maximum, uid, version, window, tuple(roles), tuple(extended), identity)


def _decode_proposed(value: bytes) -> ProposedContext:
    if len(value) < 4:
        raise malformed("pdu-item-length", "A presentation context is too short.")
    abstract = ""
    syntaxes: list[str] = []
    for kind, content in _items(value[4:]):
        if kind == ItemType.ABSTRACT_SYNTAX:
            abstract = _text(content)
        elif kind == ItemType.TRANSFER_SYNTAX:
            syntaxes.append(_text(content))
    return ProposedContext(value[0], abstract, tuple(syntaxes))


def _decode_answered(value: bytes) -> AnsweredContext:
    if len(value) < 4:
        raise malformed("pdu-item-length", "A presentation context is too short.")
    syntaxes = [_text(content) for kind, content in _items(value[4:]) if kind == ItemType.TRANSFER_SYNTAX]
    return AnsweredContext(value[0], value[2], syntaxes[0] if syntaxes else "")


def _fixed(body: bytes) -> tuple[int, str, str]:
    if len(body) < _ASSOCIATE_FIXED:
        raise malformed("pdu-length", "An association PDU is too short.")
    version, called, calling = _ASSOCIATE.unpack_from(body)
    return version, _text(called), _text(calling)


def _check_ids(ids: list[int], maximum: int) -> None:
    if len(ids) > maximum:
        raise malformed("contexts-too-many", "An association has more presentation contexts than are allowed.")
    if len(set(ids)) != len(ids) or any(id_ % 2 == 0 for id_ in ids):
        raise malformed("context-id", "A presentation context's identifier is even or used twice.")


def decode_associate_rq(body: bytes, maximum_contexts: int = 128) -> AssociateRq:
    """An A-ASSOCIATE-RQ from the bytes after its PDU header. Raises Malformed."""
    version, called, calling = _fixed(body)
    application = ""
    contexts: list[ProposedContext] = []
    user = UserInformation()
    for kind, value in _items(body[_ASSOCIATE_FIXED:]):
        if kind == ItemType.APPLICATION_CONTEXT:
            application = _text(value)
        elif kind == ItemType.CONTEXT_RQ:
            contexts.append(_decode_proposed(value))
        elif kind == ItemType.USER_INFORMATION:
            user = _decode_user(value)
    _check_ids([context.id for context in contexts], maximum_contexts)
    return AssociateRq(called, calling, tuple(contexts), user, application, version)


def decode_associate_ac(body: bytes) -> AssociateAc:
    """An A-ASSOCIATE-AC from the bytes after its PDU header. Raises Malformed."""
    version, called, calling = _fixed(body)
    application = ""
    contexts: list[AnsweredContext] = []
    user = UserInformation()
    for kind, value in _items(body[_ASSOCIATE_FIXED:]):
        if kind == ItemType.APPLICATION_CONTEXT:
            application = _text(value)
        elif kind == ItemType.CONTEXT_AC:
            contexts.append(_decode_answered(value))
        elif kind == ItemType.USER_INFORMATION:
            user = _decode_user(value)
    return AssociateAc(called, calling, tuple(contexts), user, application, version)


def decode_associate_rj(body: bytes) -> AssociateRj:
    """An A-ASSOCIATE-RJ from the bytes after its PDU header. Raises Malformed."""
    _, result, source, reason = _number(_PARAMETERS, body)
    return AssociateRj(result, source, reason)


def decode_abort(body: bytes) -> Abort:
    """An A-ABORT from the bytes after its PDU header. Raises Malformed."""
    _, _, source, reason = _number(_PARAMETERS, body)
    return Abort(source, reason)
