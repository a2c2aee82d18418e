"""What can be done with an exchange now, for somebody with these permissions: what the screens offer. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from beeldbrug.model.exchange import Direction, Route, State, Terms
from beeldbrug.node.policy.consult import may_answer
from beeldbrug.node.policy.permissions import Permission
from beeldbrug.node.policy.undoing import IMPORT_UNDONE

HAS_STUDY = frozenset({State.ARRIVING, State.VERIFIED, State.SEEN, State.IMPORTED})
"""States of an arrival in which its study is here and stays."""


@dataclass(frozen=True, slots=True)
class Facts:
    """The exchange as far as it matters here. ``readable`` says whether it may be opened at all, ``disc_ready`` whether
    a disc can be made of it."""

    direction: Direction
    state: State
    verified: bool
    withdrawn: bool
    readable: bool
    import_begun: bool
    has_pacs: bool
    reason: str
    terms: Terms | None = None
    disc_ready: bool = False
    left_out: bool = False
    """Series of an import were left out, and are still here."""
    undoable: bool = False
    """The import is recent enough to be undone."""
    askable: bool = False
    """Its sender can be asked for what is missing, over the wire or by telephone."""
    asked: bool = False
    """Its receiver asks for what is missing."""
    rekeying: str = ""
    """How far it is with its emergency number (``ports.rekeying.RekeyState``); empty where it never had one."""
    deliverable: bool = False
    """A partner took it in part or not at all, and the rest can still go."""
    route: Route = Route.HUB


def _arrival(facts: Facts) -> bool:
    return facts.direction is Direction.IN and not facts.withdrawn


def _open(facts: Facts) -> bool:
    return facts.readable


def _import(facts: Facts) -> bool:
    waits = facts.state in (State.VERIFIED, State.SEEN, State.FAILED)
    return _arrival(facts) and facts.has_pacs and facts.verified and waits and facts.reason != IMPORT_UNDONE.code


def _refuse(facts: Facts) -> bool:
    open_ = facts.state in (State.ARRIVING, State.VERIFIED, State.SEEN, State.FAILED)
    return _arrival(facts) and open_ and not facts.import_begun and facts.reason != IMPORT_UNDONE.code


def _import_rest(facts: Facts) -> bool:
    return _arrival(facts) and facts.has_pacs and facts.state is State.IMPORTED and facts.left_out


def _undo_import(facts: Facts) -> bool:
    return _arrival(facts) and facts.state is State.IMPORTED and facts.undoable


def _confirm_removed(facts: Facts) -> bool:
    return _arrival(facts) and facts.reason == IMPORT_UNDONE.code


def _rekey(facts: Facts) -> bool:
    unknown = facts.rekeying in ("stands", "asked", "question")
    return _arrival(facts) and facts.state is State.IMPORTED and unknown


def _rekey_undo(facts: Facts) -> bool:
    return _arrival(facts) and facts.rekeying in ("asked", "question", "looking", "aside")


def _rekey_confirm(facts: Facts) -> bool:
    return _arrival(facts) and facts.rekeying == "looking"


def _withdraw(facts: Facts) -> bool:
    gone = (State.WITHDRAWN, State.EXPIRED, State.REFUSED, State.PARKED, State.DELIVERED)
    return facts.direction is Direction.OUT and not facts.withdrawn and facts.state not in gone


def _answer(facts: Facts) -> bool:
    return facts.terms is not None and may_answer(
        facts.direction, facts.state, facts.terms, facts.withdrawn, facts.reason, facts.readable
    )


def _for_whom(facts: Facts) -> bool:
    return facts.direction is Direction.OUT and facts.state is State.PARKED


def _hand_out(facts: Facts) -> bool:
    return facts.disc_ready


def _ask(facts: Facts) -> bool:
    return _arrival(facts) and facts.askable


def _supply(facts: Facts) -> bool:
    return facts.direction is Direction.OUT and not facts.withdrawn and facts.asked


def _deliver_again(facts: Facts) -> bool:
    return facts.direction is Direction.OUT and not facts.withdrawn and facts.deliverable


def _attach_report(facts: Facts) -> bool:
    over = (State.WITHDRAWN, State.EXPIRED, State.REFUSED, State.FAILED, State.PARKED)
    out = facts.direction is Direction.OUT and facts.route is Route.HUB
    return out and not facts.withdrawn and facts.readable and facts.state not in over


def _add_report(facts: Facts) -> bool:
    return _arrival(facts) and facts.readable and facts.state in HAS_STUDY


ACTIONS: dict[str, tuple[Permission, Callable[[Facts], bool]]] = {
    "open": (Permission.VIEW, _open),
    "answer": (Permission.ANSWER, _answer),
    "import": (Permission.IMPORT, _import),
    "import-rest": (Permission.IMPORT, _import_rest),
    "undo-import": (Permission.IMPORT, _undo_import),
    "confirm-removed": (Permission.IMPORT, _confirm_removed),
    "re-key": (Permission.IMPORT, _rekey),
    "re-key-undo": (Permission.IMPORT, _rekey_undo),
    "re-key-confirm": (Permission.IMPORT, _rekey_confirm),
    "refuse": (Permission.REFUSE, _refuse),
    "withdraw": (Permission.WITHDRAW, _withdraw),
    "for-whom": (Permission.SEND, _for_whom),
    "drop": (Permission.SEND, _for_whom),
    "hand-out": (Permission.SEND, _hand_out),
    "ask": (Permission.ASK, _ask),
    "supply": (Permission.SEND, _supply),
    "deliver-again": (Permission.SEND, _deliver_again),
    "attach-report": (Permission.SEND, _attach_report),
    "add-report": (Permission.IMPORT, _add_report),
}
"""Each action with the permission it takes and when it is possible; the use cases check again."""


def possible(facts: Facts, permissions: frozenset[Permission]) -> tuple[str, ...]:
    """The actions that make sense now."""
    return tuple(name for name, (permission, fits) in ACTIONS.items() if permission in permissions and fits(facts))
