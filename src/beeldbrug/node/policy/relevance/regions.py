"""Which regions of the body a study pictures, from what its headers say. Pure; ``terms`` is the table.

Body Part Examined is often empty or that of another programme, so the description goes first, then the procedure, then
the descriptions of the series, then the body part (PS3.3 C.7.3.1, C.7.2.1).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from functools import cache, cached_property

from beeldbrug.node.policy.relevance.terms import ANATOMY, QUESTIONS, RADIOGRAPHS, TRAUMA, VAGUE, VESSELS


class Region(StrEnum):
    """Regions as far apart as radiologists keep earlier studies apart."""

    BRAIN = "brain"
    HEAD = "head"
    NECK = "neck"
    CERVICAL_SPINE = "c-spine"
    THORACIC_SPINE = "t-spine"
    LUMBAR_SPINE = "l-spine"
    THORAX = "thorax"
    HEART = "heart"
    AORTA = "aorta"
    BREAST = "breast"
    ABDOMEN = "abdomen"
    PELVIS = "pelvis"
    SHOULDER = "shoulder"
    UPPER_ARM = "upper-arm"
    ELBOW = "elbow"
    FOREARM = "forearm"
    WRIST = "wrist"
    HAND = "hand"
    HIP = "hip"
    THIGH = "thigh"
    KNEE = "knee"
    LOWER_LEG = "lower-leg"
    ANKLE = "ankle"
    FOOT = "foot"
    ARM_VESSELS = "arm-vessels"
    LEG_VESSELS = "leg-vessels"
    WHOLE_BODY = "whole-body"
    SKELETON = "skeleton"


RADIOGRAPHY = frozenset({"CR", "DX", "RG", "DR", "PX", "IO"})
"""Modalities of plain images."""

LIMBS = frozenset(
    {
        Region.SHOULDER,
        Region.UPPER_ARM,
        Region.ELBOW,
        Region.FOREARM,
        Region.WRIST,
        Region.HAND,
        Region.HIP,
        Region.THIGH,
        Region.KNEE,
        Region.LOWER_LEG,
        Region.ANKLE,
        Region.FOOT,
    }
)
SPINE = frozenset({Region.CERVICAL_SPINE, Region.THORACIC_SPINE, Region.LUMBAR_SPINE})
_TRUNK = frozenset(
    {Region.BRAIN, Region.NECK, Region.THORAX, Region.ABDOMEN, Region.PELVIS, Region.AORTA, Region.SKELETON} | SPINE
)

_NEIGHBOURS: tuple[tuple[Region, Region], ...] = (
    (Region.ABDOMEN, Region.PELVIS),
    (Region.THORAX, Region.AORTA),
    (Region.ABDOMEN, Region.AORTA),
    (Region.PELVIS, Region.HIP),
    (Region.HIP, Region.THIGH),
    (Region.WRIST, Region.HAND),
    (Region.WRIST, Region.FOREARM),
    (Region.ELBOW, Region.FOREARM),
    (Region.ANKLE, Region.FOOT),
    (Region.ANKLE, Region.LOWER_LEG),
    (Region.SHOULDER, Region.UPPER_ARM),
)

_PET_PARTS = frozenset({Region.BRAIN, Region.HEART})
"""Of these a PET is made by itself; any other shows the trunk, whatever is looked for."""

_DOCTORS = re.compile(r"\b(?:kno |mdl |maag darm )?[a-z]*(?:arts|artsen|loog|logen|chirurg|chirurgen|poli)\b")

_LIMB_PARTS: dict[str, tuple[frozenset[Region], Region]] = {
    "leg": (
        frozenset({Region.THIGH, Region.KNEE, Region.LOWER_LEG, Region.ANKLE, Region.FOOT}),
        Region.LEG_VESSELS,
    ),
    "arm": (
        frozenset({Region.UPPER_ARM, Region.ELBOW, Region.FOREARM, Region.WRIST, Region.HAND}),
        Region.ARM_VESSELS,
    ),
}


LENGTH = 1000
"""Characters of a text that are read."""


def folded(text: str) -> str:
    """Small letters without accents, words parted by one space; "ThorAbd" is two words."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text[:LENGTH])
    plain = unicodedata.normalize("NFKD", apart.casefold())
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", plain).split())


class _Table:
    """Terms by the first letters of their first word; the longest term at a place first."""

    def __init__(self, terms: Mapping[str, str]) -> None:
        self._terms = terms

    @cached_property
    def _by_start(self) -> Mapping[str, Sequence[tuple[list[str], list[str]]]]:
        """Made at first use: most commands never ask."""
        pairs = [(term.split(), key.split()) for key, several in self._terms.items() for term in several.split("|")]
        pairs.sort(key=lambda pair: (-sum(len(word.rstrip("*")) for word in pair[0]), pair[0]))
        found: dict[str, list[tuple[list[str], list[str]]]] = {}
        for words, keys in pairs:
            if words:
                found.setdefault(words[0].rstrip("*")[:2], []).append((words, keys))
        return found

    def found(self, text: str) -> tuple[set[str], str]:
        """What the terms in the text mean, and the words that belong to none."""
        words, rest, keys, at = text.split(), list[str](), set[str](), 0
        while at < len(words):
            length, meant = self._at(words, at)
            keys.update(meant)
            if not length:
                rest.append(words[at])
            at += length or 1
        return keys, " ".join(rest)

    def _at(self, words: Sequence[str], at: int) -> tuple[int, Sequence[str]]:
        for term, keys in self._by_start.get(words[at][:2], ()):
            if len(term) <= len(words) - at and all(map(_fits, term, words[at : at + len(term)])):
                return len(term), keys
        return 0, ()


