"""All paths of the service, in one table that the dispatcher and the conformance statement both run on.

PS3.18 sections 10.4.1.1 (resources to retrieve) and 10.6 (search). It only matches paths; ``app`` calls the handlers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from beeldbrug.model.errors import Malformed, NotFound

UID: Final = re.compile(r"[0-9.]{1,64}")
FRAMES: Final = re.compile(r"[0-9]{1,9}(?:,[0-9]{1,9}){0,999}")
BULK_PATH: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z./-]{0,299}")

_FORMS: Final = {"study": UID, "series": UID, "instance": UID, "frames": FRAMES}


@dataclass(frozen=True, slots=True)
class Route:
    """One path. ``action`` names the handler; ``clause`` is the clause of PS3.18; ``gives`` is for the reader."""

    template: str
    action: str
    clause: str
    gives: str

    @property
    def segments(self) -> tuple[str, ...]:
        """The template cut at its slashes."""
        return tuple(self.template.strip("/").split("/"))


_STUDY = "/studies/{study}"
_SERIES = _STUDY + "/series/{series}"
_INSTANCE = _SERIES + "/instances/{instance}"

ROUTES: Final[tuple[Route, ...]] = (
    Route("/studies", "search_studies", "10.6", "search for studies"),
    Route("/series", "search_series", "10.6", "search for series of all studies"),
    Route("/instances", "search_instances", "10.6", "search for instances of all studies"),
    Route(_STUDY + "/series", "search_series", "10.6", "search for series of a study"),
    Route(_STUDY + "/instances", "search_instances", "10.6", "search for instances of a study"),
    Route(_SERIES + "/instances", "search_instances", "10.6", "search for instances of a series"),
    Route(_STUDY, "retrieve", "10.4.1.1.1", "all instances of a study"),
    Route(_SERIES, "retrieve", "10.4.1.1.1", "all instances of a series"),
    Route(_INSTANCE, "retrieve", "10.4.1.1.1", "one instance"),
    Route(_STUDY + "/metadata", "metadata", "10.4.1.1.2", "metadata of a study"),
    Route(_SERIES + "/metadata", "metadata", "10.4.1.1.2", "metadata of a series"),
    Route(_INSTANCE + "/metadata", "metadata", "10.4.1.1.2", "metadata of an instance"),
    Route(_INSTANCE + "/frames/{frames}", "frames", "10.4.1.1.6", "frames by number, from 1"),
    Route(_INSTANCE + "/bulkdata/{path...}", "bulkdata", "10.4.1.1.5", "one value, as BulkDataURI names it"),
    Route(_STUDY + "/rendered", "rendered", "10.4.1.1.3", "refused: nothing is rendered here"),
    Route(_SERIES + "/rendered", "rendered", "10.4.1.1.3", "refused: nothing is rendered here"),
    Route(_INSTANCE + "/rendered", "rendered", "10.4.1.1.3", "refused: nothing is rendered here"),
    Route(_INSTANCE + "/frames/{frames}/rendered", "rendered", "10.4.1.1.3", "refused: nothing is rendered here"),
    Route(_STUDY + "/thumbnail", "rendered", "10.4.1.1.4", "refused: nothing is rendered here"),
    Route(_SERIES + "/thumbnail", "rendered", "10.4.1.1.4", "refused: nothing is rendered here"),
    Route(_INSTANCE + "/thumbnail", "rendered", "10.4.1.1.4", "refused: nothing is rendered here"),
    Route(_INSTANCE + "/frames/{frames}/thumbnail", "rendered", "10.4.1.1.4", "refused: nothing is rendered here"),
)

STORE_TEMPLATES: Final = ("/studies", _STUDY)
"""What takes POST (PS3.18 section 10.5): instances of any study, and of one."""

_COMPILED: Final = [(route, route.segments) for route in ROUTES]


def match(path: str) -> tuple[Route, dict[str, str]]:
    """The route of a path below the service's root, with its variables.

    Raises NotFound ``no-such-resource``, or Malformed ``path-malformed`` for a variable that cannot be one.
    """
    parts = tuple(path.strip("/").split("/"))
    for route, segments in _COMPILED:
        found = _match(segments, parts)
        if found is not None:
            return route, found
    raise NotFound("no-such-resource", "This service has no such path.", "See the conformance statement.")


def _match(segments: tuple[str, ...], parts: tuple[str, ...]) -> dict[str, str] | None:
    rest = segments[-1].endswith("...}")
    if len(parts) != len(segments) and not (rest and len(parts) > len(segments)):
        return None
    if any(not wanted.startswith("{") and wanted != part for wanted, part in zip(segments, parts, strict=False)):
        return None
    variables: dict[str, str] = {}
    for number, wanted in enumerate(segments):
        if wanted.endswith("...}"):
            variables[wanted[1:-4]] = _checked(BULK_PATH, "/".join(parts[number:]))
        elif wanted.startswith("{"):
            name = wanted[1:-1]
            variables[name] = _checked(_FORMS[name], unquote(parts[number]))
    return variables


def _checked(form: re.Pattern[str], value: str) -> str:
    if form.fullmatch(value) is None:
        raise Malformed("path-malformed", "A part of the path is not a UID, frame list or value path.")
    return value
