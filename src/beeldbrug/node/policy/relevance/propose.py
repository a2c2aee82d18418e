"""Which studies of a patient to send with a question, which earlier ones beside them, and when it is too much. Pure.

Sending is limited to what the question needs (proportionality, FIELD 5.3 row C); an expert who sees no earlier studies
errs. A proposal only ticks boxes: a human sends. Regions are by ``regions``; a study of which nothing tells the region
is never proposed as an earlier one, and said so.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from beeldbrug.model.decision import Reason
from beeldbrug.model.exchange import Urgency
from beeldbrug.node.policy.relevance.regions import (
    LIMBS,
    RADIOGRAPHY,
    SPINE,
    Region,
    is_trauma,
    overlap,
    regions_asked,
    regions_of,
)

RECENT_DAYS = 14
"""How old the study in question may be, when another is newer."""

TOGETHER_DAYS = 1
"""Studies this far apart were made for one question."""

PRIOR_DAYS = 5 * 366
"""How old an earlier study may be."""

PRIORS = {Urgency.STAT: 2, Urgency.ASAP: 3, Urgency.URGENT: 3, Urgency.ROUTINE: 3}
"""How many earlier studies are proposed."""

MANY_STUDIES = 3
"""Studies beyond the proposal, of other regions, from which on it is more than the question needs."""

MANY_INSTANCES = 3000
"""Images of other regions, likewise."""

NO_IMAGES = frozenset({"SR", "PR", "KO", "DOC", "REG", "SEG", "RTSTRUCT", "RTPLAN", "RTDOSE", "AU", "ECG"})
"""Modalities that picture nothing by themselves."""


@dataclass(frozen=True, slots=True)
class StudyFacts:
    """A study as headers or a PACS's answer describe it. ``date`` is YYYYMMDD or empty; ``id`` is the caller's."""

    id: str
    date: str
    modalities: tuple[str, ...]
    description: str = ""
    series: tuple[str, ...] = ()
    body_part: str = ""
    procedure: str = ""
    instances: int = 0

    @property
    def regions(self) -> frozenset[Region]:
        """What it pictures."""
        return regions_of(self.modalities, self.description, self.series, self.body_part, self.procedure)


@dataclass(frozen=True, slots=True)
class Proposed:
    """A study and why."""

    study: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Proposal:
    """The study in question first; earlier ones newest first."""

    chosen: tuple[Proposed, ...]
    priors: tuple[Proposed, ...]
    warnings: tuple[Reason, ...] = ()

    @property
    def studies(self) -> tuple[str, ...]:
        """All of it."""
        return tuple(one.study for one in (*self.chosen, *self.priors))


ASKED = Reason("fits-question", "Past bij de vraag.", "Fits the question.")
NEWEST = Reason("newest-study", "Het nieuwste onderzoek.", "The newest study.")
GIVEN = Reason("study-given", "Hiervoor geopend.", "Opened for this.")
TOGETHER = Reason("made-together", "Hoort bij hetzelfde onderzoek.", "Made for the same question.")
ACCIDENT = Reason("same-accident", "Bij hetzelfde ongeval gemaakt.", "Made after the same accident.")
PRIOR = Reason(
    "relevant-prior", "Eerder onderzoek van hetzelfde gebied, om te vergelijken.", "Earlier study of the same region."
)
NOTHING = Reason(
    "nothing-to-propose",
    "Er is geen onderzoek met beelden om voor te stellen.",
    "There is no study with images to propose.",
    "Zoek het onderzoek in uw PACS, of controleer of het compleet is.",
    "Look for the study in your PACS, or check that it is complete.",
)
QUESTION_ELSEWHERE = Reason(
    "question-elsewhere",
    "Geen recent onderzoek past bij de vraag; het nieuwste is voorgesteld.",
    "No recent study fits the question; the newest is proposed.",
    "Controleer de vraag en de keuze van onderzoeken.",
    "Check the question and the choice of studies.",
)
NOT_RECOGNISED = Reason(
    "region-not-recognised",
    "Van een of meer onderzoeken is niet te zien welk lichaamsdeel erop staat.",
    "Of one or more studies it cannot be told which part of the body they picture.",
    "Bekijk die onderzoeken zelf en kies ze zo nodig erbij.",
    "Look at those studies yourself and add them where needed.",
)
TOO_MUCH = Reason(
    "more-than-needed",
    "U verstuurt veel meer dan de vraag nodig heeft.",
    "You are sending much more than the question needs.",
    "Laat onderzoeken van andere lichaamsdelen weg, of zet in de vraag waarom ze nodig zijn.",
    "Leave out studies of other regions, or say in the question why they are needed.",
)


def propose(
    question: str, urgency: Urgency, studies: Sequence[StudyFacts], now: float, given: Collection[str] = ()
) -> Proposal:
    """What to send. ``given`` are the ids of studies that somebody opened or chose already; ``now`` is POSIX time."""
    today = datetime.fromtimestamp(now, UTC).date()
    shown = sorted((one for one in studies if _has_images(one)), key=lambda one: (one.date, one.id), reverse=True)
    if not shown:
        return Proposal((), (), (NOTHING,))
    asked = regions_asked(question)
    chosen = _chosen(question, asked, shown, today, given)
    picked = {one.study for one in chosen}
    mains = [one for one in shown if one.id in picked]
    target = asked.union(*(one.regions for one in mains))
    priors = _priors(urgency, target, mains, shown)
    return Proposal(chosen, priors, tuple(_warnings(asked, mains, shown)))


def excess(studies: Sequence[StudyFacts], selected: Collection[str], proposal: Proposal) -> tuple[Reason, ...]:
    """A warning when what is selected is much more than the proposal: many studies, or many images, elsewhere."""
    needed = set(proposal.studies)
    target: frozenset[Region] = frozenset().union(*(one.regions for one in studies if one.id in needed))
    beside = [
        one for one in studies if one.id in set(selected) - needed and one.regions and not overlap(one.regions, target)
    ]
    extra = [one for one in studies if one.id in set(selected) - needed]
    images = sum(one.instances for one in beside)
    too_many = len(beside) >= MANY_STUDIES or len(extra) >= max(2 * MANY_STUDIES, 2 * len(needed))
    return (TOO_MUCH,) if too_many or images >= MANY_INSTANCES else ()


def _has_images(study: StudyFacts) -> bool:
    made = set(study.modalities)
    return not made or not made <= NO_IMAGES or bool(study.regions)


def _chosen(
    question: str, asked: frozenset[Region], shown: Sequence[StudyFacts], today: date, given: Collection[str]
) -> tuple[Proposed, ...]:
    opened = [one for one in shown if one.id in given]
    if opened:
        main, found = opened[0], {one.id: GIVEN for one in opened}
    else:
        main, why = _main(asked, shown, today)
        found = {main.id: why}
    accident = is_trauma(question)
    for other in shown:
        days = _apart(main, other)
        if other.id in found or days is None or days > TOGETHER_DAYS:
            continue
        if overlap(other.regions, asked | main.regions) and (days == 0 or _comparable(main, other)):
            found[other.id] = TOGETHER
        elif accident:
            found[other.id] = ACCIDENT
    return tuple(Proposed(study, reason) for study, reason in found.items())


def _main(asked: frozenset[Region], shown: Sequence[StudyFacts], today: date) -> tuple[StudyFacts, Reason]:
    recent = [one for one in shown if (age := _age(one, today)) is not None and age <= RECENT_DAYS]
    fitting = [one for one in recent or shown[:1] if overlap(one.regions, asked)]
    if not fitting:
        return (recent or list(shown))[0], NEWEST
    newest = [one for one in fitting if one.date == fitting[0].date]
    return max(newest, key=lambda one: (len(one.regions & asked), bool(set(one.modalities) - RADIOGRAPHY))), ASKED


def _priors(
    urgency: Urgency, target: frozenset[Region], mains: Sequence[StudyFacts], shown: Sequence[StudyFacts]
) -> tuple[Proposed, ...]:
    main = mains[0]
    ids = {one.id for one in mains}
    first = min((one.date for one in mains if one.date), default="")
    fitting = [
        one
        for one in shown
        if one.id not in ids
        and one.date <= first
        and ((days := _apart(main, one)) is not None and days <= PRIOR_DAYS)
        and overlap(one.regions, target)
        and any(_comparable(other, one) for other in mains)
    ]
    count = PRIORS[urgency]
    kept = fitting[:count]
    alike = [one for one in fitting if set(one.modalities) & set(main.modalities)]
    if alike and alike[0] not in kept:
        kept = [*kept[: count - 1], alike[0]]
    return tuple(Proposed(one.id, PRIOR) for one in kept)


def _comparable(main: StudyFacts, prior: StudyFacts) -> bool:
    """Whether the one can be read beside the other: plain images help where bones or teeth are in question."""
    mine, theirs = set(main.modalities) - NO_IMAGES, set(prior.modalities) - NO_IMAGES
    plain = theirs and theirs <= RADIOGRAPHY
    if not theirs or not mine:
        return set(main.modalities) == set(prior.modalities)
    if mine & theirs or (plain and mine <= RADIOGRAPHY):
        return True
    if plain:
        return bool(main.regions & (LIMBS | SPINE | {Region.HEAD}))
    if mine <= RADIOGRAPHY:
        return bool(theirs & {"CT", "MR", "PT", "NM"})
    return True


def _warnings(asked: frozenset[Region], mains: Sequence[StudyFacts], shown: Sequence[StudyFacts]) -> Sequence[Reason]:
    rules: tuple[tuple[Callable[[], bool], Reason], ...] = (
        (lambda: bool(asked) and not any(overlap(one.regions, asked) for one in mains), QUESTION_ELSEWHERE),
        (lambda: any(not one.regions for one in shown), NOT_RECOGNISED),
    )
    return [reason for applies, reason in rules if applies()]


def _day(study: StudyFacts) -> date | None:
    try:
        return datetime.strptime(study.date, "%Y%m%d").replace(tzinfo=UTC).date()
    except ValueError:
        return None


def _age(study: StudyFacts, today: date) -> int | None:
    day = _day(study)
    return None if day is None else (today - day).days


def _apart(one: StudyFacts, other: StudyFacts) -> int | None:
    first, second = _day(one), _day(other)
    return None if first is None or second is None else abs((first - second).days)
