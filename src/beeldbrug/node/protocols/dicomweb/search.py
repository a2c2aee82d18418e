"""Search for studies, series and instances (PS3.18 section 10.6, tables of returned attributes section 10.6.3.3).

The index answers; attributes that only headers hold are read from them when the level lists them or the query asks
for them, of a study or series from its first instance. More results than the limit are announced by a Warning.
"""

from __future__ import annotations

from typing import Any

import msgspec

from beeldbrug.node.protocols.dicomweb.accept import accepts_json
from beeldbrug.node.protocols.dicomweb.answer import Answer, Headers, Request
from beeldbrug.node.protocols.dicomweb.attributes import (
    FROM_HEADER,
    INSTANCE,
    RETRIEVE_URL,
    SERIES,
    STUDY,
    Json,
    element,
    encode,
    of_level,
)
from beeldbrug.node.protocols.dicomweb.media import JSON_OFFERS
from beeldbrug.node.protocols.dicomweb.query import Query, parse_query
from beeldbrug.node.protocols.dicomweb.retrieve import arriving, warning
from beeldbrug.node.usecases.read.reading import Found, Reading
from beeldbrug.node.usecases.read.scope import Scope
from beeldbrug.node.usecases.read.search import InstanceFound, SeriesFound, StudyFound


def search_studies(reading: Reading, scope: Scope, request: Request) -> Answer:
    """Studies of the scope that match."""
    query = _query("study", request)
    found = reading.find_studies(scope, query.match, query.offset, query.limit)
    results = []
    for item in found.results:
        result = _study(item, request)
        if _needs_header(query, result):
            result |= _from_header(query, reading.header_of(scope, item.row.study_uid))
        results.append(result)
    return _answer(request, query, found, results)


def search_series(reading: Reading, scope: Scope, request: Request) -> Answer:
    """Series of the scope, or of one study, that match."""
    query = _query("series", request)
    found = reading.find_series(scope, query.match, query.offset, query.limit)
    results = []
    for item in found.results:
        result = _series(item, request)
        if _needs_header(query, result):
            result |= _from_header(query, reading.header_of(scope, item.row.study_uid, item.row.series_uid))
        results.append(result)
    return _answer(request, query, found, results)


def search_instances(reading: Reading, scope: Scope, request: Request) -> Answer:
    """Instances of the scope, or of one study or series, that match."""
    query = _query("instance", request)
    found = reading.find_instances(scope, query.match, query.offset, query.limit)
    results = [
        _from_header(query, reading.header_of_row(item.row)) | _instance(item, request) for item in found.results
    ]
    return _answer(request, query, found, results)


def _query(level: str, request: Request) -> Query:
    query = parse_query(level, request.query)
    names = request.variables
    if "study" in names:
        query.match["study"]["StudyInstanceUID"] = names["study"]
    if "series" in names:
        query.match["series"]["SeriesInstanceUID"] = names["series"]
    return query


def _study(item: StudyFound, request: Request) -> Json:
    url = f"{request.base}/studies/{item.row.study_uid}"
    return {**encode(STUDY, item), RETRIEVE_URL: element("UR", [url])}


def _series(item: SeriesFound, request: Request) -> Json:
    study = {} if "study" in request.variables else _study(item.study, request)
    url = f"{request.base}/studies/{item.row.study_uid}/series/{item.row.series_uid}"
    return {**study, **encode(SERIES, item), RETRIEVE_URL: element("UR", [url])}


def _instance(item: InstanceFound, request: Request) -> Json:
    above: Json = {}
    if "study" not in request.variables:
        above |= _study(item.study, request)
    if "series" not in request.variables:
        above |= encode(SERIES, SeriesFound(item.study, item.series, item.series.instances))
    row = item.row
    url = f"{request.base}/studies/{row.study_uid}/series/{row.series_uid}/instances/{row.instance_uid}"
    return {**above, **encode(INSTANCE, item), RETRIEVE_URL: element("UR", [url])}


def _needs_header(query: Query, result: Json) -> bool:
    return query.all or any(of_level(query.level, tag) for tag in query.include - result.keys())


def _from_header(query: Query, header: Json) -> Json:
    """Of a header, what the level gives always and what the query asks for."""
    wanted = query.include | set(FROM_HEADER[query.level])
    return {
        tag: value
        for tag, value in header.items()
        if tag in wanted or (query.all and of_level(query.level, tag) and "BulkDataURI" not in value)
    }


def _answer(request: Request, query: Query, found: Found[Any], results: list[Json]) -> Answer:
    headers: Headers = arriving(found.arriving)
    if query.fuzzy:
        headers.append(
            warning("The fuzzymatching parameter is not supported. Only literal matching has been performed.")
        )
    if found.more:
        headers.append(warning("There are additional results that can be requested with offset."))
    offer = accepts_json(request.accept, JSON_OFFERS)
    if not results:
        return Answer(204, b"", headers=headers)
    ordered = [dict(sorted(result.items())) for result in results]
    return Answer(200, msgspec.json.encode(ordered), offer.content_type, headers=headers)
