"""Whether somebody is told, who is next, and when it is over: facts in, values out. Pure; no I/O."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from beeldbrug.model.exchange import Direction, State, Urgency
from beeldbrug.model.notice import OUTSIDE, Cause, Channel, Contact, Matter, NoticeChoice
from beeldbrug.model.roster import Rules

WAKING = (Urgency.STAT, Urgency.ASAP)
"""What people are got out of bed for; of all else the first on duty is told once, without an SMS."""

LONGEST_WAIT = 3600.0

_GONE = frozenset({State.REFUSED, State.EXPIRED, State.WITHDRAWN, State.FAILED})

Groups = Sequence[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Next:
    """Who is called now. ``again``: all have been told before, the last ones are tried once more."""

    accounts: tuple[str, ...]
    again: bool = False


def wakes(urgency: Urgency) -> bool:
    """Whether it cannot wait until somebody looks."""
    return urgency in WAKING


def wanted(rules: Rules, cause: Cause, urgency: Urgency) -> bool:
    """Whether the department wants to be told of this."""
    match cause:
        case Cause.FIRST_IMAGE:
            return rules.first_image and urgency is Urgency.STAT
        case Cause.VERIFIED:
            return rules.verified is not None and urgency.rank <= rules.verified.rank
        case Cause.ANSWER | Cause.REQUEST:
            return rules.answer
        case Cause.PARKED:
            return rules.parked


def over(matter: Matter, direction: Direction, state: State, withdrawn: bool) -> bool:
    """Whether nobody is needed any more, because of what became of the exchange."""
    if matter is Matter.PARKED:
        return direction is not Direction.OUT or state is not State.PARKED
    return withdrawn or state in _GONE


def next_of(groups: Groups, told: Collection[str]) -> Next | None:
    """The first group with somebody who was not told; when all were, the last group again. None: nobody is there."""
    for group in groups:
        if fresh := tuple(account for account in group if account not in told):
            return Next(fresh)
    return Next(groups[-1], True) if groups else None


def ways(contacts: Sequence[Contact], choice: NoticeChoice, offered: Collection[Channel], loud: bool) -> list[Channel]:
    """Outside ways that reach somebody, in the order in which they are tried; no SMS for what can wait."""
    usable = {one.channel for one in contacts if one.enabled and one.verified is not None and one.channel in offered}
    order = (choice.first, *(channel for channel in OUTSIDE if channel is not choice.first))
    return [channel for channel in order if channel in usable and (loud or channel is not Channel.SMS)]
