"""How well each sender puts the BSN into its images, counted. Pure, and without identity: it can be sent to the sender.

Of a sender with fewer than SMALL studies nothing but that is told: one patient would otherwise be read in it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from beeldbrug.model.figures import BsnFinding
from beeldbrug.node.policy.figures import SMALL, Count, shown

RIGHT = BsnFinding.OTHER_PATIENT_IDS_SEQUENCE
"""The right place: Patient ID is for the sender's own number (FIELD 5.5)."""

USABLE = frozenset({RIGHT, BsnFinding.PATIENT_ID, BsnFinding.HL7_PID_3, BsnFinding.CAPSULE, BsnFinding.ELSEWHERE})
"""There is a BSN by which a patient can be found."""


@dataclass(frozen=True, slots=True)
class SenderQuality:
    """Studies of one sender (URA) by finding. ``studies`` below SMALL is hidden, and ``findings`` is empty then."""

    sender: str
    studies: Count
    findings: Mapping[BsnFinding, int]

    @property
    def right(self) -> int:
        """How many have it at the right place."""
        return self.findings.get(RIGHT, 0)

    @property
    def usable(self) -> int:
        """How many have a BSN that serves, the right ones included."""
        return sum(count for finding, count in self.findings.items() if finding in USABLE)

    def share(self, count: int) -> float:
        """Of all its studies, 0 to 1."""
        return count / self.studies.value if self.studies.value else 0.0


def quality(counts: Iterable[tuple[str, BsnFinding, int]]) -> list[SenderQuality]:
    """Counts by sender: where most is to be mended first, those that are hidden last."""
    senders: dict[str, dict[BsnFinding, int]] = defaultdict(dict)
    for sender, finding, count in counts:
        senders[sender][finding] = senders[sender].get(finding, 0) + count
    found = [_of_sender(sender, findings) for sender, findings in senders.items()]
    return sorted(
        found, key=lambda one: (one.studies.value is None, one.right - sum(one.findings.values()), one.sender)
    )


def _of_sender(sender: str, findings: Mapping[BsnFinding, int]) -> SenderQuality:
    studies = sum(findings.values())
    return SenderQuality(sender, shown(studies), findings if studies >= SMALL else {})
