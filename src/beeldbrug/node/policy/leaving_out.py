"""Which series of an arrival stay out of the PACS: what a human said of each, else the rule by modality. Pure.

What people here saved beside a study is never left out. What is left out stays readable as long as the arrival is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from beeldbrug.model.decision import Reason
from beeldbrug.model.importing import ImportPlan

ONLY_LEFT_OUT = Reason(
    "only-left-out",
    "De importregel laat alle reeksen van dit onderzoek weg.",
    "The import rule leaves out all series of this study.",
    "Bekijk het onderzoek; kies aan de beeldenbalie de reeksen die toch het PACS in moeten.",
    "Look at the study; at the image desk, choose the series that belong in the PACS after all.",
)
ALL_REJECTED = Reason(
    "all-rejected",
    "De afzender neemt alle beelden van dit onderzoek terug.",
    "The sender takes back all images of this study.",
    "Spreek de afzender; kies aan de beeldenbalie wat toch het PACS in moet, of weiger het.",
    "Speak to the sender; at the image desk, choose what belongs in the PACS after all, or refuse it.",
)


def left_out(
    series: Iterable[tuple[str, str]], plan: ImportPlan, without: Collection[str], saved: Collection[str]
) -> frozenset[str]:
    """UIDs of the series, given as (UID, modality), that are not imported; ``saved`` are those that were made here."""
    return frozenset(
        uid
        for uid, modality in series
        if uid not in saved and (uid in plan.without or (modality in without and uid not in plan.within))
    )
