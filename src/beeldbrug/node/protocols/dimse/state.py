"""The upper layer's state machine as a table: PS3.8 section 9.2, tables 9-1 to 9-10, for acceptor and requestor.

It says what is to be done and which state follows; it does no I/O. The association performs the action.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum

from beeldbrug.model.errors import Conflict
from beeldbrug.node.protocols.dimse.pdu import PduType


class State(IntEnum):
    """PS3.8 tables 9-1 to 9-5."""

    IDLE = 1
    AWAITING_REQUEST = 2
    AWAITING_LOCAL_ASSOCIATE = 3
    AWAITING_CONNECTION = 4
    AWAITING_ANSWER = 5
    ESTABLISHED = 6
    AWAITING_RELEASE_ANSWER = 7
    AWAITING_LOCAL_RELEASE = 8
    COLLISION_REQUESTOR = 9
    COLLISION_ACCEPTOR = 10
    COLLISION_REQUESTOR_ANSWERED = 11
    COLLISION_ACCEPTOR_ANSWERED = 12
    AWAITING_CLOSE = 13


class Event(IntEnum):
    """PS3.8 table 9-10, first column."""

    ASSOCIATE_REQUEST = 1
    CONNECTED = 2
    ASSOCIATE_AC = 3
    ASSOCIATE_RJ = 4
    CONNECTION_INDICATION = 5
    ASSOCIATE_RQ = 6
    ACCEPT = 7
    REJECT = 8
    DATA_REQUEST = 9
    DATA = 10
    RELEASE_REQUEST = 11
    RELEASE_RQ = 12
    RELEASE_RP = 13
    RELEASE_RESPONSE = 14
    ABORT_REQUEST = 15
    ABORT = 16
    CLOSED = 17
    TIMEOUT = 18
    INVALID = 19


class Action(StrEnum):
    """PS3.8 tables 9-6 to 9-9."""

    AE_1 = "connect"
    AE_2 = "send A-ASSOCIATE-RQ"
    AE_3 = "confirm acceptance"
    AE_4 = "confirm rejection, close"
    AE_5 = "accept connection, start ARTIM"
    AE_6 = "examine A-ASSOCIATE-RQ"
    AE_7 = "send A-ASSOCIATE-AC"
    AE_8 = "send A-ASSOCIATE-RJ, start ARTIM"
    DT_1 = "send P-DATA-TF"
    DT_2 = "indicate P-DATA"
    AR_1 = "send A-RELEASE-RQ"
    AR_2 = "indicate release"
    AR_3 = "confirm release, close"
    AR_4 = "send A-RELEASE-RP, start ARTIM"
    AR_5 = "stop ARTIM"
    AR_6 = "indicate P-DATA while releasing"
    AR_7 = "send P-DATA-TF while releasing"
    AR_8 = "indicate release collision"
    AR_9 = "send A-RELEASE-RP as requestor"
    AR_10 = "confirm release as acceptor"
    AA_1 = "send A-ABORT as user, start ARTIM"
    AA_2 = "close"
    AA_3 = "indicate abort, close"
    AA_4 = "indicate provider abort"
    AA_5 = "stop ARTIM after loss"
    AA_6 = "ignore"
    AA_7 = "send A-ABORT again"
    AA_8 = "send A-ABORT as provider, start ARTIM"


_NEXT: dict[Action, State] = {
    Action.AE_1: State.AWAITING_CONNECTION,
    Action.AE_2: State.AWAITING_ANSWER,
    Action.AE_3: State.ESTABLISHED,
    Action.AE_4: State.IDLE,
    Action.AE_5: State.AWAITING_REQUEST,
    Action.AE_6: State.AWAITING_LOCAL_ASSOCIATE,
    Action.AE_7: State.ESTABLISHED,
    Action.AE_8: State.AWAITING_CLOSE,
    Action.DT_1: State.ESTABLISHED,
    Action.DT_2: State.ESTABLISHED,
    Action.AR_1: State.AWAITING_RELEASE_ANSWER,
    Action.AR_2: State.AWAITING_LOCAL_RELEASE,
    Action.AR_3: State.IDLE,
    Action.AR_4: State.AWAITING_CLOSE,
    Action.AR_5: State.IDLE,
    Action.AR_6: State.AWAITING_RELEASE_ANSWER,
    Action.AR_7: State.AWAITING_LOCAL_RELEASE,
    Action.AR_8: State.COLLISION_ACCEPTOR,
    Action.AR_9: State.COLLISION_REQUESTOR_ANSWERED,
    Action.AR_10: State.COLLISION_ACCEPTOR_ANSWERED,
    Action.AA_1: State.AWAITING_CLOSE,
    Action.AA_2: State.IDLE,
    Action.AA_3: State.IDLE,
    Action.AA_4: State.IDLE,
    Action.AA_5: State.IDLE,
    Action.AA_6: State.AWAITING_CLOSE,
    Action.AA_7: State.AWAITING_CLOSE,
    Action.AA_8: State.AWAITING_CLOSE,
}


def _row(**cells: Action) -> dict[State, Action]:
    """One row of table 9-10; ``s6_12`` fills a range of states, a single ``s7`` overrides it."""
    row: dict[State, Action] = {}
    for name, action in sorted(cells.items(), key=lambda cell: -cell[0].count("_")):
        first, _, last = name[1:].partition("_")
        row.update({State(number): action for number in range(int(first), int(last or first) + 1)})
    return row


_A = Action
TABLE: dict[Event, dict[State, Action]] = {
    Event.ASSOCIATE_REQUEST: _row(s1=_A.AE_1),
    Event.CONNECTED: _row(s4=_A.AE_2),
    Event.ASSOCIATE_AC: _row(s2=_A.AA_1, s3=_A.AA_8, s5=_A.AE_3, s6_12=_A.AA_8, s13=_A.AA_6),
    Event.ASSOCIATE_RJ: _row(s2=_A.AA_1, s3=_A.AA_8, s5=_A.AE_4, s6_12=_A.AA_8, s13=_A.AA_6),
    Event.CONNECTION_INDICATION: _row(s1=_A.AE_5),
    Event.ASSOCIATE_RQ: _row(s2=_A.AE_6, s3=_A.AA_8, s5_12=_A.AA_8, s13=_A.AA_7),
    Event.ACCEPT: _row(s3=_A.AE_7),
    Event.REJECT: _row(s3=_A.AE_8),
    Event.DATA_REQUEST: _row(s6=_A.DT_1, s8=_A.AR_7),
    Event.DATA: _row(s2=_A.AA_1, s3=_A.AA_8, s5=_A.AA_8, s6=_A.DT_2, s7=_A.AR_6, s8_12=_A.AA_8, s13=_A.AA_6),
    Event.RELEASE_REQUEST: _row(s6=_A.AR_1),
    Event.RELEASE_RQ: _row(s2=_A.AA_1, s3=_A.AA_8, s5=_A.AA_8, s6=_A.AR_2, s7=_A.AR_8, s8_12=_A.AA_8, s13=_A.AA_6),
    Event.RELEASE_RP: _row(s2=_A.AA_1, s3=_A.AA_8, s5_12=_A.AA_8, s7=_A.AR_3, s10=_A.AR_10, s11=_A.AR_3, s13=_A.AA_6),
    Event.RELEASE_RESPONSE: _row(s8=_A.AR_4, s9=_A.AR_9, s12=_A.AR_4),
    Event.ABORT_REQUEST: _row(s3=_A.AA_1, s4=_A.AA_2, s5_12=_A.AA_1),
    Event.ABORT: _row(s2=_A.AA_2, s3=_A.AA_3, s5_12=_A.AA_3, s13=_A.AA_2),
    Event.CLOSED: _row(s2=_A.AA_5, s3=_A.AA_4, s4=_A.AA_4, s5_12=_A.AA_4, s13=_A.AR_5),
    Event.TIMEOUT: _row(s2=_A.AA_2, s13=_A.AA_2),
    Event.INVALID: _row(s2=_A.AA_1, s3=_A.AA_8, s5_12=_A.AA_8, s13=_A.AA_7),
}
"""PS3.8 table 9-10: event and state to action; a pair that is not here cannot occur by the standard."""


EVENT_BY_PDU: dict[PduType, Event] = {
    PduType.UNKNOWN: Event.INVALID,
    PduType.TIMEOUT: Event.TIMEOUT,
    PduType.CLOSED: Event.CLOSED,
    PduType.ASSOCIATE_RQ: Event.ASSOCIATE_RQ,
    PduType.ASSOCIATE_AC: Event.ASSOCIATE_AC,
    PduType.ASSOCIATE_RJ: Event.ASSOCIATE_RJ,
    PduType.DATA: Event.DATA,
    PduType.RELEASE_RQ: Event.RELEASE_RQ,
    PduType.RELEASE_RP: Event.RELEASE_RP,
    PduType.ABORT: Event.ABORT,
}
"""The event that the arrival of a PDU is, or of none."""


class Machine:
    """The state of one end of one association."""

    __slots__ = ("requestor", "state")

    def __init__(self, requestor: bool) -> None:
        self.requestor = requestor
        self.state = State.IDLE

    def take(self, event: Event) -> Action:
        """The action for this event now; the machine goes to the state that follows. Raises Conflict."""
        action = TABLE[event].get(self.state)
        if action is None:
            raise Conflict("upper-layer-state", "The upper layer was asked for something it cannot do in its state.")
        if action is Action.AR_8 and self.requestor:
            self.state = State.COLLISION_REQUESTOR
        else:
            self.state = _NEXT[action]
        return action