def _fits(term: str, word: str) -> bool:
    return word.startswith(term[:-1]) if term.endswith("*") else word == term


@cache
def _long_terms() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Terms that may be part of a longer word: "cervixcarcinoom", "videodefecografie"; longest first."""
    words = {
        term.strip().rstrip("*"): tuple(key.split()) for key, terms in ANATOMY.items() for term in terms.split("|")
    }
    long = [(word, keys) for word, keys in words.items() if len(word) >= START and not {" ", "*"} & set(word)]
    return tuple(sorted(long, key=lambda pair: (-len(pair[0]), pair[0])))


START, INSIDE = 5, 7
"""Letters from which on a term may be the start of a word, or stand anywhere in it."""

_ANATOMY = _Table(ANATOMY)
_VAGUE = _Table(VAGUE)
_RADIOGRAPHS = _Table(RADIOGRAPHS)
_VESSELS = _Table({"vessels": VESSELS})
_QUESTIONS = _Table(QUESTIONS)
_TRAUMA = _Table({"trauma": TRAUMA})


def regions_of(
    modalities: Iterable[str],
    description: str,
    series: Iterable[str] = (),
    body_part: str = "",
    procedure: str = "",
) -> frozenset[Region]:
    """What a study pictures; empty when nothing tells."""
    made = frozenset(modalities)
    for text, vaguely in ((f"{description} {procedure}", True), (" , ".join(series), False), (body_part, True)):
        if found := _pictured(folded(text), made, vaguely):
            return frozenset({Region.WHOLE_BODY}) if "PT" in made and not found <= _PET_PARTS else found
    return frozenset({Region.BREAST}) if "MG" in made else frozenset()


def regions_asked(question: str) -> frozenset[Region]:
    """Where the question is about; empty when nothing tells."""
    text = folded(question).replace("aan de hand", " ").replace("voor de hand", " ")
    text = _DOCTORS.sub(" ", text)
    diseases, rest = _QUESTIONS.found(text)
    return frozenset(map(Region, diseases)) | _pictured(rest, frozenset(), False)


def is_trauma(question: str) -> bool:
    """Whether the question is about an accident."""
    return bool(_TRAUMA.found(folded(question))[0])


def overlap(one: frozenset[Region], other: frozenset[Region]) -> bool:
    """Whether two sets of regions share a part of the body, or have neighbours that are read together."""
    return bool(_widened(one) & other)


def _widened(regions: frozenset[Region]) -> frozenset[Region]:
    wide = set(regions)
    for one, other in _NEIGHBOURS:
        if one in regions:
            wide.add(other)
        if other in regions:
            wide.add(one)
    if Region.WHOLE_BODY in regions:
        wide |= _TRUNK
    if regions & _TRUNK:
        wide.add(Region.WHOLE_BODY)
    return frozenset(wide)


def _pictured(text: str, modalities: frozenset[str], vaguely: bool) -> frozenset[Region]:
    keys: set[str] = set()
    rest = _spine_apart(text)
    if modalities and modalities <= RADIOGRAPHY:
        keys, rest = _RADIOGRAPHS.found(rest)
    strong, rest = _ANATOMY.found(rest)
    keys |= strong
    if not keys:
        keys = {key for word in rest.split() for key in _compound(word)}
    if not keys and vaguely:  # "cor" of a series is coronal
        keys = _VAGUE.found(rest)[0]
    return frozenset(region for key in keys for region in _resolved(key, text, modalities))


def _compound(word: str) -> tuple[str, ...]:
    if len(word) < START:
        return ()
    fits = (keys for term, keys in _long_terms() if word.startswith(term) or (len(term) >= INSIDE and term in word))
    return next(fits, ())


def _spine_apart(text: str) -> str:
    """ "Wervelkolom cervicaal en thoracaal" is of the spine, not of the thorax."""
    if not re.search(r"\b(?:wervelkolom|wk|spine|myelum)\b", text):
        return text
    for adjective, part in (("cervica", "cwk"), ("thoraca", "twk"), ("thoracic", "twk"), ("lumba", "lwk")):
        text = re.sub(rf"\b{adjective}[a-z]*", part, text)
    return text


def _resolved(key: str, text: str, modalities: frozenset[str]) -> frozenset[Region]:
    if key not in _LIMB_PARTS:
        return frozenset({Region(key)})
    bones, vessels = _LIMB_PARTS[key]
    about_vessels = "XA" in modalities or bool(_VESSELS.found(text)[0]) or "vaten" in text
    return frozenset({vessels}) if about_vessels else bones
