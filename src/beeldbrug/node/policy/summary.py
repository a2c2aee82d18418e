"""The daily summary as text: what waits, for how long, and what is stuck; counts and codes, nothing of a patient."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts of one organisation at one moment (``at``, POSIX seconds); ages in seconds, 0 where nothing waits."""

    at: float
    at_desk: int = 0
    oldest_at_desk: float = 0.0
    urgent_unseen: int = 0
    arriving: int = 0
    sending: int = 0
    parked: int = 0
    failed: int = 0
    arrived_day: int = 0
    """Arrivals that began in the last 24 hours."""
    silent: tuple[str, ...] = ()
    """Partners (URA) that fell silent."""
    alerts: Mapping[str, int] = field(default_factory=dict)
    """Open alerts by code."""

    @property
    def calm(self) -> bool:
        """Whether nothing waits for anybody."""
        return not (self.at_desk or self.urgent_unseen or self.parked or self.failed or self.silent or self.alerts)


LINES: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "nl": (
        ("urgent_unseen", "Spoed die nog niemand heeft geopend"),
        ("at_desk", "Wacht bij de beeldenbalie op een beslissing"),
        ("parked", "Wacht op \u201cvoor wie?\u201d"),
        ("failed", "Mislukt, en niet opnieuw geprobeerd"),
        ("sending", "Onderweg naar buiten"),
        ("arriving", "Onderweg naar binnen"),
        ("arrived_day", "Binnengekomen in de afgelopen 24 uur"),
    ),
    "en": (
        ("urgent_unseen", "Urgent, and opened by nobody yet"),
        ("at_desk", "Waits at the image desk for a decision"),
        ("parked", "Waits for \u201cfor whom?\u201d"),
        ("failed", "Failed, and not tried again"),
        ("sending", "On its way out"),
        ("arriving", "On its way in"),
        ("arrived_day", "Came in during the last 24 hours"),
    ),
}

_WORDS: Final = {
    "nl": {
        "calm": "Er wacht niets op iemand.",
        "oldest": "de oudste {age}",
        "silent": "Hiervan kwam al veel langer niets dan gewoonlijk: {peers}",
        "alerts": "Openstaande meldingen:",
        "subject": "Beeldbrug: {count} wachten op u",
        "subject-calm": "Beeldbrug: er wacht niets",
        "days": "{n} dagen",
        "hours": "{n} uur",
        "minutes": "{n} minuten",
    },
    "en": {
        "calm": "Nothing waits for anybody.",
        "oldest": "the oldest {age}",
        "silent": "Nothing came from these for much longer than usual: {peers}",
        "alerts": "Open alerts:",
        "subject": "Beeldbrug: {count} wait for you",
        "subject-calm": "Beeldbrug: nothing waits",
        "days": "{n} days",
        "hours": "{n} hours",
        "minutes": "{n} minutes",
    },
}


def subject(summary: Summary, language: str) -> str:
    """Subject of the mail."""
    words = _WORDS[language]
    count = summary.urgent_unseen + summary.at_desk + summary.parked + summary.failed
    return words["subject-calm"] if summary.calm else words["subject"].format(count=count)


def body(summary: Summary, language: str) -> str:
    """The text: a line for each count that is not nothing, then what is stuck."""
    words = _WORDS[language]
    lines = [] if not summary.calm else [words["calm"], ""]
    for name, told in LINES[language]:
        if count := getattr(summary, name):
            lines.append(f"{told}: {count}{_age(summary, name, language)}")
    if summary.silent:
        lines += ["", words["silent"].format(peers=", ".join(summary.silent))]
    if summary.alerts:
        lines += ["", words["alerts"], *(f"- {code}: {count}" for code, count in sorted(summary.alerts.items()))]
    return "\n".join(lines).strip() + "\n"


def age(seconds: float, language: str) -> str:
    """In whole days, hours or minutes, the largest that fits twice."""
    words = _WORDS[language]
    for name, size in (("days", 86400), ("hours", 3600)):
        if seconds >= 2 * size:
            return words[name].format(n=int(seconds // size))
    return words["minutes"].format(n=int(seconds // 60))


def _age(summary: Summary, name: str, language: str) -> str:
    if name != "at_desk":
        return ""
    return " (" + _WORDS[language]["oldest"].format(age=age(summary.oldest_at_desk, language)) + ")"
