"""The own PACS in force as an archive to choose studies from (``ports.archive.Archive``)."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence

from beeldbrug.model.errors import Unavailable
from beeldbrug.node.app.live import Live, application
from beeldbrug.node.ports.archive import Archive, ArchivedSeries, ArchivedStudy, Moved, StudyKey
from beeldbrug.node.protocols.dimse.archive import DimseArchive


class LiveArchive:
    """Looked up anew each time. Raises Unavailable ``pacs-not-set`` while there is none."""

    def __init__(self, live: Live) -> None:
        self._live = live

    def is_set(self) -> bool:
        """Whether there is one."""
        return self._live.now().pacs is not None

    def find_studies(self, key: StudyKey, limit: int) -> Iterator[ArchivedStudy]:
        """Studies that agree."""
        return self._archive().find_studies(key, limit)

    def find_series(self, study_uid: str) -> list[ArchivedSeries]:
        """Series of a study."""
        return self._archive().find_series(study_uid)

    def find_instances(self, study_uid: str, series_uid: str) -> list[str]:
        """Instances of a series."""
        return self._archive().find_instances(study_uid, series_uid)

    def move(
        self, study_uid: str, series: Sequence[str], destination: str, still_coming: Callable[[], bool]
    ) -> Generator[Moved]:
        """Have it sent."""
        return self._archive().move(study_uid, series, destination, still_coming)

    def _archive(self) -> Archive:
        entity = self._live.now().pacs
        if entity is None:
            raise Unavailable(
                "pacs-not-set",
                "No PACS is set on this node.",
                "Set it in the portal under administration, or as [pacs] in the settings.",
            )
        return DimseArchive(application(entity))
